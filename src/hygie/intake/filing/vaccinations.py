"""VXU^V04: each RXA an Immunization; what its OBX add beyond, Observations that are part of it.

A vaccination is known by ORC-3, else ORC-2, of the sender where the number has no authority;
without one, by vaccine and moment.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.filing.bearers import bearer_of
from hygie.intake.filing.elements import lay, put_timely, warn
from hygie.intake.filing.work import Work
from hygie.intake.mapping import concepts
from hygie.intake.mapping.engine import Context, scope_of
from hygie.intake.mapping.identifiers import entity
from hygie.intake.mapping.parts import first, parts
from hygie.intake.mapping.results import Bearer
from hygie.store.contract import Resource

_DOSE_NUMBER: Final = ("30973-2", "59780-7")
"""LOINC: dose number in series."""
_FUNDING: Final = "64994-7"
"""LOINC: vaccine funding programme eligibility."""
_NOTHING_GIVEN: Final = "998"
"""CVX: no vaccine administered; the message tells of something else."""


async def file_vaccinations(work: Work, message: Message) -> None:
    bearer, context = await bearer_of(work, message), work.context(message)
    found = [part for part in parts(message, "ORC", ("RXA",)) if first(part, "RXA")]
    if not found:
        message.require("RXA")
    for part in found:
        rxa = first(part, "RXA")
        if rxa is None or rxa.text(5) == _NOTHING_GIVEN:
            continue
        made = _immunization(part, rxa, bearer, context)
        stored = await work.read("Immunization", made["id"])
        laid = lay(stored, made, work.said(message))
        warn(work, laid, "vaccination.late", rxa.where)
        work.put(laid.resource)
        await put_timely(work, laid, _observations(part, made["id"], bearer, context))


def _immunization(
    part: Sequence[Segment], rxa: Segment, bearer: Bearer, context: Context
) -> Resource:
    elements = {("patient" if n == "subject" else n): v for n, v in bearer.elements().items()}
    made: Resource = {
        "resourceType": "Immunization",
        "id": context.ids("Immunization", _key(part, rxa, bearer, context)),
        **context.map("RXA", scope_of(*part)),
        **elements,
    }
    for obx in part:
        if obx.name == "OBX" and obx.text(3) in _DOSE_NUMBER and obx.text(5).isdigit():
            made["protocolApplied"] = [{"doseNumberPositiveInt": int(obx.text(5))}]
        elif obx.name == "OBX" and obx.text(3) == _FUNDING:
            made["programEligibility"] = [concepts.concept(obx.field(5))]
    return made


def _observations(
    part: Sequence[Segment], immunization: str, bearer: Bearer, context: Context
) -> list[Resource]:
    """The OBX that no element of Immunization holds."""
    found: list[Resource] = []
    seen: Counter[str] = Counter()
    for obx in part:
        code = f"{obx.text(3)}|{obx.text(4)}"
        if obx.name != "OBX" or obx.text(3) in (*_DOSE_NUMBER, _FUNDING):
            continue
        seen[code] += 1
        found.append({
            "resourceType": "Observation",
            "id": context.ids("Observation", f"{immunization}|{code}|{seen[code]}"),
            **context.map("OBX", {"OBX": (obx,)}),
            **bearer.elements(),
            "partOf": [{"reference": f"Immunization/{immunization}"}],
        })  # fmt: skip
    return found


def _key(part: Sequence[Segment], rxa: Segment, bearer: Bearer, context: Context) -> str:
    orc = first(part, "ORC")
    for number in (3, 2):
        if orc is not None and (known := entity(orc.field(number))):
            return f"{known.get('system') or context.message.sender}|{known['value']}"
    return f"{bearer.subject}|{rxa.raw(5)}|{rxa.text(3)}"
