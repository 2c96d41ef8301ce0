"""ORM^O01, OML^O21, O33, O35, OMG^O19: orders to ServiceRequest, with their specimens.

What follows a second PID (earlier results, OML) is kept in the message.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from hygie.hl7v2.message import Message, Segment
from hygie.intake.filing.bearers import bearer_of
from hygie.intake.filing.elements import lay, put_timely, warn
from hygie.intake.filing.numbers import Numbers, numbers_of
from hygie.intake.filing.prescriptions import file_line
from hygie.intake.filing.work import Work
from hygie.intake.mapping.engine import Context, scope_of
from hygie.intake.mapping.parts import first, parts
from hygie.intake.mapping.results import Bearer
from hygie.intake.mapping.specimens import specimens
from hygie.store.contract import Resource

_BY_SPECIMEN: Final = ("O33", "O35")
"""Events in which a specimen stands before the orders it is for."""
_REPLACED: Final = ("RP", "RU", "RQ")
_REPLACING: Final = ("RO",)


async def file_orders(work: Work, message: Message) -> None:
    """Each ORC with its OBR; one alone tells what became of an order, one with an RXO is a line of
    a prescription."""
    bearer, context = await bearer_of(work, message), work.context(message)
    leading, replaced, said = _leading(message), "", work.said(message)
    for part in parts(message, "ORC", ("OBR", "RXO")):
        if first(part, "RXO"):
            await file_line(work, part, bearer, context, said)
            continue
        stored, order = await _order(work, part, bearer, context)
        taken = leading.get(part[0].where) or [s for s in part if s.name == "SPM"]
        made = list(specimens(taken, f"ServiceRequest/{order['id']}", bearer.subject, context))
        if made:
            order["specimen"] = [{"reference": f"Specimen/{item['id']}"} for item in made]
        told = list(_told(part, order, bearer, context))
        if told:
            order["supportingInfo"] = [{"reference": f"Observation/{item['id']}"} for item in told]
        control = _control(part)
        if control in _REPLACING and replaced:
            order["replaces"] = [{"reference": replaced}]
        replaced = f"ServiceRequest/{order['id']}" if control in _REPLACED else ""
        laid = lay(stored, order, said)
        warn(work, laid, "order.late", part[0].where)
        await put_timely(work, laid, [*made, *told])
        work.put({"status": "active", **laid.resource})


def _told(
    part: Sequence[Segment], order: Resource, bearer: Bearer, context: Context
) -> Iterator[Resource]:
    """What the order tells with it (OBX: weight, fasting, last dose)."""
    for rank, obx in enumerate((s for s in part if s.name == "OBX"), start=1):
        if obx.text(2).upper() != "ED" and obx.field(3):
            key = f"{order['id']}|{obx.text(3)}|{obx.text(4)}|{rank}"
            yield {
                "resourceType": "Observation",
                "id": context.ids("Observation", key),
                **context.map("OBX", {"OBX": (obx,)}),
                **bearer.elements(),
            }


async def _order(
    work: Work, part: Sequence[Segment], bearer: Bearer, context: Context
) -> tuple[Resource | None, Resource]:
    """The order as it is known, and what this part says; results that came before are linked."""
    numbers = numbers_of(first(part, "OBR"), first(part, "ORC"))
    numbers.require()
    await work.tx.guard("order", *numbers.texts)
    stored = await numbers.find(work, "ServiceRequest", bearer.subject)
    elements = context.map("order", scope_of(*part))
    identity = (stored or {}).get("id") or numbers.id(work, "ServiceRequest", bearer.subject)
    order = {
        **elements,
        "resourceType": "ServiceRequest",
        "id": identity,
        **bearer.elements(),
    }
    if stored is None:
        await _link_results(work, numbers, order, bearer.subject)
    return stored, order


async def _link_results(work: Work, numbers: Numbers, order: Resource, subject: str) -> None:
    """Reports of this order that came before it."""
    for report in await numbers.reports(work, subject):
        work.put({**report, "basedOn": [{"reference": f"ServiceRequest/{order['id']}"}]})


def _control(part: Sequence[Segment]) -> str:
    """ORC-1 (HL7 table 0119)."""
    orc = first(part, "ORC")
    return orc.text(1).upper() if orc else ""


def _leading(message: Message) -> dict[str, list[Segment]]:
    """Where specimens stand first: those of each order, by the place of its first segment."""
    if message.event not in _BY_SPECIMEN:
        return {}
    found: dict[str, list[Segment]] = {}
    taken: list[Segment] = []
    ordered = False
    for segment in message.segments:
        if segment.name == "SPM":
            taken = [segment] if ordered else [*taken, segment]
            ordered = False
        elif segment.name in ("ORC", "OBR"):
            found[segment.where] = taken
            ordered = True
    return found
