"""What compiled expressions call at run time."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

Truth = bool | None


def both(left: Truth, right: Truth) -> Truth:
    """`and` (FHIRPath N1 §6.5.1)."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """`or` (§6.5.2)."""
    if left or right:
        return True
    return None if left is None or right is None else False


def one_of(left: Truth, right: Truth) -> Truth:
    """`xor` (§6.5.4)."""
    return None if left is None or right is None else left != right


def implied(left: Truth, right: Truth) -> Truth:
    """`implies` (§6.5.5)."""
    return either(None if left is None else not left, right)


def equal_values(left: Any, right: Any) -> Truth:
    """`=` of two single values; None stands for empty. A boolean is never a number."""
    if left is None or right is None:
        return None
    if type(left) is bool or type(right) is bool:
        return left is right
    return bool(left == right)


def equal_collections(left: Sequence[Any], right: Sequence[Any]) -> Truth:
    """`=` of two collections: same length, equal item by item (§6.1.1)."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    return all(equal_values(a, b) for a, b in zip(left, right, strict=True))


def as_boolean(items: Sequence[Any]) -> Truth:
    """A collection where a boolean is expected (§4.5, singleton evaluation).

    Several items are an error in FHIRPath; here they are no answer, and nothing is raised.
    """
    if len(items) != 1:
        return None
    return items[0] if type(items[0]) is bool else True


def unseen(seen: list[Any], value: Any) -> bool:
    """True the first time a value is met; `seen` remembers."""
    if any(equal_values(value, other) for other in seen):
        return False
    seen.append(value)
    return True


def reference_type(reference: Any, resource: Any) -> str:
    """The resource type a reference or URL leads to by its own words, or "" when it does not say.

    By the last two segments of its URL, by `Reference.type`, or for "#id" by what is contained.
    """
    url = reference
    if type(reference) is dict:
        url = reference.get("reference")
        if type(url) is not str:
            said = reference.get("type")
            return said if type(said) is str else ""
    if url.startswith("#"):
        return _contained_type(url[1:], resource)
    segments = url.partition("/_history/")[0].rsplit("/", 2)
    found = segments[-2] if len(segments) > 1 else ""
    if found.isalpha() and found[0].isupper():
        return found
    said = reference.get("type") if type(reference) is dict else ""
    return said if type(said) is str else ""


def _contained_type(id_: str, resource: Any) -> str:
    for inner in resource.get("contained") or ():
        if type(inner) is dict and inner.get("id") == id_:
            return str(inner.get("resourceType", ""))
    return ""


NAMES: Final[dict[str, Any]] = {
    "Decimal": Decimal,
    "as_boolean": as_boolean,
    "both": both,
    "either": either,
    "equal_collections": equal_collections,
    "equal_values": equal_values,
    "implied": implied,
    "one_of": one_of,
    "reference_type": reference_type,
    "unseen": unseen,
}
"""Globals of every compiled expression."""
