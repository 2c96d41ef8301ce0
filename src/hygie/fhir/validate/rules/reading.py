"""Members of JSON that may be of any shape."""

from typing import Any

Json = dict[str, Any]


def text(value: Json, member: str) -> str:
    """The text that a member holds; empty when there is none."""
    found = value.get(member)
    return found if type(found) is str else ""


def objects(items: Any) -> list[Json]:
    """The objects of an array; none when it is not one."""
    return [item for item in items if type(item) is dict] if type(items) is list else []


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
    return [text(coding, "code") for coding in objects(concept.get("coding"))]
