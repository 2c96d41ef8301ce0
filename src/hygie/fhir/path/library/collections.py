"""Subsetting, combining, and what is true of a collection (§5.1, §5.3, §5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import Element, Item
from hygie.fhir.path.library.equality import Seen, equal_items, is_valueless
from hygie.fhir.path.library.signature import COLLECTION, CRITERION, Signature, argument
from hygie.fhir.path.library.singleton import single, type_name, wrong_type

Items = list[Item]
Truth = bool | None


# --- existence ----------------------------------------------------------------------------
def exists(items: Items) -> bool:
    """Without a criterion; with one, it is `where(criterion).exists()`."""
    return bool(items)


def empty(items: Items) -> bool:
    return not items


def count(items: Items) -> int:
    return len(items)


def negated(value: object) -> bool:
    """`not()`: of what the input is as a truth (§6.5.3)."""
    return not value


def all_true(items: Items) -> bool:
    return all(_booleans(items, "allTrue"))


def any_true(items: Items) -> bool:
    return any(_booleans(items, "anyTrue"))


def all_false(items: Items) -> bool:
    return not any(_booleans(items, "allFalse"))


def any_false(items: Items) -> bool:
    return not all(_booleans(items, "anyFalse"))


def _booleans(items: Items, name: str) -> list[bool]:
    """The items, all Boolean; those without a value are left out. Refused for any other."""
    found = []
    for item in items:
        is_element = isinstance(item, Element) and item.type == "boolean"
        value = item.value if isinstance(item, Element) and is_element else item
        if type(value) is bool:
            found.append(value)
        elif not is_element:
            raise wrong_type(name, "Boolean", type_name(item))
    return found


# --- subsetting ---------------------------------------------------------------------------
def first(items: Items) -> Item | None:
    return items[0] if items else None


def last(items: Items) -> Item | None:
    return items[-1] if items else None


def tail(items: Items) -> Items:
    return items[1:]


def only(items: Items) -> Item | None:
    """`single()`: refused if there are several."""
    return single(items, "single")


def skip(items: Items, number: int) -> Items:
    return items[max(number, 0) :]


def take(items: Items, number: int) -> Items:
    return items[: max(number, 0)]


def at(items: Items, index: int) -> Item | None:
    """`[index]`, counted from 0; nothing outside of the collection (§5.3.1)."""
    return items[index] if 0 <= index < len(items) else None


# --- sets ---------------------------------------------------------------------------------
def subset_of(evaluation: Evaluation, items: Items, other: Items) -> bool:
    members = Seen(evaluation.registry, other)
    return all(item in members for item in items)


def superset_of(evaluation: Evaluation, items: Items, other: Items) -> bool:
    return subset_of(evaluation, other, items)


def distinct(evaluation: Evaluation, items: Items) -> Items:
    seen = Seen(evaluation.registry)
    return [item for item in items if seen.add(item)]


def is_distinct(evaluation: Evaluation, items: Items) -> bool:
    seen = Seen(evaluation.registry)
    return all(seen.add(item) for item in items)


def intersect(evaluation: Evaluation, items: Items, other: Items) -> Items:
    """In the order of the input, without duplicates."""
    members = Seen(evaluation.registry, other)
    return distinct(evaluation, [item for item in items if item in members])


def exclude(evaluation: Evaluation, items: Items, other: Items) -> Items:
    """In order, duplicates kept."""
    members = Seen(evaluation.registry, other)
    return [item for item in items if item not in members]


def union(evaluation: Evaluation, items: Items, other: Items) -> Items:
    """`|`: those of the input, then the others, without duplicates."""
    evaluation.spend(len(items) + len(other))
    return distinct(evaluation, [*items, *other])


def combine(
    evaluation: Evaluation, items: Items, other: Items, *_preserve_order: bool | None
) -> Items:
    """All of the input, then all others: in order, whether that is asked for or not."""
    evaluation.spend(len(items) + len(other))
    return [*items, *other]


def is_member(
    sought: Sequence[Item], items: Sequence[Item], name: str, registry: Registry
) -> Truth:
    """Whether a single item is in a collection: the operators `in` and `contains` (§6.4).

    None for no item, and for a primitive without a value, of which it is not known.
    """
    item = single(sought, name)
    if item is None or is_valueless(item):
        return None
    return any(equal_items(item, other, registry) is True for other in items)


_OTHER: Final = (COLLECTION,)
_NUMBER: Final = (argument("Integer"),)
FUNCTIONS: Final = (
    Signature("exists", "collection", "Boolean", exists, (replace(CRITERION, optional=True),)),
    Signature("empty", "collection", "Boolean", empty),
    Signature("count", "collection", "Integer", count),
    Signature("not", "Boolean", "Boolean", negated),
    Signature("allTrue", "collection", "Boolean", all_true),
    Signature("anyTrue", "collection", "Boolean", any_true),
    Signature("allFalse", "collection", "Boolean", all_false),
    Signature("anyFalse", "collection", "Boolean", any_false),
    Signature("first", "collection", "input", first),
    Signature("last", "collection", "input", last),
    Signature("tail", "collection", "input", tail, many=True),
    Signature("single", "collection", "input", only),
    Signature("skip", "collection", "input", skip, _NUMBER, many=True),
    Signature("take", "collection", "input", take, _NUMBER, many=True),
    Signature("subsetOf", "collection", "Boolean", subset_of, _OTHER, evaluation=True),
    Signature("supersetOf", "collection", "Boolean", superset_of, _OTHER, evaluation=True),
    Signature("distinct", "collection", "input", distinct, many=True, evaluation=True),
    Signature("isDistinct", "collection", "Boolean", is_distinct, evaluation=True),
    Signature("intersect", "collection", "input", intersect, _OTHER, many=True, evaluation=True),
    Signature("exclude", "collection", "input", exclude, _OTHER, many=True, evaluation=True),
    Signature("union", "collection", "items", union, _OTHER, many=True, evaluation=True),
    Signature(
        "combine",
        "collection",
        "items",
        combine,
        (COLLECTION, argument("Boolean", optional=True)),
        many=True,
        evaluation=True,
    ),
)
