"""/comptes/revue: is each account still to be what it is? And the report of it."""

import hmac
from collections import Counter
from typing import Final

from starlette.responses import RedirectResponse, Response

from hygie.access.lifecycle.facts import facts_of
from hygie.access.lifecycle.reviewing import Reviewed, review
from hygie.access.phrases import CHANGED_MEANWHILE
from hygie.limits.access import REVIEW_DAYS, REVIEW_PRIVILEGED_DAYS
from hygie.refusal import Category, Refused, refuse
from hygie.spreadsheet import BOM, FRENCH, as_csv, harmless
from hygie.web.desk import Desk, Visit
from hygie.web.pages.accounts.listing import csv_file
from hygie.web.present.accounts import FINDINGS, ReviewLine, mark_of, read_reviewed
from hygie.web.rendering import render

PATH: Final = "/comptes/revue"
BOX: Final = "compte:"
SHOWN: Final = 50
"""At a time: a form has few fields."""
COLUMNS: Final = ("compte", "nom", "role", "derniere_connexion", "second_facteur", "fin",
    "confirme", "constats")  # fmt: skip


async def show(desk: Desk, visit: Visit) -> Response:
    return await _page(desk, visit)


async def confirm(desk: Desk, visit: Visit) -> Response:
    """Keeps that those that were ticked are to stay as they were shown."""
    ticked = {
        name.removeprefix(BOX): mark for name, mark in visit.form.items() if name.startswith(BOX)
    }
    try:
        shown = {}
        for name, mark in ticked.items():
            facts = facts_of(await desk.access.lifecycle.account(name))
            if not hmac.compare_digest(mark_of(facts), mark):
                raise refuse(Category.CONFLICT, "access.changed-meanwhile", CHANGED_MEANWHILE)
            shown[name] = facts
        await desk.access.lifecycle.confirm(shown, by=visit.context)
    except Refused as refused:
        return await _page(desk, visit, refused)
    return RedirectResponse(PATH, status_code=303)


async def export(desk: Desk, visit: Visit) -> Response:
    """The report: every open account, and what is found of it; it is traced."""
    found = await _reviewed(desk, visit)
    await desk.access.note_export(len(found), by=visit.context)
    lines = read_reviewed(found, visit.rights, desk.now, desk.zone)
    rows = [[harmless(cell) for cell in _cells(one)] for one in lines]
    return csv_file(desk, "revue-des-comptes", BOM + as_csv([COLUMNS, *rows], FRENCH))


async def _page(desk: Desk, visit: Visit, refused: Refused | None = None) -> Response:
    refusal = refused.refusal if refused else None
    found = await _reviewed(desk, visit)
    due = [one for one in found if one.due]
    counts = Counter(finding for one in found for finding in one.findings)
    return render(
        desk, visit, "comptes/revue.html", status=refusal.category.value if refusal else 200,
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        lines=read_reviewed(due[:SHOWN], visit.rights, desk.now, desk.zone), due=len(due),
        total=len(found), box=BOX, days=REVIEW_DAYS, privileged_days=REVIEW_PRIVILEGED_DAYS,
        counts=[(words, counts[finding]) for finding, words in FINDINGS.items()],
    )  # fmt: skip


async def _reviewed(desk: Desk, visit: Visit) -> list[Reviewed]:
    return review(await desk.access.everyone(), visit.rights, desk.now)


def _cells(one: ReviewLine) -> tuple[str, ...]:
    line = one.line
    days = (moment.day.isoformat() if moment else "" for moment in (line.ends, one.confirmed))
    ends, confirmed = days
    seen = line.seen.day.isoformat() if line.seen else "jamais"
    return (
        line.name, line.display, line.role, seen, line.second, ends, confirmed or "jamais",
        ", ".join(one.faults),
    )  # fmt: skip
