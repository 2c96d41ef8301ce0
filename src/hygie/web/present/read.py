"""Careful reading of FHIR JSON that others wrote: whatever is absent or odd reads as empty."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def objects(value: Any) -> Iterator[Json]:
    """The objects of an element, whether it repeats or not."""
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, dict))


def texts(value: Any) -> tuple[str, ...]:
    """The non-empty strings of an element, whether it repeats or not."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item)


def text(holder: Json, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def child(holder: Json, name: str) -> Json:
    """The object under `name`, the first one when it repeats, or an empty one."""
    return next(objects(holder.get(name)), {})


def extension(holder: Json, url_end: str) -> Json:
    """The first extension whose URL ends so: guides move their canonicals, not their names."""
    for item in objects(holder.get("extension")):
        if text(item, "url").rsplit("/", 1)[-1] == url_end:
            return item
    return {}


def codes(concept: Json) -> tuple[tuple[str, str], ...]:
    """(system, code) of each coding of a CodeableConcept."""
    return tuple(
        (text(coding, "system"), text(coding, "code")) for coding in objects(concept.get("coding"))
    )


def has_code(concept: Json, *wanted: str) -> bool:
    return any(code in wanted for _, code in codes(concept))


def concept_text(concept: Json) -> str:
    """What a CodeableConcept says to a reader: its text, else a display, else a code."""
    if said := text(concept, "text"):
        return said
    codings = list(objects(concept.get("coding")))
    displays = (text(coding, "display") for coding in codings)
    bare = (text(coding, "code") for coding in codings)
    return next(filter(None, displays), "") or next(filter(None, bare), "")


def reference_id(reference: Json, type_name: str) -> str:
    """The id of a local reference to a `type_name`, or empty."""
    target, _, identifier = text(reference, "reference").partition("/")
    return identifier.split("/", 1)[0] if target == type_name else ""


def reference_text(reference: Json) -> str:
    return text(reference, "display") or text(child(reference, "identifier"), "value")
