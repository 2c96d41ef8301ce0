"""`repeat`: all that paths lead to from an element, from what they lead to, and so on.

Level by level: the elements of one are the JSON of objects, each with its way from the start (the
place among what its parent leads to, at every level). Sorted by their ways, those of all levels
are in the order of the specification: depth first, an element before what it leads to.
"""

from typing import Final

from hygie.limits import MAX_JSON_DEPTH

LEVELS: Final = MAX_JSON_DEPTH // 2
"""An element that repeats nests an array and an object: JSON that is read has no more levels."""


def start(children: str) -> str:
    """The first level; `children` is a list of JSON."""
    return f"list_transform({children}, lambda node, place: {{way: [place], node: node}})"


def below(level: str, children: str) -> str:
    """The level after `level`; `children` is SQL of a list of JSON, from that of `step.node`."""
    found = (
        f"list_transform({children}, lambda node, place: "
        "{way: list_append(step.way, place), node: node})"
    )
    return f"flatten(list_transform({level}, lambda step: {found}))"


def gathered(levels: list[str]) -> str:
    """The nodes of all levels, in order; the end of the statement when the last is not empty."""
    all_levels = f"flatten([{', '.join(levels)}])"
    return f"list_transform(list_sort({all_levels}), lambda step: step.node)"
