"""What is wrong with a structure, said. Generated code calls these when a test fails.

Nothing here is reached for a valid resource, so clarity comes before speed.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from hygie.fhir.validate import phrases
from hygie.fhir.validate.report import EXCERPT_CHARACTERS, Place, Report, excerpt


def wrong_object(value: Any, place: Place, report: Report) -> None:
    """`value` stands where an object with members was expected."""
    if isinstance(value, dict):
        empty(place, report)
    elif value is None:
        null(place, report)
    elif isinstance(value, list):
        report.add("structure", "structure.single", phrases.A_LIST, place)
    else:
        report.add("structure", "structure.object", phrases.NOT_AN_OBJECT, place)


def wrong_list(value: Any, place: Place, report: Report) -> None:
    """`value` stands where an array with items was expected."""
    if isinstance(value, list):
        empty(place, report)
    elif value is None:
        null(place, report)
    else:
        report.add("structure", "structure.list", phrases.NOT_A_LIST, place)


def empty(place: Place, report: Report) -> None:
    report.add("structure", "structure.empty", phrases.EMPTY, place)


def only_an_id(place: Place, report: Report) -> None:
    report.add("invariant", "structure.only-id", phrases.ONLY_AN_ID, place)


def null(place: Place, report: Report) -> None:
    report.add("structure", "structure.null", phrases.NULL, place)


def missing(name: str, place: Place, report: Report) -> None:
    """`place` is that of the element that lacks `name`: an issue points to what is there."""
    report.add("required", "structure.required", phrases.MISSING, place, name=name)


def too_many(count: int, limit: int, place: Place, report: Report) -> None:
    details = {"count": str(count), "limit": str(limit)}
    report.add("structure", "structure.maximum", phrases.TOO_MANY, place, **details)


def element_id(name: Any, place: Place, report: Report) -> None:
    """The id of an element: no other of the resource has it (R4 §2.26.0, Element.id)."""
    if report.ids is None:
        report.ids = set()
    if type(name) is str and name in report.ids:
        found = excerpt(name)
        report.add(
            "business-rule", "structure.element-id", phrases.SAME_ELEMENT_ID, place, found=found
        )
    elif type(name) is str:
        report.ids.add(name)


def unknown_element(
    name: str, known: Iterable[str], type_name: str, place: Place, report: Report
) -> None:
    details = {"found": excerpt(name), "type": type_name, "near": nearest(name, known)}
    phrase = phrases.UNKNOWN_ELEMENT_NEAR if details["near"] else phrases.UNKNOWN_ELEMENT
    where = (place, name, -1)
    report.add("structure", "structure.unknown-element", phrase, where, **details)


def unknown_type(value: Any, types: Iterable[str], place: Place, report: Report) -> None:
    name = value.get("resourceType")
    if not isinstance(name, str):
        report.add("structure", "structure.resource-type", phrases.NO_TYPE, place)
        return
    details = {"found": excerpt(name), "near": nearest(name, types)}
    phrase = phrases.UNKNOWN_TYPE_NEAR if details["near"] else phrases.UNKNOWN_TYPE
    report.add("structure", "structure.resource-type", phrase, place, **details)


def nearest(name: str, known: Iterable[str]) -> str:
    """A known name that the writer may have meant, or ""."""
    return next(iter(get_close_matches(name[:EXCERPT_CHARACTERS], known, n=1)), "")
