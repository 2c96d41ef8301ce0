"""Members of JSON that may be of any shape."""

from typing import Any

from hygie.fhir.validate.reading import Json, objects, text_of


def extensions(value: Any, url: str) -> list[Json]:
    """The extensions of an element that have a URL."""
    items = value.get("extension") if type(value) is dict else None
    if type(items) is not list:
        return []
    return [item for item in items if type(item) is dict and item.get("url") == url]


def codes(concept: Any) -> list[str]:
    """The codes of a CodeableConcept, whatever their systems."""
    if type(concept) is not dict:
        return []
    return [text_of(coding, "code") for _, coding in objects(concept.get("coding"))]
