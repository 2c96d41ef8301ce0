"""/patients/{id}/origine/…: « d’où vient cette donnée ? », what messages a resource comes from."""

from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.responses import Response

from hygie.intake.filing.provenance import entry_of, targets_of
from hygie.intake.values import Entry
from hygie.refusal import Refused
from hygie.store.contract import Resource
from hygie.web.desk import Desk, Visit
from hygie.web.errors import not_found
from hygie.web.messages import NO_SUCH_PAGE
from hygie.web.pages.record.frame import open_record
from hygie.web.present.inbox import EntryLine, read_entry
from hygie.web.present.message import Content, read_content
from hygie.web.present.resources import say_type
from hygie.web.records import check_id
from hygie.web.rendering import render

SHOWN: Final = 5
KINDS: Final = frozenset({
    "Encounter", "Observation", "DiagnosticReport", "DocumentReference", "Patient",
    "AllergyIntolerance", "Condition",
})  # fmt: skip
"""Types whose pages lead here."""


class Origin(msgspec.Struct, frozen=True):
    """One message that a resource comes from."""

    line: EntryLine
    content: Content


async def show(desk: Desk, visit: Visit) -> Response:
    """The latest first. Only what is said of this patient: a message may tell of two."""
    asked = visit.request.path_params
    kind, patient = asked["kind"], asked["patient"]
    if kind not in KINDS:
        raise not_found(NO_SUCH_PAGE, "web.no-such-page")
    reference = f"{kind}/{check_id(asked['resource'])}"
    frame, (found,) = await open_record(
        desk, visit, "/origine",
        ("Provenance", (("target", reference), ("_sort", "-recorded"), ("_count", "20"))),
    )  # fmt: skip
    about = [one for one in found.resources if entry_of(one)]
    entries = await _entries(desk, visit, about, f"Patient/{patient}")
    origins = [
        Origin(read_entry(one, desk.zone, hidden=""), read_content(one, "fields", hidden=""))
        for one in entries
    ]
    return render(
        desk, visit, "record/origine.html", frame=frame, what=say_type(kind), origins=origins
    )


async def _entries(
    desk: Desk, visit: Visit, provenances: Sequence[Resource], patient: str
) -> list[Entry]:
    found = []
    for one in provenances[:SHOWN]:
        try:
            entry = await desk.gateway.entry(entry_of(one), visit.context)
        except Refused:  # of another house, or no more
            continue
        if entry.subject == patient or patient in targets_of(one):
            found.append(entry)
    return found
