"""/quarantaine: what could not be filed, the message beside its reason, and another try."""

from starlette.responses import Response

from hygie.intake.values import Entry, Receipt
from hygie.web.desk import Desk, Visit
from hygie.web.present.hl7 import MessageView, read_message
from hygie.web.present.inbox import STATES, STOPPED, read_entry, read_reasons
from hygie.web.present.json_source import SourceView, read_source
from hygie.web.present.numbers import MAX_NUMBER, read_number
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


async def show_entry(desk: Desk, visit: Visit) -> Response:
    entry = await desk.gateway.entry(_asked(visit), context=visit.context)
    return _page(desk, visit, entry)


async def replay(desk: Desk, visit: Visit) -> Response:
    """Tries again, and shows what came of it."""
    receipt = await desk.gateway.replay(_asked(visit), context=visit.context)
    entry = await desk.gateway.entry(_asked(visit), context=visit.context)
    return _page(desk, visit, entry, outcome=_outcome(receipt))


def _asked(visit: Visit) -> int:
    return min(int(visit.request.path_params["entry"]), MAX_NUMBER)


def _outcome(receipt: Receipt) -> str:
    if receipt.state == "filed":
        return FILED_AGAIN
    return STOPPED_AGAIN if receipt.state in STOPPED else f"Rejoué : {STATES[receipt.state]}"


def _page(desk: Desk, visit: Visit, entry: Entry, *, outcome: str = "") -> Response:
    """A message that was filed is part of a record: its content is no longer shown here."""
    line = read_entry(entry, desk.zone)
    message, source = _contents(entry) if line.stopped else (None, None)
    return render(
        desk, visit, "quarantaine_message.html", entry=line, reasons=read_reasons(entry.issues),
        message=message, source=source, outcome=outcome,
        may_replay=visit.may("replay") and entry.state == "quarantined",
    )  # fmt: skip


def _contents(entry: Entry) -> tuple[MessageView | None, SourceView | None]:
    if entry.content is None:
        return None, None
    if entry.kind == "hl7v2":
        return read_message(entry.content, entry.place), None
    return None, read_source(entry.content, entry.place)
