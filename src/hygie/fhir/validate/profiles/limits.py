"""Limits that extensions of a definition set: maxSize, maxDecimalPlaces, minLength, regex.

R4 extension registry, extensions of ElementDefinition. A limit that is none is passed over.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.model import Said
from hygie.fhir.validate.profiles.values import Check
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Refused


def limit_checks(said: Said) -> Iterator[Check]:
    """What extensions of an element definition say of its values."""
    for name, limit in said.further.items():
        if name == "regex":
            if type(limit) is str and _is_pattern(limit):
                yield _form(limit)
        elif type(limit) in (int, Decimal) and 0 <= limit < LARGEST:
            yield MADE[name](int(limit))


LARGEST: Final = 2**53


def _size(limit: int) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        count = _bytes_of(value) if type(value) is dict else 0
        if count > limit:
            details = {"count": str(count), "limit": str(limit)}
            report.add("too-long", "profile.maximum-size", phrases.SIZE, place, **details)

    return check


def _bytes_of(attachment: dict[str, Any]) -> int:
    """Of what an attachment carries; where it is elsewhere, what it says of itself."""
    data, said = attachment.get("data"), attachment.get("size")
    if type(data) is str:
        text = "".join(data.split())
        return len(text) * 3 // 4 - text[-2:].count("=")
    return said if type(said) is int else 0


def _places(limit: int) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        number = value.get("value") if type(value) is dict else value
        exponent = number.as_tuple().exponent if type(number) is Decimal else 0
        if isinstance(exponent, int) and -exponent > limit:
            details = {"found": excerpt(number), "count": str(-exponent), "limit": str(limit)}
            report.add("value", "profile.decimal-places", phrases.DIGITS, place, **details)

    return check


def _least(limit: int) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if type(value) is str and len(value) < limit:
            details = {"count": str(len(value)), "limit": str(limit)}
            report.add("value", "profile.minimum-length", phrases.SHORT, place, **details)

    return check


MADE: Final[dict[str, Callable[[int], Check]]] = {
    "maxSize": _size,
    "maxDecimalPlaces": _places,
    "minLength": _least,
}


def _form(pattern: str) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if type(value) is str and not matches_full(value, pattern):
            details = {"found": excerpt(value), "expected": excerpt(pattern)}
            report.add("value", "profile.regex", phrases.FORM, place, **details)

    return check


def _is_pattern(pattern: str) -> bool:
    try:
        matches_full("", pattern)
    except Refused:
        return False
    return True
