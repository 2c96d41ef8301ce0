"""A report with its results and documents -> ORU^R01: PID, PV1, OBR, NTE, OBX."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from hygie.exchange.messages import documents, results
from hygie.exchange.messages.person import pid
from hygie.exchange.messages.stay import visit

Json = dict[str, Any]
EVENT: Final = "ORU^R01"
NAMED: Final = "ORU^R01^ORU_R01"


class Held(NamedTuple):
    """A document of a report, with the Base64 of what it holds and OBX-11."""

    document: Json
    data: str
    status: str


def segments(
    report: Json,
    context: Mapping[str, Json],
    held: Sequence[Held] = (),
    removed: Collection[str] = (),
) -> list[str]:
    """All but MSH, of a DiagnosticReport, or of an Observation by itself. `context`: its patient,
    its stay and its results, by reference. `removed`: those of its results that were deleted."""
    patient = context.get(str(report.get("subject", {}).get("reference")), {})
    encounter = context.get(str(report.get("encounter", {}).get("reference")), {})
    observed = list(results.obxs(results.observations(report, context), removed))
    return [
        pid(patient),
        visit(encounter),
        results.obr(report),
        *results.conclusion(report),
        *observed,
        *_documents(held, sum(one.startswith("OBX") for one in observed)),
    ]


def _documents(held: Sequence[Held], count: int) -> Iterator[str]:
    for one in held:
        count += 1
        yield documents.obx(count, one.document, one.data, one.status)
    if held:
        yield from documents.masks(held[0].document, count + 1)
