"""The admission office: what it sends of persons and stays, by PAM-FR 2.11."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bench.hospital_day.message import Message
from bench.hospital_day.stays import Stay, Step
from bench.hospital_day.wards import Bed
from hygie.demo.adt import pid
from hygie.demo.clock import hl7
from hygie.demo.hl7 import (
    IEP_OID,
    IPP_OID,
    MOVEMENT_OID,
    UNIT_OID,
    authority,
    header,
    identifier,
    message,
    segment,
)
from hygie.demo.people import Person
from hygie.demo.plan import Visit

SENDER: Final = "GAM"
STRUCTURES: Final = {
    "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A05": "ADT_A05",
    "A06": "ADT_A06", "A11": "ADT_A09", "A12": "ADT_A12", "A13": "ADT_A01", "A21": "ADT_A21",
    "A22": "ADT_A21", "A28": "ADT_A05", "A31": "ADT_A05", "A40": "ADT_A39", "A54": "ADT_A54",
    "Z99": "ADT_A01",
}  # fmt: skip


def of_stay(stay: Stay) -> Iterator[Message]:
    """The person's identity first, then each movement as it was entered."""
    first = min(step.recorded for step in stay.steps)
    yield of_person("A28", stay.person, first - timedelta(minutes=1))
    for step in stay.steps:
        yield _movement(stay, step)


def of_person(event: str, person: Person, moment: datetime, *, losing: str = "") -> Message:
    """A28, A31; A40 of the record `losing` into this one."""
    more = [segment("PV1", {2: "N"})]
    if losing:
        more = [segment("MRG", {1: identifier(losing, IPP_OID, "PI")})]

    def build(control: str) -> bytes:
        return message(*_opening(event, moment, moment, control), pid(person), *more)

    return Message(moment, SENDER, f"ADT^{event}", person.ipp, build)


def _movement(stay: Stay, step: Step) -> Message:
    person = pid(stay.person, visit_of(stay))

    def build(control: str) -> bytes:
        return message(
            *_opening(step.event, step.recorded, step.start, control),
            person,
            pv1(stay.number, step.kind, step.bed, stay.begin),
            _zbe(step),
        )

    return Message(step.recorded, SENDER, f"ADT^{step.event}", stay.person.ipp, build)


def visit_of(stay: Stay) -> Visit:
    return Visit("hospitalisation", "", [], stay.begin, iep=stay.number)


def pv1(number: str, kind: str, bed: Bed, begin: datetime) -> str:
    fields = {1: "1", 2: kind, 3: f"{bed.unit}^{bed.room}^{bed.bed}^{authority(UNIT_OID)}",
              19: identifier(number, IEP_OID, "VN"), 44: hl7(begin)}  # fmt: skip
    return segment("PV1", fields)


def _opening(event: str, recorded: datetime, occurred: datetime, control: str) -> tuple[str, str]:
    kind = f"ADT^{event}^{STRUCTURES[event]}"
    return (
        header(SENDER, recorded, kind, control, pam=True),
        segment("EVN", {2: hl7(recorded), 6: hl7(occurred)}),
    )


def _zbe(step: Step) -> str:
    responsible = f"Unité {step.bed.unit}^^^^^{authority(UNIT_OID)}^UF^^^{step.bed.unit}"
    fields = {
        1: f"{step.number}^{authority(MOVEMENT_OID).replace('&', '^')}",
        2: hl7(step.start), 4: step.action, 5: "N", 6: step.original, 7: responsible,
        8: responsible, 9: "HMS",
    }  # fmt: skip
    return segment("ZBE", fields)
