"""SPM to Specimen: known by its number (SPM-2), else by its rank in the order it belongs to."""

from collections.abc import Iterator, Sequence
from typing import Any

from hygie.hl7v2.message import Segment
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
