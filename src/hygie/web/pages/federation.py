"""/connexion/par, /connexion/retour and /connexion/fin: signing in by an identity provider.

A browser comes back from elsewhere, so without our strict cookies: what it carries is a cookie of
its own (`lax`), and what it gets is a page, from which it then comes as from one of ours.
"""

from collections import Counter

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.access.federation.federation import Returned
from hygie.refusal import Category, Refused
from hygie.web.cookies import (
    ERRAND,
    PLACE,
    SESSION,
    SHARED,
    clear_cookie,
    read_cookie,
    set_errand,
    set_session,
)
from hygie.web.desk import Desk, Visit
from hygie.web.forms import OWN_SITES, read_form
from hygie.web.pages.security import PATH
from hygie.web.pages.sign_in import show_refused
from hygie.web.rendering import render_plain


async def leave(desk: Desk, request: Request) -> Response:
    """To the provider. Another site's link leads to our page first: whoever signs in asked to."""
    if request.headers.get("sec-fetch-site", "same-origin") not in OWN_SITES:
        return RedirectResponse("/connexion", status_code=303)
    try:
        departure = await desk.federation.leave(
            request.path_params["provider"],
            previous=read_cookie(request, SESSION, secure=desk.secure),
            shared=read_cookie(request, PLACE, secure=desk.secure) == SHARED,
        )
    except Refused as refused:
        return show_refused(desk, request, refused)
    response = RedirectResponse(departure.url, status_code=303)
    set_errand(response, departure.cookie, secure=desk.secure)
    return response


async def come_back(desk: Desk, request: Request) -> Response:
    """Opens a session, or shows the sign-in page with the reason why not."""
    returned = Returned(
        parameters=_once(request),
        cookie=read_cookie(request, ERRAND, secure=desk.secure),
        source=request.client.host if request.client else "",
    )
    try:
        arrival = await desk.federation.come_back(request.path_params["provider"], returned)
    except Refused as refused:
        response = show_refused(desk, request, refused)
        clear_cookie(response, ERRAND, secure=desk.secure)
        return response
    onward = "/" if arrival.token else PATH
    response = render_plain(desk, request, "arrivee.html", onward=onward)
    response.headers["refresh"] = f"0; url={onward}"
    if arrival.token:
        set_session(response, arrival.token, secure=desk.secure)
    clear_cookie(response, ERRAND, secure=desk.secure)
    return response


async def end(desk: Desk, request: Request) -> Response:
    """The provider says that a session has ended (OpenID Connect Back-Channel Logout 1.0, §2.8)."""
    try:
        form = await read_form(request)
        await desk.federation.told_to_end(
            request.path_params["provider"], form.get("logout_token", "")
        )
    except Refused as refused:
        busy = refused.refusal.category is Category.BUSY
        return Response(status_code=503 if busy else 400)
    return Response(status_code=200)


async def link(desk: Desk, visit: Visit) -> Response:
    """To the provider, to link an identity there to the account of whoever is signed in."""
    departure = await desk.federation.leave(
        visit.request.path_params["provider"], account=visit.account.name
    )
    response = render_plain(desk, visit.request, "arrivee.html", onward=departure.url)
    # A form may lead to our own pages only: it is this page that leads on.
    response.headers["refresh"] = f"0; url={departure.url}"
    set_errand(response, departure.cookie, secure=desk.secure)
    return response


async def unlink(desk: Desk, visit: Visit) -> Response:
    provider = visit.request.path_params["provider"]
    await desk.federation.unlink(visit.account.name, provider, by=visit.context)
    return RedirectResponse(PATH, status_code=303)


def _once(request: Request) -> dict[str, str]:
    """Parameters, those given twice left out: no two readers take one for another."""
    pairs = request.query_params.multi_items()
    count = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if count[name] == 1}
