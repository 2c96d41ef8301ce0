"""/moi/securite: what one signs in with, and where one is signed in."""

from starlette.responses import RedirectResponse, Response

from hygie.ledger.asking import Asked
from hygie.limits import MAX_PASSWORD_CHARACTERS
from hygie.purpose import said
from hygie.refusal import Refused
from hygie.web.cookies import set_session
from hygie.web.desk import Desk, Visit
from hygie.web.messages import PASSWORDS_DIFFER
from hygie.web.pages.proving import site_of, source_of
from hygie.web.present.security import (
    ACTS,
    read_factor,
    read_identities,
    read_sessions,
    read_sign_ins,
)
from hygie.web.rendering import render

PATH = "/moi/securite"
SHOWN = 10


async def show(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit)


async def remove(desk: Desk, visit: Visit) -> Response:
    """Removes a factor; other sessions end."""
    token = await desk.access.factors.remove(visit.session, visit.form.get("facteur", ""))
    return _back(desk, token)


async def renew_codes(desk: Desk, visit: Visit) -> Response:
    """New recovery codes, shown this once."""
    codes = await desk.access.factors.renew_codes(visit.session)
    return render(desk, visit, "codes.html", codes=codes, enrolled=False)


async def end(desk: Desk, visit: Visit) -> Response:
    """Ends one session, or all but this one."""
    if visit.form.get("session") == "autres":
        await desk.access.end_sessions(visit.account.name, but=visit.session)
    else:
        await desk.access.end_session(visit.account.name, visit.form.get("session", ""))
    return RedirectResponse(PATH, status_code=303)


async def change_password(desk: Desk, visit: Visit) -> Response:
    """A new password, for who knows the old one; other sessions end."""
    old, new, again = (
        visit.form.get(name, "")[: MAX_PASSWORD_CHARACTERS + 1]
        for name in ("ancien", "nouveau", "encore")
    )
    if new != again:
        return await _page(desk, visit, errors=[PASSWORDS_DIFFER.fr])
    try:
        token = await desk.access.entrance.change_password(
            visit.session, old, new, source=source_of(visit.request)
        )
    except Refused as refused:
        sentences = [issue.text("fr") for issue in refused.refusal.issues]
        return await _page(desk, visit, errors=sentences, status=refused.refusal.category.value)
    return _back(desk, token)


async def choose_purpose(desk: Desk, visit: Visit) -> Response:
    """What one sees data for, in this session."""
    await desk.access.ask_for(visit.facts, visit.session, visit.form.get("finalite", ""))
    return RedirectResponse(PATH, status_code=303)


def _back(desk: Desk, token: str) -> Response:
    response = RedirectResponse(PATH, status_code=303)
    set_session(response, token, secure=desk.secure)
    return response


async def _page(
    desk: Desk, visit: Visit, *, errors: list[str] | None = None, status: int = 200
) -> Response:
    name = visit.account.name
    has = await desk.access.factors.of(name)
    records = await desk.ledger.find(Asked(actors=(name,), actions=tuple(ACTS)), SHOWN)
    return render(
        desk, visit, "securite.html", status=400 if errors and status == 200 else status,
        errors=errors or [],
        application=has.application and read_factor(has.application, desk.zone),
        keys=[read_factor(key, desk.zone) for key in has.passkeys], codes_left=has.codes_left,
        identities=read_identities(
            desk.federation.offers(), await desk.federation.linked(name), desk.zone
        ),
        sessions=read_sessions(await desk.access.sessions_of(name), visit.facts, desk.zone),
        sign_ins=read_sign_ins(records, desk.zone),
        passkeys=site_of(visit.request).takes_passkeys,
        purposes={one: said(one) for one in visit.choices},
    )  # fmt: skip
