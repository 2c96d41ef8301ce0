"""/comptes/import: many accounts at once, from a list: shown first, then done."""

import hashlib

from starlette.responses import Response

from hygie.access.lifecycle.bulk import Plan
from hygie.access.lifecycle.table import FACTS, NAME
from hygie.access.phrases import CHANGED_MEANWHILE
from hygie.limits.access import MAX_IMPORTED_ACCOUNTS, MAX_MOTIVE_CHARACTERS
from hygie.refusal import Category, Refused, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.pages.accounts.arriving import invitation_page
from hygie.web.present.accounts import role_label, say_changes
from hygie.web.rendering import render

COLUMNS = (NAME, *FACTS)


async def show(desk: Desk, visit: Visit) -> Response:
    return _page(desk, visit, None)


async def bring(desk: Desk, visit: Visit) -> Response:
    """What the list would do; or does it, once that was seen."""
    text = visit.form.get("liste", "")
    plan: Plan | None = None
    try:
        plan = await desk.access.bulk.plan(text, desk.zone)
        if visit.form.get("acte") != "importer":
            return _page(desk, visit, plan)
        if visit.form.get("vu") != _mark(plan):
            raise refuse(Category.CONFLICT, "access.changed-meanwhile", CHANGED_MEANWHILE)
        why = visit.form.get("motif", "").strip()[:MAX_MOTIVE_CHARACTERS]
        made = await desk.access.bulk.apply(plan, by=visit.context, why=why)
    except Refused as refused:
        return _page(desk, visit, plan, refused)
    if made:
        return invitation_page(desk, visit, list(made))
    return render(desk, visit, "comptes/importes.html", changed=len(plan.changes), same=plan.same)


def _page(desk: Desk, visit: Visit, plan: Plan | None, refused: Refused | None = None) -> Response:
    refusal = refused.refusal if refused else None
    arrivals = [
        (one.name, one.facts.display, role_label(one.facts.role, visit.rights))
        for one in (plan.arrivals if plan else ())
    ]
    changes = [
        (one.name, say_changes(one.before, one.after, visit.rights, desk.zone))
        for one in (plan.changes if plan else ())
    ]
    faults = [(fault.number, fault.issue.text("fr")) for fault in (plan.faults if plan else ())]
    return render(
        desk, visit, "comptes/import.html", status=refusal.category.value if refusal else 200,
        text=visit.form.get("liste", ""), plan=plan, arrivals=arrivals, changes=changes,
        faults=faults, mark=_mark(plan) if plan else "",
        errors=[issue.text("fr") for issue in refusal.issues] if refusal else [],
        columns=COLUMNS, most=MAX_IMPORTED_ACCOUNTS, motive=MAX_MOTIVE_CHARACTERS,
    )  # fmt: skip


def _mark(plan: Plan) -> str:
    """Which plan was seen."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()[:32]
