"""OBX-2, 5, 6 to Observation.value[x], and OBX-7, 8, 11 (HL7 v2.5 §7.4.2).

Numbers keep the digits they came with.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hygie.hl7v2.message import Field, Segment
from hygie.hl7v2.timestamps import date_time, time_of_day
from hygie.intake.mapping import concepts, phrases
from hygie.intake.mapping.engine import Context, Scope
from hygie.intake.mapping.numbers import decimal, not_a_number
from hygie.refusal import Category, refuse

Value = dict[str, Any]
_RANGE = re.compile(
    r"\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:-|–|à|to)\s*([+-]?\d+(?:[.,]\d+)?)\s*\Z", re.ASCII
)
_BOUND = re.compile(r"\s*(<=?|>=?|≤|≥)\s*([+-]?\d+(?:[.,]\d+)?)\s*\Z")
_COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_SINGLE = frozenset(("NM", "SN", "DT", "TS", "DTM", "TM"))
"""Types whose repetitions are values each; texts become lines, codes the codings of one concept."""
_KNOWN_FLAGS = frozenset(
    ("L", "H", "LL", "HH", "N", "A", "AA", "U", "D", "B", "W", "S", "R", "I", "MS", "VS", "<", ">",
     "POS", "NEG", "IND", "DET", "ND", "NR", "RR", "WR")
)  # fmt: skip


def observed(scope: Scope, context: Context) -> Value:
    """The value of an OBX, or why there is none. Several numbers or moments in one OBX-5 are
    components, each with the code of the whole: an Observation has one value."""
    obx = scope["OBX"][0]
    fields = [field for field in obx.repetitions(5) if field]
    if len(fields) > 1 and obx.text(2).upper() in _SINGLE:
        asked = concepts.concept(obx.field(3))
        each = (_read(obx, [field], context.zone) for field in fields)
        return {"component": [{"code": asked, **found} for found in each]}
    found = _read(obx, fields, context.zone) if fields else {}
    if found:
        return found
    code = "error" if obx.text(11).upper() in ("X", "D", "W") else "unknown"
    return {"dataAbsentReason": {"coding": [{"system": _ABSENT, "code": code}]}}


def value(obx: Segment, zone: ZoneInfo) -> Value:
    """The value, or nothing when OBX-5 is empty. Refuses a type it does not know."""
    fields = [field for field in obx.repetitions(5) if field]
    return _read(obx, fields, zone) if fields else {}


def _read(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:
    kind = obx.text(2).upper()
    reader = _READERS.get(kind)
    if reader is None:
        raise refuse(
            Category.UNSUPPORTED, "result.type", phrases.UNKNOWN_VALUE_TYPE, code="not-supported",
            location=obx.place(2), found=kind[:10],
        )  # fmt: skip
    return reader(obx, fields, zone)


def flag(field: Field) -> Value | None:
    """One repetition of OBX-8, with the standard code when there is one."""
    code = field.text(1)
    if code in _KNOWN_FLAGS:
        return {"coding": [{"system": _INTERPRETATION, "code": code}]}
    return {"text": code} if code else None


def reference_range(field: Field, obx: Segment, _context: Context) -> Value:
    """OBX-7: low and high when they can be read, the text as it stands in any case."""
    text = field.whole()
    unit = concepts.unit(obx.field(6))
    found: Value = {"text": text}
    both, bound = _RANGE.match(text), _BOUND.match(text)
    if both:
        found |= {"low": _quantity(both[1], unit), "high": _quantity(both[2], unit)}
    elif bound:
        found["high" if bound[1] in ("<", "<=", "≤") else "low"] = _quantity(bound[2], unit)
    return found


def _quantity(text: str, unit: dict[str, str]) -> Value:
    return {"value": Decimal(text.replace(",", ".")), **unit}


def _numeric(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    return {"valueQuantity": {"value": _number(fields[0]), **concepts.unit(obx.field(6))}}


def _structured(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    """SN: comparator, number, separator, number: "<^5", "^1^-^2", "^1^:^128", "^2^+"."""
    field, unit = fields[0], concepts.unit(obx.field(6))
    comparator, separator = field.text(1), field.text(3)
    if not field.text(2):
        raise not_a_number(field.text(2), field.place(2))
    first = {"value": _number(field, 2), **unit}
    if field.text(4):
        second = {"value": _number(field, 4), **unit}
        if separator == "-":
            return {"valueRange": {"low": first, "high": second}}
        if separator in (":", "/"):
            return {"valueRatio": {"numerator": first, "denominator": second}}
    if separator or comparator not in ("", "=", *_COMPARATORS):
        return {"valueString": "".join(field.text(number) for number in (1, 2, 3, 4))}
    known = _COMPARATORS.get(comparator)
    return {"valueQuantity": first | ({"comparator": known} if known else {})}


def _coded(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    """Several answers to one question are one concept with several codings."""
    found = [concepts.concept(field) for field in fields]
    codings = [coding for concept in found for coding in concept.get("coding", [])]
    text = ", ".join(concept["text"] for concept in found if "text" in concept)
    merged: Value = {"coding": codings} if codings else {}
    return {"valueCodeableConcept": merged | ({"text": text} if text else {})}


def _text(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    return {"valueString": "\n".join(field.whole() for field in fields)}


def _moment(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    return {"valueDateTime": date_time(fields[0].text(1), zone, fields[0].place())}


def _time(obx: Segment, fields: list[Field], zone: ZoneInfo) -> Value:  # noqa: ARG001
    return {"valueTime": time_of_day(fields[0].text(1), fields[0].place())}


_READERS: dict[str, Callable[[Segment, list[Field], ZoneInfo], Value]] = {
    "NM": _numeric,
    "SN": _structured,
    **dict.fromkeys(("CE", "CWE", "CNE", "CF", "IS", "ID"), _coded),
    **dict.fromkeys(("ST", "TX", "FT", ""), _text),
    **dict.fromkeys(("DT", "TS", "DTM"), _moment),
    "TM": _time,
}


def _number(field: Field, component: int = 1) -> Decimal:
    return decimal(field.text(component), field.place(component))
