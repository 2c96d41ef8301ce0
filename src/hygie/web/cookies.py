"""The cookies: the session, passing ones that tie the sign-in form, and whoever leaves for an
identity provider, to their browser, and what kind of workstation this is."""

import secrets
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from hygie.limits import SESSION_HOURS, SIGN_IN_FAMILIAR_DAYS
from hygie.limits.federation import ERRAND_MINUTES

SESSION = "hygie"
DOOR = "hygie-entree"
ERRAND = "hygie-retour"
DOOR_SECONDS = 3600
PLACE = "hygie-poste"
SHARED = "partage"
DEVICE = "hygie-appareil"
DEVICE_SECONDS = SIGN_IN_FAMILIAR_DAYS * 86_400
PLACE_SECONDS = 365 * 86_400


def cookie_name(name: str, *, secure: bool) -> str:
    """`__Host-`: this host only, over HTTPS only, whole site (RFC 6265bis §4.1.3.2)."""
    return f"__Host-{name}" if secure else name


def read_cookie(request: Request, name: str, *, secure: bool) -> str:
    return request.cookies.get(cookie_name(name, secure=secure), "")


def set_cookie(
    response: Response, name: str, value: str, *, seconds: int, secure: bool,
    samesite: Literal["strict", "lax"] = "strict",
) -> None:  # fmt: skip
    response.set_cookie(
        cookie_name(name, secure=secure), value, max_age=seconds, path="/", secure=secure,
        httponly=True, samesite=samesite,
    )  # fmt: skip


def set_session(response: Response, token: str, *, secure: bool) -> None:
    set_cookie(response, SESSION, token, seconds=SESSION_HOURS * 3600, secure=secure)
    clear_cookie(response, DOOR, secure=secure)


def set_door(response: Response, secret: str, *, secure: bool) -> None:
    set_cookie(response, DOOR, secret, seconds=DOOR_SECONDS, secure=secure)


def set_errand(response: Response, sealed: str, *, secure: bool) -> None:
    """Lax: it comes along with a browser that another site sends back here."""
    set_cookie(response, ERRAND, sealed, seconds=ERRAND_MINUTES * 60, secure=secure, samesite="lax")


def set_place(response: Response, *, shared: bool, secure: bool) -> None:
    """Remembers whether the workstation is shared, for the next who signs in."""
    if shared:
        set_cookie(response, PLACE, SHARED, seconds=PLACE_SECONDS, secure=secure)
    else:
        clear_cookie(response, PLACE, secure=secure)


def set_device(response: Response, sealed: str, *, secure: bool) -> None:
    """By which this browser is known again at the sign-in page."""
    set_cookie(response, DEVICE, sealed, seconds=DEVICE_SECONDS, secure=secure)


def clear_cookie(response: Response, name: str, *, secure: bool) -> None:
    set_cookie(response, name, "", seconds=0, secure=secure)


def new_door() -> str:
    return secrets.token_urlsafe(32)
