"""SPM to Specimen: known by its number (SPM-2), else by its rank in the order it belongs to."""

from collections.abc import Iterator, Sequence
from typing import Any

from hygie.hl7v2.message import Segment
from hygie.hl7v2.timestamps import field_date_time
from hygie.intake.mapping import concepts
from hygie.intake.mapping.engine import Context

Resource = dict[str, Any]


def specimens(
    segments: Sequence[Segment], owner: str, subject: str, context: Context
) -> Iterator[Resource]:
    """One Specimen a segment; `owner`: what their order is known by, "ServiceRequest/id"."""
    for rank, segment in enumerate(segments, start=1):
        number = segment.raw(2) or f"{owner}|{rank}"
        yield {
            "resourceType": "Specimen",
            "id": context.ids("Specimen", f"{subject}|{number}"),
            **context.map_segment("SPM", segment),
            "subject": {"reference": subject},
        }


def of_source(obr: Segment, owner: str, subject: str, context: Context) -> Iterator[Resource]:
    """OBR-15 and OBR-14, as before version 2.5: what was taken, from where, when it came."""
    kind = concepts.part(obr.field(15), 1)
    if kind:
        site = concepts.part(obr.field(15), 4)
        received = field_date_time(obr, 14, context.zone)
        found: Resource = {
            "resourceType": "Specimen",
            "id": context.ids("Specimen", f"{subject}|{owner}|1"),
            "type": kind,
            "subject": {"reference": subject},
        }
        found |= {"collection": {"bodySite": site}} if site else {}
        yield found | ({"receivedTime": received} if received else {})
