"""Messages that no gateway may file: what goes wrong in real feeds, each for its own reason.

Each is an ordinary message of the clinic with one thing wrong; nothing in it says so.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from hygie.demo import portal
from hygie.demo.admissions import SOURCE, family_of
from hygie.demo.adt import identity_event, movement_event, xcn
from hygie.demo.catalogue import doctors
from hygie.demo.chance import Chance
from hygie.demo.clock import instant
from hygie.demo.event import Event, Kind
from hygie.demo.fhir import LOINC, UCUM, Entry, Resource, concept, subject, term, transaction
from hygie.demo.names import strict
from hygie.demo.oru import LABORATORY, Group, Line, Sample, loinc, report
from hygie.demo.plan import Course, Visit
from hygie.demo.ward import CARE

Builder = Callable[[Course, Visit, datetime, str], bytes]


def mistakes(courses: Sequence[Course], close: datetime, chance: Chance) -> Iterator[Event]:
    """One of each, over the last days, about patients whose stay ended before them."""
    known = [course for course in courses if _suits(course, close)]
    moment = close - timedelta(days=9)
    for source, kind, builder in _MISTAKES if known else ():
        course = chance.one(known)
        moment += timedelta(hours=chance.between(5, 11), minutes=7)
        when = moment.replace(hour=max(moment.hour, 4), microsecond=0)
        build = partial(builder, course, course.visits[-1], when)
        yield Event(when, family_of(course), source, kind, build)
    if len(known) > 1:
        yield from _same_control_id(known[0], known[-1], close - timedelta(hours=30))


def _same_control_id(first: Course, other: Course, when: datetime) -> Iterator[Event]:
    """A sender that restarted its counter: one control id for two different messages."""
    for course, later in ((first, 0), (other, 5)):
        moment = when + timedelta(hours=later)
        raw = identity_event("A31", course.person, moment, "GAM00000001R")
        yield Event(moment, family_of(first), SOURCE, "hl7v2", partial(_as_is, raw))


def _as_is(raw: bytes, _control: str) -> bytes:
    return raw


def _suits(course: Course, close: datetime) -> bool:
    person, visit = course.person, course.visits[-1]
    over = visit.end < close - timedelta(days=12) and visit.cancelled is None
    return over and person.standing == "qualified" and not person.mother


def _adt(event: str, course: Course, visit: Visit, control: str, *, undone: str = "") -> bytes:
    return movement_event(event, course.person, visit, visit.moves[0], control, undone=undone)


def _truncated(course: Course, visit: Visit, _when: datetime, control: str) -> bytes:
    """The line broke in the middle of PID-5."""
    whole = _adt("A01", course, visit, control)
    return whole[: whole.index(b"^L~")]


def _unknown_event(course: Course, visit: Visit, _when: datetime, control: str) -> bytes:
    return _adt("A01", course, visit, control).replace(b"ADT^A01^ADT_A01", b"ADT^A77^ADT_A77")


def _without_control_id(course: Course, visit: Visit, _when: datetime, _control: str) -> bytes:
    return _adt("A03", course, visit, "")


def _merge_of_unknown(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    return identity_event("A40", course.person, when, control, old="89999999")


def _impossible_birth(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    born = f"|{course.person.birth:%Y%m%d}|".encode()
    wrong = f"|{course.person.birth:%Y}0231|".encode()
    return identity_event("A31", course.person, when, control).replace(born, wrong)


def _matricule_without_key(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    ins = course.person.ins.encode()
    return identity_event("A31", course.person, when, control).replace(ins, ins[:13])


def _wrong_characters(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    """Declared UTF-8, sent as Latin-1."""
    moved = msgspec.structs.replace(course.person, street="3 allée de l'Étang")
    text = identity_event("A31", moved, when, control).decode()
    return text.encode("latin-1", "replace")


def _shifted_movement(course: Course, visit: Visit, _when: datetime, control: str) -> bytes:
    """ZBE-3, which must stay empty, holds a date, and what follows moved by one field."""
    whole = _adt("A02", course, visit, control)
    return whole.replace(b"||INSERT|", b"|20260101000000||INSERT|")


def _cancel_of_nothing(course: Course, visit: Visit, _when: datetime, control: str) -> bytes:
    """The transfer to cancel was never sent."""
    number = str(visit.moves[0].number).encode()
    whole = _adt("A12", course, visit, control, undone="A02")
    return whole.replace(b"ZBE|" + number, b"ZBE|999999")


def _words_for_number(course: Course, visit: Visit, when: datetime, control: str) -> bytes:
    line = Line("NM", loinc("2823-3", "Potassium"), "hémolysé", "mmol/L^mmol/L^UCUM", "3.5-5.0")
    sample = Sample(course.person, visit, f"9{course.person.number:07d}", visit.start, when)
    group = Group(loinc("24326-1", "Ionogramme sanguin"), "CH", [line])
    return report(LABORATORY, sample, [group], control)


def _not_a_message(course: Course, _visit: Visit, _when: datetime, _control: str) -> bytes:
    """A line of a spreadsheet left in the folder of messages."""
    person = course.person
    doctor = xcn(doctors()["2100"][0])
    cells = (person.ipp, strict(person.birth_name), person.given[0], f"{person.birth:%d/%m/%Y}")
    return (";".join((*cells, doctor.split("^")[1])) + "\r\n").encode()


def _observation(course: Course, when: datetime) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [term("observation-category", "vital-signs")],
        "code": concept(LOINC, "29463-7", "Poids"),
        "subject": subject(course.person),
        "effectiveDateTime": instant(when),
        "valueQuantity": {"value": 71, "unit": "kg", "system": UCUM, "code": "kg"},
    }


def _unknown_element(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    observation = _observation(course, when)
    observation["valeur"] = observation.pop("valueQuantity")
    return transaction(control, when, [Entry(observation)])


def _unknown_patient(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    observation = _observation(course, when)
    reference = observation["subject"]["reference"]
    observation["subject"] = {"reference": reference.replace(course.person.ipp, "89999998")}
    return transaction(control, when, [Entry(observation)])


def _cut_bundle(course: Course, _visit: Visit, when: datetime, control: str) -> bytes:
    whole = transaction(control, when, [Entry(_observation(course, when))])
    return whole[: len(whole) * 2 // 3]


_MISTAKES: tuple[tuple[str, Kind, Builder], ...] = (
    (SOURCE, "hl7v2", _truncated),
    (CARE, "fhir", _unknown_element),
    (portal.SOURCE, "fhir", portal.wrong_key),
    (SOURCE, "hl7v2", _unknown_event),
    ("labo", "hl7v2", _words_for_number),
    (SOURCE, "hl7v2", _merge_of_unknown),
    (SOURCE, "hl7v2", _impossible_birth),
    (portal.SOURCE, "fhir", portal.missing_traits),
    (CARE, "fhir", _cut_bundle),
    (SOURCE, "hl7v2", _without_control_id),
    (SOURCE, "hl7v2", _matricule_without_key),
    (SOURCE, "hl7v2", _cancel_of_nothing),
    (SOURCE, "hl7v2", _wrong_characters),
    (portal.SOURCE, "fhir", portal.unqualified),
    (CARE, "fhir", _unknown_patient),
    (SOURCE, "hl7v2", _shifted_movement),
    ("labo", "hl7v2", _not_a_message),
    (portal.SOURCE, "fhir", portal.spaced_matricule),
)
