"""Functions whose arguments are evaluated by whoever runs the expression (§5, scoped functions).

`where`, `select`, `all`, `exists`, `aggregate` and a `trace` with a projection set `$this` and
`$index` for each item, `repeat`, `repeatAll` and `sort` only `$this`; `iif` sets `$this` to its
input, which has at most one item, and evaluates one branch; `coalesce` and `defineVariable` set
nothing.

In `sort`, an item without a key is lower than all: it comes first, and last after `desc`. A key
written `-key`, as in drafts of the language, stands for its value with the other sign, whatever its
type: values are in the opposite order, and an item without one still comes first.
"""

from dataclasses import replace
from functools import cmp_to_key
from typing import Final, Literal

from hygie.fhir.path.items import Item, system
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import (
    CRITERION,
    EXPRESSION,
    Argument,
    Signature,
    argument,
)
from hygie.fhir.path.phrases import wrong
from hygie.fhir.path.values import order

Key = tuple[Item | None, ...]
Direction = Literal["", "-", "desc"]
"""Of a key of `sort`: ascending, of the other sign, or descending."""
LATER: Final = Argument("later")


def in_order(items: list[Item], keys: list[Key], directions: tuple[Direction, ...]) -> list[Item]:
    """`sort`: items by their keys, the first that differs deciding.

    Items whose keys are all equal keep their order. Refused when keys cannot be compared.
    """

    def compare(left: tuple[Key, Item], right: tuple[Key, Item]) -> int:
        for one, other, direction in zip(left[0], right[0], directions, strict=True):
            if found := _order(one, other, direction):
                return found
        return 0

    pairs = sorted(zip(keys, items, strict=True), key=cmp_to_key(compare))
    return [item for _, item in pairs]


def _order(left: Item | None, right: Item | None, direction: Direction) -> int:
    one = None if left is None else system(left)
    other = None if right is None else system(right)
    if one is None or other is None:
        _refuse_complex(left, one)
        _refuse_complex(right, other)
        found = (one is not None) - (other is not None)
        return -found if direction == "desc" else found
    ordered = order(one, other)
    if ordered is None:
        raise wrong("not-ordered", phrases.NOT_ORDERED, -1, name="sort")
    return -ordered if direction else ordered


def _refuse_complex(item: Item | None, value: object) -> None:
    if item is not None and value is None:
        raise wrong("not-ordered", phrases.NOT_ORDERED, -1, name="sort")


_MAYBE: Final = replace(EXPRESSION, optional=True)
FUNCTIONS: Final = (
    Signature("where", "collection", "input", None, (CRITERION,), many=True),
    Signature("select", "collection", "items", None, (EXPRESSION,), many=True),
    Signature("all", "collection", "Boolean", None, (CRITERION,)),
    Signature("repeat", "collection", "items", None, (EXPRESSION,), many=True),
    Signature("repeatAll", "collection", "items", None, (EXPRESSION,), many=True),
    Signature(
        "aggregate",
        "collection",
        "items",
        None,
        (EXPRESSION, Argument("collection", optional=True)),
        many=True,
    ),
    Signature(
        "sort",
        "collection",
        "input",
        None,
        (Argument("expression", optional=True, repeats=True),),
        many=True,
    ),
    Signature(
        "iif",
        "collection",
        "items",
        None,
        (CRITERION, EXPRESSION, _MAYBE),
        many=True,
    ),
    Signature(
        "coalesce", "collection", "items", None, (Argument("later", repeats=True),), many=True
    ),
    Signature("trace", "collection", "input", None, (argument("String"), _MAYBE), many=True),
    Signature(
        "defineVariable", "collection", "input", None, (argument("String"), _MAYBE), many=True
    ),
)
