"""/bris-de-glace: who opened records outside of their care, for whoever reviews it."""

from collections.abc import Iterable

import msgspec
from starlette.responses import RedirectResponse, Response

from hygie.access.glass import REASONS, Breaking
from hygie.limits.access import GLASS_REVIEW_DAYS, MAX_MOTIVE_CHARACTERS
from hygie.refusal import Refused
from hygie.web.desk import Desk, Visit
from hygie.web.present.dates import Moment
from hygie.web.rendering import render


class Line(msgspec.Struct, frozen=True):
    """One glass as the reviewer reads it. Whose record it is shows as a number only: the reviewer
    judges the motive; what is in the record is not theirs to read."""

    made: Breaking
    opened: Moment
    who: str
    reason: str
    overdue: bool
    open: bool
    own: bool
    reviewer: str


async def show(desk: Desk, visit: Visit) -> Response:
    return await _list(desk, visit)


async def review(desk: Desk, visit: Visit) -> Response:
    """Keeps a finding; or shows the list again, with what is wrong."""
    number = visit.request.path_params["entry"]
    try:
        await desk.access.glass.review(
            visit.context, number, visit.form.get("conclusion", ""), visit.form.get("remarque", "")
        )
    except Refused as refused:
        return await _list(desk, visit, refused)
    return RedirectResponse("/bris-de-glace", status_code=303)


async def _list(desk: Desk, visit: Visit, refused: Refused | None = None) -> Response:
    names = {account.name: account.display for account in await desk.access.list_accounts()}
    refusal = refused.refusal if refused else None
    return render(
        desk, visit, "bris_de_glace.html",
        status=refusal.category.value if refusal else 200,
        waiting=_lines(desk, visit, await desk.access.glass.waiting(), names),
        reviewed=_lines(desk, visit, await desk.access.glass.reviewed(), names),
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        altered=await desk.access.glass.altered(), days=GLASS_REVIEW_DAYS,
        most=MAX_MOTIVE_CHARACTERS,
    )  # fmt: skip


def _lines(
    desk: Desk, visit: Visit, those: Iterable[Breaking], names: dict[str, str]
) -> list[Line]:
    return [
        Line(
            made=one,
            opened=Moment(one.opened.astimezone(desk.zone), "time"),
            who=names.get(one.account, one.account),
            reason=REASONS[one.reason],
            overdue=one.is_overdue(desk.now),
            open=one.is_open(desk.now),
            own=one.account == visit.account.name,
            reviewer=names.get(one.review.reviewer, one.review.reviewer) if one.review else "",
        )
        for one in those
    ]
