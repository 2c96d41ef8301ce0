"""/confirmation: who is there? Asked as the second step, to unlock, and before sensitive acts."""

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hygie.access.factors.passkeys import Site
from hygie.access.factors.proofs import Answer, Code, Password, Proof
from hygie.limits import MAX_ASSERTION_CHARACTERS, MAX_NAME_CHARACTERS, MAX_PASSWORD_CHARACTERS
from hygie.refusal import Refused
from hygie.web.cookies import set_session
from hygie.web.desk import Desk, Visit
from hygie.web.rendering import render
from hygie.web.stepping import FORM_FIELD, HOME, NEXT_FIELD, here, kept_form, own_path, read_kept


def site_of(request: Request) -> Site:
    """The address by which this visitor sees the house: that of `HYGIE_PUBLIC_URL`, if set."""
    url = request.url
    usual = {"https": 443, "http": 80}.get(url.scheme)
    host = url.hostname or ""
    return Site(f"{url.scheme}://{host if url.port in (None, usual) else f'{host}:{url.port}'}")


def source_of(request: Request) -> str:
    return request.client.host if request.client else ""


async def show(desk: Desk, visit: Visit) -> Response:
    """What is asked; or the way on, for someone of whom nothing is."""
    path = own_path(visit.request.query_params.get(NEXT_FIELD, ""))
    return await _page(desk, visit, path)


async def asked_for(desk: Desk, visit: Visit) -> Response:
    """The same in place of a page that asked to know who is there; what was typed is kept."""
    kept = kept_form(visit)
    path = here(visit.request) if kept or visit.request.method == "GET" else HOME
    return await _page(desk, visit, path, kept=kept)


async def submit(desk: Desk, visit: Visit) -> Response:
    """Goes on, under another token, to what was meant; or asks again, with the reason."""
    path = own_path(visit.form.get(NEXT_FIELD, ""))
    kept = visit.form.get(FORM_FIELD, "")
    try:
        token = await desk.access.entrance.prove(
            visit.session, _proof(visit), source=source_of(visit.request)
        )
    except Refused as refused:
        current = await desk.access.current(visit.session)
        if current is None:
            raise
        return await _page(desk, visit, path, kept=kept, refused=refused)
    response: Response = RedirectResponse(path, status_code=303)
    if kept:
        renewed = msgspec.structs.replace(visit, session=token)
        response = render(desk, renewed, "reprise.html", action=path, fields=read_kept(kept))
    set_session(response, token, secure=desk.secure)
    return response


async def lock(desk: Desk, visit: Visit) -> Response:
    """Asks from now on who is there."""
    await desk.access.lock(visit.session)
    return RedirectResponse("/confirmation", status_code=303)


def _proof(visit: Visit) -> Proof:
    form = visit.form
    if answer := form.get("reponse"):
        return Answer(answer[: MAX_ASSERTION_CHARACTERS + 1], site_of(visit.request))
    if secret := form.get("secret"):
        return Password(secret[: MAX_PASSWORD_CHARACTERS + 1])
    return Code(form.get("code", "")[:MAX_NAME_CHARACTERS])


async def _page(
    desk: Desk, visit: Visit, path: str, *, kept: str = "", refused: Refused | None = None
) -> Response:
    asked = await desk.access.entrance.asked(visit.facts)
    if not asked and visit.facts.stage == "in" and path == HOME:
        return RedirectResponse(HOME, status_code=303)
    options = ""
    if Answer in asked:
        site = site_of(visit.request)
        options = await desk.access.entrance.request(visit.session, visit.facts, site)
    refusal = refused.refusal if refused else None
    return render(
        desk, visit, "confirmation.html", status=refusal.category.value if refusal else 200,
        stage=visit.facts.stage, options=options, code=Code in asked, password=Password in asked,
        next_path=path, kept=kept,
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
    )  # fmt: skip
