"""RDE, OMP and ORM with RXO: prescriptions; RDS: dispenses; RAS: doses given.

A line of a prescription is known as an order is (`numbers`). What is dispensed or given finds its
line by the same numbers; one that was never announced stands alone.
"""

from collections.abc import Sequence
from typing import Any, Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.filing.bearers import bearer_of
from hygie.intake.filing.elements import lay, warn
from hygie.intake.filing.numbers import numbers_of
from hygie.intake.filing.work import Work
from hygie.intake.mapping import concepts, numbers
from hygie.intake.mapping.engine import Context, scope_of
from hygie.intake.mapping.parts import after, first, parts
from hygie.intake.mapping.results import Bearer
from hygie.store.contract import Resource

_PREPARATION: Final = "preparation"
_SUBJECT: Final = {"encounter": "context"}
"""Dispenses and administrations call the stay their context."""


async def file_prescriptions(work: Work, message: Message) -> None:
    """Each ORC with its RXE, else its RXO; one alone tells what became of a line."""
    bearer, context = await bearer_of(work, message), work.context(message)
    for part in parts(message, "ORC", ("RXE",) if message.first("RXE") else ("RXO",)):
        await file_line(work, part, bearer, context, work.said(message))


async def file_line(
    work: Work, part: Sequence[Segment], bearer: Bearer, context: Context, said: str
) -> None:
    """One line of a prescription, as it stands with what this part says."""
    known = numbers_of(None, first(part, "ORC"))
    known.require()
    await work.tx.guard("prescription", *known.texts)
    stored = await known.find(work, "MedicationRequest", bearer.subject) or {}
    elements = context.map("RXE", scope_of(*_line(part)))
    _prepare(elements, part)
    line = {
        **elements,
        "resourceType": "MedicationRequest",
        "id": stored.get("id") or known.id(work, "MedicationRequest", bearer.subject),
        **bearer.elements(),
    }
    laid = lay(stored, line, said)
    warn(work, laid, "prescription.late", part[0].where)
    work.put({"status": "active", **laid.resource})


async def file_dispenses(work: Work, message: Message) -> None:
    """RDS^O13: each RXD."""
    bearer, context = await bearer_of(work, message), work.context(message)
    if message.first("RXD") is None:
        message.require("RXD")
    for part in parts(message, "ORC", ("RXD",)):
        rxd = first(part, "RXD")
        if rxd is None:
            continue
        key = f"{bearer.subject}|{rxd.text(7)}|{rxd.text(1)}|{rxd.text(3)}|{rxd.text(2)}"
        await _put(work, message, rxd, {
            "resourceType": "MedicationDispense",
            "id": work.rooms.ids("MedicationDispense", key),
            **context.map("RXD", scope_of(*part)),
            **_elements(bearer),
            **await _line_of(work, part, bearer, "authorizingPrescription", many=True),
        })  # fmt: skip


async def file_administrations(work: Work, message: Message) -> None:
    """RAS^O17: each RXA of a line."""
    bearer, context = await bearer_of(work, message), work.context(message)
    if message.first("RXA") is None:
        message.require("RXA")
    for part in parts(message, "ORC", ()):
        line = await _line_of(work, part, bearer, "request", many=False)
        routes = [segment for segment in part if segment.name == "RXR"]
        for rxa in (segment for segment in part if segment.name == "RXA"):
            orc = first(part, "ORC")
            key = f"{bearer.subject}|{orc.raw(2) if orc else ''}|{rxa.text(2)}|{rxa.text(3)}"
            await _put(work, message, rxa, {
                "resourceType": "MedicationAdministration",
                "id": work.rooms.ids("MedicationAdministration", f"{key}|{rxa.text(5)}"),
                **context.map("RXA-given", scope_of(rxa, *routes)),
                **_elements(bearer),
                **line,
            })  # fmt: skip


async def _put(work: Work, message: Message, segment: Segment, told: Resource) -> None:
    laid = lay(await work.read(told["resourceType"], told["id"]), told, work.said(message))
    warn(work, laid, "prescription.late", segment.where)
    work.put(laid.resource)


async def _line_of(
    work: Work, part: Sequence[Segment], bearer: Bearer, name: str, *, many: bool
) -> Resource:
    """The reference to the line this is of, when it is known."""
    known = numbers_of(None, first(part, "ORC"))
    found = await known.find(work, "MedicationRequest", bearer.subject) if known.fields else None
    if found is None:
        return {}
    reference = {"reference": f"MedicationRequest/{found['id']}"}
    return {name: [reference] if many else reference}


def _elements(bearer: Bearer) -> Resource:
    return {_SUBJECT.get(name, name): value for name, value in bearer.elements().items()}


def _line(part: Sequence[Segment]) -> list[Segment]:
    """The ORC with what the pharmacy encoded, else with what was asked: not both at once. A timing
    that stands before the RXE is that of the order."""
    if first(part, "RXE") is None:
        return list(part)
    encoded = after(part, "RXE")
    timed = [s for s in part if s.name == "TQ1"] if first(encoded, "TQ1") is None else []
    routed = [s for s in part if s.name == "RXR"] if first(encoded, "RXR") is None else []
    notes = [s for s in part if s.name == "NTE" and s not in encoded]
    return [*part[:1], *timed, *routed, *notes, *encoded]


def _prepare(elements: Resource, part: Sequence[Segment]) -> None:
    """A preparation of several components (RXC) becomes a Medication inside the prescription."""
    components = [segment for segment in after(part, "RXE") if segment.name == "RXC"]
    if not components:
        return
    code = elements.pop("medicationCodeableConcept", {})
    elements["contained"] = [{
        "resourceType": "Medication",
        "id": _PREPARATION,
        **({"code": code} if code else {}),
        "ingredient": [_ingredient(component) for component in components],
    }]  # fmt: skip
    elements["medicationReference"] = {"reference": f"#{_PREPARATION}"}


def _ingredient(component: Segment) -> dict[str, Any]:
    """RXC-2 what, RXC-3 how much, RXC-4 its unit."""
    found: dict[str, Any] = {"itemCodeableConcept": concepts.concept(component.field(2))}
    if amount := component.text(3):
        value = numbers.decimal(amount, component.place(3))
        found["strength"] = {
            "numerator": {"value": value, **concepts.unit(component.field(4))},
            "denominator": {"value": 1},
        }
    return found
