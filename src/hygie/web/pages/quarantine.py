"""/quarantaine: what could not be filed, the message beside its reason, and another try."""

from starlette.responses import Response

from hygie.intake.values import Receipt
from hygie.web.desk import Desk, Visit
from hygie.web.pages.messages import asked_entry, page
from hygie.web.present.inbox import STATES, STOPPED, read_entry
from hygie.web.present.numbers import read_number
from hygie.web.rendering import render

SHOWN = 50
FILED_AGAIN = "Rejoué : le message est classé"
STOPPED_AGAIN = "Rejoué : le message est encore arrêté"


async def show(desk: Desk, visit: Visit) -> Response:
    before = read_number(visit.request.query_params.get("avant", ""))
    found = await desk.gateway.quarantine(SHOWN + 1, before, context=visit.context)
    entries = [read_entry(entry, desk.zone) for entry in found[:SHOWN]]
    counts = await desk.gateway.counts(1)
    return render(
        desk, visit, "quarantaine.html", entries=entries,
        reasons=[] if before else list(counts.reasons.items()),
        next=entries[-1].id if len(found) > SHOWN else 0,
    )  # fmt: skip


async def replay(desk: Desk, visit: Visit) -> Response:
    """Tries again, and shows what came of it."""
    receipt = await desk.gateway.replay(asked_entry(visit), context=visit.context)
    entry = await desk.gateway.entry(asked_entry(visit), context=visit.context)
    return await page(desk, visit, entry, outcome=_outcome(receipt))


def _outcome(receipt: Receipt) -> str:
    if receipt.state == "filed":
        return FILED_AGAIN
    return STOPPED_AGAIN if receipt.state in STOPPED else f"Rejoué : {STATES[receipt.state]}"
