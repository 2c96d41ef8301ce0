"""Reading JSON whose shape is not known to be right: what is not as it should be is not there."""

from collections.abc import Iterator
from typing import Any, Final

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


def text_of(holder: Json, name: str) -> str:
    """A member that is a text, else ""."""
    found = holder.get(name)
    return found if type(found) is str else ""


def chosen(element: Json, name: str) -> Value | None:
    """The value of a choice element: `valueQuantity` is ("Quantity", {…})."""
    for key, value in element.items():
        if key.startswith(name) and (suffix := key[len(name) :]) and suffix[0].isupper():
            type_ = suffix[0].lower() + suffix[1:] if suffix in PRIMITIVES else suffix
            return type_, value
    return None
