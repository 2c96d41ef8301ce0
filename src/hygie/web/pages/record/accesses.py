"""/patients/{id}/acces: who looked at this record, or changed it."""

from starlette.responses import Response

from hygie.web.desk import Desk, Visit
from hygie.web.pages.record.frame import open_record
from hygie.web.present.accesses import read_accesses
from hygie.web.rendering import render

SHOWN = 400
"""Entries read; one page seen leaves several."""


async def show(desk: Desk, visit: Visit) -> Response:
    frame, _ = await open_record(desk, visit, "/acces")
    key = desk.store.keyring.reference("Patient", frame.patient.id)
    entries = await desk.ledger.for_patient(key, SHOWN)
    names = {account.name: account.display for account in await desk.access.list_accounts()}
    return render(
        desk, visit, "record/acces.html", frame=frame,
        accesses=read_accesses(entries, desk.zone, names), more=len(entries) == SHOWN,
    )  # fmt: skip
