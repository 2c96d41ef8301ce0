"""/comptes/nouveau: an account for somebody who arrives, and the invitation to it."""

from collections.abc import Mapping

from starlette.responses import Response

from hygie.access.lifecycle.invitations import Invitation
from hygie.limits import MAX_UNITS
from hygie.limits.access import INVITATION_HOURS
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.pages.accounts.units import known_units
from hygie.web.present.accounts import typed_facts
from hygie.web.present.dates import Moment
from hygie.web.rendering import render


async def show(desk: Desk, visit: Visit) -> Response:
    return await _form(desk, visit, {})


async def create(desk: Desk, visit: Visit) -> Response:
    """The invitation, shown this once; or the form again, with what is wrong."""
    try:
        wanted = typed_facts(visit.form, desk.zone)
        name = visit.form.get("compte", "")
        account = await desk.access.lifecycle.arrive(name, wanted, by=visit.context)
        made = await desk.access.invite(account.name, by=visit.context)
    except Refused as refused:
        return await _form(desk, visit, visit.form, refused)
    return invitation_page(desk, visit, [made])


def invitation_page(desk: Desk, visit: Visit, made: list[Invitation]) -> Response:
    base = f"{visit.request.url.scheme}://{visit.request.url.netloc}/invitation"
    shown = [(one, Moment(one.expires.astimezone(desk.zone))) for one in made]
    return render(
        desk, visit, "comptes/invitation.html", made=shown, base=base, hours=INVITATION_HOURS
    )


async def _form(
    desk: Desk, visit: Visit, said: Mapping[str, str], refused: Refused | None = None
) -> Response:
    refusal = refused.refusal if refused else None
    return render(
        desk, visit, "comptes/nouveau.html", status=refusal.category.value if refusal else 200,
        said=said, errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        roles=visit.rights.roles, units=await known_units(desk, visit), most=MAX_UNITS,
        hours=INVITATION_HOURS,
    )  # fmt: skip
