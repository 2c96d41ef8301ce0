"""/patients/{id}/acces: who looked at this record, or changed it."""

from itertools import groupby

import msgspec
from starlette.responses import Response

from hygie.ledger.rows import AuditRecord
from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import open_record
from hygie.web.present.dates import Moment
from hygie.web.rendering import render

SHOWN = 400
"""Entries read; one page seen leaves several."""
KINDS = {"account": "personne", "client": "logiciel", "system": "Hygie"}
WRITES = ("create", "update", "delete")
WORDS = {"create": "création", "update": "modification", "delete": "suppression"}
READ = "consultation"


class Visited(msgspec.Struct, frozen=True):
    at: Moment
    actor: str
    kind: str
    what: str
    mine: bool


async def show(desk: Desk, visit: Visit) -> Response:
    frame, _ = await open_record(desk, visit, "/acces")
    key = desk.store.keyring.reference("Patient", frame.patient.id)
    entries = await desk.ledger.for_patient(key, SHOWN)
    return render(
        desk, visit, "record/acces.html", frame=frame, visits=_visits(desk, visit, entries),
        more=len(entries) == SHOWN,
    )  # fmt: skip


def _visits(desk: Desk, visit: Visit, entries: tuple[AuditRecord, ...]) -> list[Visited]:
    """One line for each request: its entries follow one another in the ledger."""
    lines = []
    for (actor, _), group in groupby(entries, key=_request):
        taken = list(group)
        context = taken[0].entry.context
        lines.append(
            Visited(
                at=Moment(taken[0].at.astimezone(desk.zone)),
                actor=actor,
                kind=KINDS[context.kind],
                what=_what(taken),
                mine=context.kind == "account" and actor == visit.account.name,
            )
        )
    return lines


def _request(record: AuditRecord) -> tuple[str, str]:
    context = record.entry.context
    return context.actor, context.request


def _what(taken: list[AuditRecord]) -> str:
    written = [WORDS[r.entry.action] for r in taken if r.entry.action in WRITES]
    return ", ".join(dict.fromkeys(written)) or READ
