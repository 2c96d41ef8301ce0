"""Reading what questionnaires and answers hold, whatever its shape."""

from collections.abc import Hashable
from typing import Any

from hygie.fhir.validate.reading import Value, chosen, objects, text
from hygie.fhir.validate.report import excerpt


def extension_values(element: Any, url: str) -> list[Value]:
    """The values of the extensions of one kind."""
    extensions = element.get("extension") if isinstance(element, dict) else None
    found = (chosen(e, "value") for _, e in objects(extensions) if e.get("url") == url)
    return [value for value in found if value]


def key_of(value: Value) -> Hashable:
    """What a value is told from others by: a coding by system and code, a reference by its text."""
    type_, content = value
    if isinstance(content, dict):
        parts = ("reference",) if type_ == "Reference" else ("system", "code")
        return (type_, *(text(content.get(part)) for part in parts))
    return (type_, str(content))


def shown(value: Any) -> str:
    """A value in a sentence: codes with their system, quantities with their unit."""
    if not isinstance(value, dict):
        return excerpt(value)
    if "value" in value or "unit" in value:
        parts = (
            value.get("comparator"),
            value.get("value"),
            value.get("unit") or value.get("code"),
        )
    elif "code" in value or "system" in value:
        code, system = text(value.get("code")), text(value.get("system"))
        parts = (text(value.get("display")), f"{system}#{code}" if system else code, None)
    else:
        parts = (value.get("reference") or value.get("display"), None, None)
    return excerpt(" ".join(str(part) for part in parts if part not in (None, "")))
