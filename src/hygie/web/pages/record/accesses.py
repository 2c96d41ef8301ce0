"""/patients/{id}/acces: who looked at this record, or changed it.

Who may read the traces of a patient is told of all of them; others, of what was done to what they
may read themselves: that somebody read a result tells that there is one.
"""

import msgspec
from starlette.responses import Response

from hygie.ledger import AuditRecord
from hygie.sight import Sight
from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import open_record
from hygie.web.present.accesses import read_accesses
from hygie.web.rendering import render

SHOWN = 400
"""Entries; one page seen leaves several."""
LOOKS = 10
"""At so many entries, for as many that may be told of."""


async def show(desk: Desk, visit: Visit) -> Response:
    frame, _ = await open_record(desk, visit, "/acces")
    key = desk.store.keyring.reference("Patient", frame.patient.id)
    entries, more = await _told(desk, visit, key)
    names = {account.name: account.display for account in await desk.access.list_accounts()}
    return render(
        desk, visit, "record/acces.html", frame=frame,
        accesses=read_accesses(entries, desk.zone, names), more=more,
    )  # fmt: skip


async def _told(desk: Desk, visit: Visit, patient: int) -> tuple[list[AuditRecord], bool]:
    """The latest, and whether there are more."""
    found: list[AuditRecord] = []
    before: int | None = None
    for _ in range(LOOKS):
        records = await desk.ledger.for_patient(patient, SHOWN, before)
        tellable = (tellable_of(one, visit.context.seen, visit.account.name) for one in records)
        found += (one for one in tellable if one is not None)
        if len(records) < SHOWN or len(found) > SHOWN:
            break
        before = records[-1].seq
    return found[:SHOWN], len(found) > SHOWN


def tellable_of(record: AuditRecord, sight: Sight, account: str) -> AuditRecord | None:
    """The entry about one patient, of the types whose resources its reader may read; their own is
    told whole."""
    entry = record.entry
    mine = entry.context.kind == "account" and entry.context.actor == account
    if mine or not entry.type or sight.holds_all("AuditEvent", "r", entry.patient):
        return record
    types = ",".join(one for one in entry.types if sight.holds_all(one, "r", entry.patient))
    if not types:
        return None
    return msgspec.structs.replace(record, entry=msgspec.structs.replace(entry, type=types))
