"""/connexion and /deconnexion."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.access import csrf
from hygie.access.factors.proofs import Answer
from hygie.limits import MAX_ASSERTION_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS
from hygie.refusal import Refused
from hygie.web.cookies import (
    DEVICE,
    DOOR,
    PLACE,
    SESSION,
    SHARED,
    clear_cookie,
    new_door,
    read_cookie,
    set_device,
    set_door,
    set_place,
    set_session,
)
from hygie.web.desk import Desk, Visit
from hygie.web.forms import check_origin, read_form
from hygie.web.pages.proving import site_of, source_of
from hygie.web.rendering import render_plain


async def show(desk: Desk, request: Request) -> Response:
    """The form; or the home page for someone who is already in."""
    session = read_cookie(request, SESSION, secure=desk.secure)
    if session and await desk.access.session(session):
        return RedirectResponse("/", status_code=303)
    return _form(desk, request)


async def submit(desk: Desk, request: Request) -> Response:
    """Opens a session, or shows the form again with the reason, the same whatever was wrong."""
    form = await read_form(request)
    shared = form.get("partage") == "oui"
    try:
        check_origin(request, read_cookie(request, DOOR, secure=desk.secure), form)
        token = await desk.access.sign_in(
            form.get("compte", "")[: MAX_NAME_CHARACTERS + 1],
            form.get("secret", "")[: MAX_PASSWORD_CHARACTERS + 1],
            source=source_of(request),
            previous=read_cookie(request, SESSION, secure=desk.secure),
            shared=shared,
            device=read_cookie(request, DEVICE, secure=desk.secure),
        )
    except Refused as refused:
        return _form(desk, request, refused=refused, account=form.get("compte", ""))
    return opened(desk, request, token, shared=shared)


async def submit_passkey(desk: Desk, request: Request) -> Response:
    """The same, with a passkey alone."""
    form = await read_form(request)
    door = read_cookie(request, DOOR, secure=desk.secure)
    shared = form.get("partage") == "oui"
    try:
        check_origin(request, door, form)
        token = await desk.access.sign_in_with_passkey(
            Answer(form.get("reponse", "")[: MAX_ASSERTION_CHARACTERS + 1], site_of(request)),
            door,
            source=source_of(request),
            previous=read_cookie(request, SESSION, secure=desk.secure),
            shared=shared,
        )
    except Refused as refused:
        return _form(desk, request, refused=refused)
    return opened(desk, request, token, shared=shared)


def opened(desk: Desk, request: Request, token: str, *, shared: bool) -> Response:
    """Home, with the cookies of a new session."""
    response = RedirectResponse("/", status_code=303)
    set_session(response, token, secure=desk.secure)
    set_place(response, shared=shared, secure=desk.secure)
    known = desk.access.know_device(read_cookie(request, DEVICE, secure=desk.secure))
    set_device(response, known, secure=desk.secure)
    return response


def show_refused(desk: Desk, request: Request, refused: Refused) -> Response:
    """The form, with the reason why another way in did not open."""
    return _form(desk, request, refused=refused)


def _form(
    desk: Desk, request: Request, *, refused: Refused | None = None, account: str = ""
) -> Response:
    door, site = new_door(), site_of(request)
    refusal = refused.refusal if refused else None
    response = render_plain(
        desk, request, "connexion.html",
        status=refusal.category.value if refusal else 200,
        token=csrf(door),
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        account=account,
        offers=desk.federation.offers(),
        options=desk.access.entrance.open_request(door, site) if site.takes_passkeys else "",
        shared=read_cookie(request, PLACE, secure=desk.secure) == SHARED,
        lenient=desk.lenient,
    )  # fmt: skip
    set_door(response, door, secure=desk.secure)
    return response


async def leave(desk: Desk, visit: Visit) -> Response:
    """Ends the session here, on the server, and at the provider it began at; empties what the
    browser kept."""
    onward = await desk.federation.farewell(visit.session)
    await desk.access.sign_out(visit.session)
    response: Response = RedirectResponse("/connexion", status_code=303)
    if onward:
        # A form may lead to our own pages only: it is this page that leads on.
        response = render_plain(desk, visit.request, "arrivee.html", onward=onward)
        response.headers["refresh"] = f"0; url={onward}"
    clear_cookie(response, SESSION, secure=desk.secure)
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response
