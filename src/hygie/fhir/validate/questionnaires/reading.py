"""Reading JSON whose shape is not known to be right: what is not as it should be is not there."""

from collections.abc import Hashable, Iterator
from typing import Any, Final

from hygie.fhir.validate.report import excerpt

Json = dict[str, Any]
Value = tuple[str, Any]
"""The type of a choice element, as FHIRPath names it, and its value."""

PRIMITIVES: Final = frozenset(
    {"Boolean", "Integer", "Decimal", "String", "Uri", "Url", "Canonical", "Code", "Date", "Id"}
    | {"DateTime", "Time", "Instant", "Markdown", "PositiveInt", "UnsignedInt", "Base64Binary"}
)  # fmt: skip
"""As JSON names spell them; other types are spelt alike in both."""


def objects(value: Any) -> Iterator[tuple[int, Json]]:
    """The objects of an array, each with its index."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield index, item


def text(value: Any) -> str:
    """The value when it is a text, else ""."""
    return value if isinstance(value, str) else ""


def chosen(element: Json, name: str) -> Value | None:
    """The value of a choice element: `valueQuantity` is ("Quantity", {…})."""
    for key, value in element.items():
        if key.startswith(name) and (suffix := key[len(name) :]) and suffix[0].isupper():
            type_ = suffix[0].lower() + suffix[1:] if suffix in PRIMITIVES else suffix
            return type_, value
    return None


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
