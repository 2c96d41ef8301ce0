"""/applications: what registered, and what becomes of it; /moi/applications: what one permitted."""

from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.access.smart.model import State
from hygie.access.smart.registry import by_state
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.messages import STALE_FORM
from hygie.web.pages.applications.authorizing import person_of
from hygie.web.present.dates import Moment
from hygie.web.present.granted import read_grant
from hygie.web.rendering import render

PATH = "/applications"
OWN = "/moi/applications"
GROUPS: Final[tuple[tuple[str, State], ...]] = (
    ("À examiner", "pending"),
    ("Approuvées", "approved"),
    ("Suspendues", "suspended"),
)
ROLE = "role:"
"""Before the name of a role, in the name of its box."""


async def show(desk: Desk, visit: Visit) -> Response:
    found = await desk.access.smart.registry.list()
    groups = [
        (
            title,
            [
                (one, read_grant(one.scopes, ()), Moment(one.created.astimezone(desk.zone)))
                for one in by_state(found, state)
            ],
        )
        for title, state in GROUPS
    ]
    return render(
        desk, visit, "applications.html", groups=groups, roles=desk.access.rights.roles, box=ROLE
    )


async def act(desk: Desk, visit: Visit) -> Response:
    """Approves, suspends, or ends all that was granted."""
    registry, id_ = desk.access.smart.registry, visit.request.path_params["application"]
    match visit.form.get("acte", ""):
        case "approuver":
            scopes = visit.form.get("portees", "")[: MAX_SCOPE_CHARACTERS + 1]
            roles = [one for one in desk.access.rights.roles if f"{ROLE}{one}" in visit.form]
            await registry.approve(id_, scopes, roles, by=visit.context)
        case "suspendre":
            await registry.suspend(id_, by=visit.context)
        case "reprendre":
            await registry.withdraw(id_, by=visit.context)
        case _:
            raise refuse(Category.INVALID, "web.stale-form", STALE_FORM)
    return RedirectResponse(PATH, status_code=303)


async def show_own(desk: Desk, visit: Visit) -> Response:
    granted = await desk.access.smart.people.granted(visit.account.name)
    shown = [
        (one, read_grant(*_parted(one.scopes)), Moment(one.created.astimezone(desk.zone)))
        for one in granted
    ]
    return render(desk, visit, "mes_applications.html", granted=shown)


async def take_back(desk: Desk, visit: Visit) -> Response:
    number = visit.form.get("autorisation", "")
    grant = int(number) if number.isdecimal() and len(number) < 18 else 0
    await desk.access.smart.people.end(grant, person_of(visit))
    return RedirectResponse(OWN, status_code=303)


def _parted(told: str) -> tuple[str, tuple[str, ...]]:
    """Scopes on resources, and others."""
    words = told.split()
    resources = [one for one in words if "." in one.partition("?")[0]]
    return " ".join(resources), tuple(one for one in words if one not in resources)
