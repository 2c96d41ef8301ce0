"""/comptes/compte/{account}: what is said of one account, and what becomes of it."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from hygie.access.accounts import Standing
from hygie.access.lifecycle.facts import facts_of
from hygie.access.phrases import CHANGED_MEANWHILE, NOT_ONESELF
from hygie.limits import MAX_UNITS
from hygie.limits.access import MAX_MOTIVE_CHARACTERS
from hygie.refusal import Category, Refused, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.messages import STALE_FORM
from hygie.web.pages.accounts.arriving import invitation_page
from hygie.web.pages.accounts.units import known_units
from hygie.web.present.accounts import fields_of, mark_of, read_line, typed_facts
from hygie.web.present.dates import Moment
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit)


async def change(desk: Desk, visit: Visit) -> Response:
    """Says something else of it; or shows the form again, with what is wrong."""
    name = visit.request.path_params["account"]
    try:
        shown = facts_of(await desk.access.lifecycle.account(name))
        if mark_of(shown) != visit.form.get("vu", ""):
            raise refuse(Category.CONFLICT, "access.changed-meanwhile", CHANGED_MEANWHILE)
        wanted = typed_facts(visit.form, desk.zone)
        await desk.access.lifecycle.change(
            name, wanted, shown=shown, by=visit.context, why=_motive(visit)
        )
    except Refused as refused:
        if refused.refusal.category is Category.NOT_FOUND:
            raise
        return await _page(desk, visit, refused)
    return _back(name)


async def act(desk: Desk, visit: Visit) -> Response:
    """Invites, closes, opens again; ends sessions; takes away lost factors."""
    access, by = desk.access, visit.context
    name = (await access.lifecycle.account(visit.request.path_params["account"])).name
    if name == visit.account.name:
        raise refuse(Category.FORBIDDEN, "access.not-oneself", NOT_ONESELF)
    try:
        match visit.form.get("acte", ""):
            case "inviter":
                return invitation_page(desk, visit, [await access.invite(name, by=by)])
            case "retirer":
                await access.invitations.withdraw(name, by=by)
            case "fermer":
                await access.lifecycle.set_disabled(name, at=desk.now, by=by, why=_motive(visit))
            case "rouvrir":
                await access.lifecycle.set_disabled(name, at=None, by=by, why=_motive(visit))
            case "facteurs":
                await access.factors.reset(name, by=by)
            case "sessions":
                await access.lifecycle.end_sessions(name, by=by)
            case _:
                raise refuse(Category.INVALID, "web.stale-form", STALE_FORM)
    except Refused as refused:
        return await _page(desk, visit, refused)
    return _back(name)


async def _page(desk: Desk, visit: Visit, refused: Refused | None = None) -> Response:
    standing = await desk.access.standing(visit.request.path_params["account"])
    refusal = refused.refusal if refused else None
    return render(
        desk, visit, "comptes/compte.html", status=refusal.category.value if refusal else 200,
        account=standing.account, line=read_line(standing, visit.rights, desk.now, desk.zone),
        said=_said(desk, visit, standing, refused), mark=mark_of(facts_of(standing.account)),
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        standing=standing, invited=_until(desk, standing), own=_is_own(visit, standing),
        sessions=len(await desk.access.sessions_of(standing.account.name)),
        roles=visit.rights.roles, units=await known_units(desk, visit), most=MAX_UNITS,
        motive=MAX_MOTIVE_CHARACTERS,
    )  # fmt: skip


def _said(
    desk: Desk, visit: Visit, standing: Standing, refused: Refused | None
) -> Mapping[str, str]:
    """What was typed, to be mended; as the account is now, when it changed meanwhile."""
    typed = refused and "vu" in visit.form
    if typed and refused and refused.refusal.category is not Category.CONFLICT:
        return visit.form
    return fields_of(standing.account, desk.zone)


def _until(desk: Desk, standing: Standing) -> Moment | None:
    """Until when an invitation waits."""
    if standing.invited is None or desk.now >= standing.invited:
        return None
    return Moment(standing.invited.astimezone(desk.zone))


def _is_own(visit: Visit, standing: Standing) -> bool:
    return standing.account.name == visit.account.name


def _motive(visit: Visit) -> str:
    return visit.form.get("motif", "").strip()[:MAX_MOTIVE_CHARACTERS]


def _back(name: str) -> Response:
    return RedirectResponse(f"/comptes/compte/{quote(name)}", status_code=303)
