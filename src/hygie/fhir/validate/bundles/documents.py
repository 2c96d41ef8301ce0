"""Documents and messages hold what their first resource refers to (R4 §3.3.1, §2.39.1)."""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.reading import objects, text_of
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.references.forms import RELATIVE
from hygie.fhir.validate.report import Place, Report, excerpt

Json = dict[str, Any]
Found = tuple[Any, Place]
"""What should be a Reference, and where."""

FIRST: Final = {"document": "Composition", "message": "MessageHeader"}


def check_closure(entries: Entries, place: Place, report: Report) -> bool:
    """Whether the bundle begins as it must; what its first resource refers to must be inside.

    The type of the first resource is the matter of bdl-11 and bdl-12.
    """
    expected = FIRST[entries.bundle_type]
    if not entries.resources:
        details = {"type": entries.bundle_type, "expected": expected}
        report.add("required", "bundle.first-entry", phrases.NO_ENTRY, place, **details)
        return False
    first = entries.resources[0] or {}
    here = ((place, "entry", 0), "resource", -1)
    if text_of(first, "resourceType") != expected:
        return False
    named = named_by(first, here) if expected == "Composition" else _of(first, here, "focus")
    for reference, where in named:
        _check_inside(reference, entries, where, report)
    return True


def named_by(composition: Json, place: Place) -> Iterator[Found]:
    """The references of a Composition whose targets a document holds (R4 §3.3.1)."""
    for name in ("subject", "author", "encounter", "custodian"):
        yield from _of(composition, place, name)
    for index, attester in objects(composition.get("attester")):
        yield from _of(attester, (place, "attester", index), "party")
    for index, event in objects(composition.get("event")):
        yield from _of(event, (place, "event", index), "detail")
    waiting = [(composition, place)]
    while waiting:
        above, where = waiting.pop()
        for index, section in objects(above.get("section")):
            here = (where, "section", index)
            for name in ("author", "focus", "entry"):
                yield from _of(section, here, name)
            waiting.append((section, here))


def _of(value: Json, place: Place, name: str) -> Iterator[Found]:
    found = value.get(name)
    if type(found) is list:
        for index, item in enumerate(found):
            yield item, (place, name, index)
    elif found is not None:
        yield found, (place, name, -1)


def _check_inside(reference: Any, entries: Entries, place: Place, report: Report) -> None:
    """What resembles an entry, or lacks a fullUrl, has been reported as any reference is."""
    text = text_of(reference, "reference") if type(reference) is dict else ""
    if not text or text[0] == "#" or entries.find(text, entries.root(0)) or entries.alike(text):
        return
    if entries.full_urls[0] or not RELATIVE.fullmatch(text):
        details = {"found": excerpt(text), "type": entries.bundle_type}
        report.add("not-found", "bundle.not-inside", phrases.NOT_INSIDE, place, **details)
