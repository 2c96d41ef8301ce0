"""What is wrong with a primitive value, said. Generated code calls these when a test fails."""

import re
from decimal import Decimal
from functools import cache
from typing import Any, Final

from hygie.fhir.definitions import r4
from hygie.fhir.validate import phrases
from hygie.fhir.validate.faults import empty, null
from hygie.fhir.validate.narrative import refusal_reason
from hygie.fhir.validate.primitives import (
    CANONICAL,
    CONTROL,
    DATES,
    EXPECTED,
    INTEGERS,
    TEXTS,
    Format,
    formats,
    in_calendar,
)
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.limits import MAX_STRING_CHARACTERS
from hygie.refusal import Phrase

Codes = frozenset[str] | frozenset[tuple[str, str]]
"""Codes of a value set: alone for a `code`, with their systems for a `Coding`."""

ABSOLUTE_OR_HERE: Final = re.compile(CANONICAL, re.ASCII)
TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
"""In a text: what a page that forgets to escape it would take for markup."""
MARKUP: Final = re.compile(
    r"<(?!https?:|mailto:|[A-Za-z0-9._%+\-]{1,64}@)[/!]?[A-Za-z][^<>\s]{0,64}"
)
"""In Markdown: HTML, which whoever displays it will not show; links between brackets are none."""
SHOWN_CODES: Final = 12
WHOLE_DAY: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T.*)?", re.ASCII)
JSON_TYPES: Final[dict[str, Any]] = {
    "boolean": bool,
    "decimal": (int, Decimal),
    **dict.fromkeys(INTEGERS, int),
}
"""Primitive type -> Python type of its JSON value, where it is not a string."""


def wrong_value(value: Any, type_name: str, place: Place, report: Report) -> None:
    """`value` is not a valid primitive of the type."""
    if value is None:
        null(place, report)
    elif isinstance(value, list):
        report.add("structure", "structure.single", phrases.A_LIST, place)
    elif value == "":
        empty(place, report)
    elif isinstance(value, bool) or not isinstance(value, JSON_TYPES.get(type_name, str)):
        _unexpected("value.json-type", phrases.JSON_TYPE, value, type_name, place, report)
    elif type_name == "xhtml":
        _wrong_narrative(value, place, report)
    elif type_name in TEXTS:
        _wrong_text(value, type_name, place, report)
    elif type_name in DATES and WHOLE_DAY.fullmatch(value) and not in_calendar(value):
        found = excerpt(value)
        report.add("value", "value.calendar", phrases.NO_SUCH_DATE, place, found=found)
    elif type_name in DATES and _forms()[type_name](value):
        found = excerpt(value)
        report.say("warning", "value", "value.year", phrases.YEAR, place, found=found)
    elif type_name == "canonical" and not ABSOLUTE_OR_HERE.match(value):
        found = excerpt(value)
        report.add("value", "reference.canonical", phrases.CANONICAL, place, found=found)
    else:
        _unexpected("value.format", phrases.FORMAT, value, type_name, place, report)


def wrong_item(  # what generated code has at hand
    value: Any, type_name: str, place: Place, report: Report, siblings: Any
) -> None:
    """An item of an array of primitives; `null` may stand in for one that has only extensions."""
    if value is not None or not _has_sibling(siblings, place[2]):
        wrong_value(value, type_name, place, report)


def wrong_code(value: Any, codes: Codes, place: Place, report: Report) -> None:
    """`value` is not one of the codes of a required binding (R4 §4.1.5)."""
    if not isinstance(value, str) or value == "":
        wrong_value(value, "code", place, report)
        return
    details = {"found": excerpt(value), "codes": listed(codes)}
    report.add("code-invalid", "value.binding", phrases.NOT_IN_VALUE_SET, place, **details)


def wrong_code_item(value: Any, codes: Codes, place: Place, report: Report, siblings: Any) -> None:
    if value is not None or not _has_sibling(siblings, place[2]):
        wrong_code(value, codes, place, report)


def listed(codes: Codes) -> str:
    """The codes in a sentence: all of a short list, the first of a long one."""
    names = sorted({code if isinstance(code, str) else code[1] for code in codes})
    shown = ", ".join(names[:SHOWN_CODES])
    return shown if len(names) <= SHOWN_CODES else f"{shown}, …"


def _has_sibling(siblings: Any, index: int) -> bool:
    return isinstance(siblings, list) and index < len(siblings) and siblings[index] is not None


def _wrong_text(text: str, type_name: str, place: Place, report: Report) -> None:
    if len(text) > MAX_STRING_CHARACTERS:
        details = {"size": str(len(text)), "limit": str(MAX_STRING_CHARACTERS)}
        report.add("too-long", "value.length", phrases.TOO_LONG, place, **details)
    elif control := CONTROL.search(text):
        found = f"{ord(control.group()):04X}"
        report.add("value", "value.control", phrases.CONTROL_CHARACTER, place, found=found)
    elif tag := (TAG if type_name == "string" else MARKUP).search(text):
        found = excerpt(tag.group())
        report.say("warning", "value", "value.markup", phrases.MARKUP, place, found=found)


@cache
def _forms() -> dict[str, Format]:
    return formats(r4())


def _wrong_narrative(text: str, place: Place, report: Report) -> None:
    if reason := refusal_reason(text):
        details = {"reason": reason.fr, "reason_en": reason.en}
        report.add("value", "value.narrative", phrases.NARRATIVE, place, **details)


def _unexpected(
    rule: str, phrase: Phrase, value: Any, type_name: str, place: Place, report: Report
) -> None:
    expected = EXPECTED[type_name]
    details = {"type": type_name, "expected": expected.fr, "expected_en": expected.en}
    report.add("value", rule, phrase, place, found=excerpt(value), **details)
