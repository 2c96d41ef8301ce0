"""The conversions that tables may name: HL7 v2 data types to values of FHIR R4.

Each reads one repetition of a field. What it cannot read it refuses at its place.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from hygie.hl7v2.message import Field, Segment
from hygie.hl7v2.timestamps import date_time, day, time_of_day
from hygie.intake.mapping import concepts, demographics, identifiers, numbers, people, values
from hygie.intake.mapping.engine import phrases
from hygie.intake.mapping.engine.context import Context
from hygie.intake.mapping.engine.conversion import Conversion, Options, Read
from hygie.refusal import Category, refuse

_SUBSTITUTION: Final = {"N": False, "G": True, "T": True, "Y": True}
YES: Final = {"Y": True, "N": False}


def _text(options: Options) -> Read:
    place = options.place
    return lambda field, _segment, _context: place.of(field)


def _whole(_options: Options) -> Read:
    return lambda field, _segment, _context: field.whole()


def _stamped(read: Callable[[str, Context, str], Any]) -> Callable[[Options], Read]:
    """Of a text and the place that is refused."""

    def make(options: Options) -> Read:
        place, component = options.place, options.place.component

        def convert(field: Field, _segment: Segment, context: Context) -> Any:
            text = place.of(field)
            return read(text, context, field.place(component)) if text else None

        return convert

    return make


def _instant(text: str, context: Context, place: str) -> str:
    moment = date_time(text, context.zone, place)
    return moment if len(moment) > len("YYYY-MM-DD") else ""


def _yes(options: Options) -> Read:
    place = options.place
    return lambda field, _segment, _context: YES.get(place.of(field))


def _digits(options: Options) -> Read:
    place = options.place

    def convert(field: Field, _segment: Segment, _context: Context) -> int | None:
        text = place.of(field)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    return convert


def _decimal(text: str, _context: Context, place: str) -> Decimal:
    return numbers.decimal(text, place)


def _code(options: Options) -> Read:
    """A code of a list; one that is not listed is refused, left out or kept, as the list says."""
    place, listed = options.place, options.codes
    assert listed is not None  # noqa: S101 - rows are checked before
    codes = listed.codes

    def convert(field: Field, _segment: Segment, _context: Context) -> str:
        text = place.of(field)
        known = codes.get(text) or codes.get(text.upper())
        if known is not None or not text:
            return known or ""
        if listed.unknown == "refuse":
            raise refuse(
                Category.INVALID, listed.rule, phrases.UNKNOWN_CODE, code="code-invalid",
                location=field.place(place.component), found=text[:10], title=listed.title,
            )  # fmt: skip
        return text if listed.unknown == "keep" else ""

    return convert


def _listed_concept(options: Options) -> Read:
    """A code of a list as a concept of the row's system."""
    code, system = _code(options), options.system

    def convert(field: Field, segment: Segment, context: Context) -> Any:
        found = code(field, segment, context)
        return {"coding": [{"system": system, "code": found}]} if found else None

    return convert


def _coded(options: Options) -> Read:
    system = options.system
    return lambda field, _segment, _context: concepts.of_system(field, system)


def _part_entity(options: Options) -> Read:
    component = options.place.component or 1
    return lambda field, _segment, _context: identifiers.part_entity(field, component)


def _of(read: Callable[[Field], Any]) -> Callable[[Options], Read]:
    """Of a whole repetition, which says all there is to know."""
    return lambda _options: lambda field, _segment, _context: read(field)


def _with_message(read: Callable[[Field, Context], Any]) -> Callable[[Options], Read]:
    """Of a whole repetition, and of who sent it."""
    return lambda _options: lambda field, _segment, context: read(field, context)


_CODES, _SYSTEM = frozenset(("codes",)), frozenset(("system",))
FIELDS: Final = {
    "text": Conversion(_text, "string", "a component, unescaped", component=True),
    "whole": Conversion(_whole, "string", "ST, TX, FT: the whole repetition as one text"),
    "note": Conversion(
        _of(lambda field: {"text": field.whole()}), "Annotation", "TX, FT as a note"
    ),
    "label": Conversion(
        _of(concepts.label), "CodeableConcept", "CE, CWE: its words alone, where codes are local"
    ),
    "date": Conversion(
        _stamped(lambda text, _context, place: day(text, place)), "date",
        "DT, TS: the day, as precise as sent", component=True,
    ),
    "date-time": Conversion(
        _stamped(lambda text, context, place: date_time(text, context.zone, place)), "dateTime",
        "TS, DTM: as precise as sent, in the establishment's zone unless it says", component=True,
    ),
    "instant": Conversion(
        _stamped(_instant), "instant", "TS, DTM: left out when only the day is known",
        component=True,
    ),
    "time": Conversion(
        _stamped(lambda text, _context, place: time_of_day(text, place)), "time", "TM",
        component=True,
    ),
    "yes": Conversion(_yes, "boolean", "Y true, N false, others left out", component=True),
    "digits": Conversion(_digits, "integer", "digits alone, else left out", component=True),
    "decimal": Conversion(
        _stamped(_decimal), "decimal", "NM: keeps its digits; else refused", component=True
    ),
    "quantity": Conversion(
        _of(numbers.quantity), "Quantity", "CQ: number ^ unit (CE as subcomponents)"
    ),
    "money": Conversion(_of(numbers.money), "Money", "CP, MO: amount & currency"),
    "code": Conversion(_code, "code", "a code of a list of codes", _CODES, component=True),
    "listed": Conversion(
        _listed_concept, "CodeableConcept", "a code of a list, as a concept of `system`",
        _CODES | _SYSTEM, component=True,
    ),
    "coded": Conversion(_coded, "CodeableConcept", "ID, IS, CE: a code of `system`", _SYSTEM),
    "concept": Conversion(
        _of(concepts.concept), "CodeableConcept", "CE, CWE with its alternate and its words"
    ),
    "words": Conversion(
        _of(lambda field: {"text": field.whole()}), "CodeableConcept", "ST, TX: words alone"
    ),
    "note-of-code": Conversion(
        _of(lambda field: {"text": field.text(2) or field.text(1)}), "Annotation",
        "CE, CWE: its words as a note",
    ),
    "plain": Conversion(
        _of(lambda field: {"value": field.text(1)}), "Identifier", "ST: a number without authority"
    ),
    "maker": Conversion(
        _of(lambda field: {"type": "Organization", "display": field.text(2) or field.text(1)}),
        "Reference", "CE, CWE: an organisation by its name",
    ),
    "payor": Conversion(
        _with_message(identifiers.payor), "Reference", "CX: an insurer by its number"
    ),
    "may-substitute": Conversion(
        _of(lambda field: _SUBSTITUTION.get(field.text(1).upper())), "boolean",
        "table 0161: N false; G, T, Y true", component=True,
    ),
    "substituted": Conversion(
        _of(lambda field: field.text(1) not in ("0", "1", "N")), "boolean",
        "table 0167: 0, 1, N false",
    ),
    "coding": Conversion(_of(concepts.coding), "Coding", "CE, CWE: the first code alone"),
    "address": Conversion(_of(demographics.address), "Address", "XAD; component 9: INSEE code"),
    "telecom": Conversion(_of(demographics.telecom), "ContactPoint", "XTN"),
    "name": Conversion(_of(people.name), "HumanName", "XPN"),
    "professional": Conversion(
        _of(people.professional), "Reference", "XCN: identifier (RPPS) and name"
    ),
    "organization": Conversion(
        _with_message(identifiers.organization), "Reference", "XON: identifier and name"
    ),
    "identifier": Conversion(
        _with_message(identifiers.identifier), "Identifier", "CX, with its authority and type"
    ),
    "flag": Conversion(_of(values.flag), "CodeableConcept", "IS: an abnormal flag, OBX-8"),
    "reference-range": Conversion(
        lambda _options: values.reference_range, "Observation.referenceRange",
        "ST: a range or a bound, in the unit of OBX-6",
    ),
    "entity": Conversion(_of(identifiers.entity), "Identifier", "EI"),
    "part-entity": Conversion(
        _part_entity, "Identifier", "EIP: the placer's (.1) or the filler's (.2)", component=True
    ),
}  # fmt: skip
