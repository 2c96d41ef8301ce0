"""The order of concepts in a book: parents before children, and branches as ranges of numbers.

A branch walked depth first has consecutive numbers. Where a concept has several parents, a branch
may hold some that were numbered elsewhere: it is then no range, and is walked when asked for.
Half a million concepts are arranged at once: all is in arrays of numbers.
"""

from array import array
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    Numbers = array[int]
else:  # arrays are generic for the type checker, and not yet for Python 3.11
    Numbers = array
NOWHERE: Final = -1


class CircularError(Exception):
    """Concepts that are above themselves; `cycle` has their numbers, each above the next."""

    def __init__(self, cycle: list[int]) -> None:
        super().__init__("circular")
        self.cycle = cycle


class Edges(NamedTuple):
    """Children and the parents they have, at the same places; in the order of the children."""

    child: Numbers
    parent: Numbers


class Arrangement(NamedTuple):
    """Of concepts 0 to n-1, numbered as they were defined."""

    sequence: Numbers
    """Their numbers in the order of the definition, parents before children."""
    walked: Numbers
    """Of each, its number in a walk of the hierarchy, depth first."""
    last: Numbers
    """Of each, that of the last one below it; NOWHERE when what is below it is no range."""


def arrange(count: int, edges: Edges) -> Arrangement:
    """Raises `CircularError`. Cost: 2 s for 500,000 concepts with a million edges."""
    children = _Children(count, edges)
    return Arrangement(_sequence(count, edges, children), *_Walk(count, edges, children).made())


class _Children:
    """The children of each concept, in their order, in two arrays."""

    def __init__(self, count: int, edges: Edges) -> None:
        self._starts = _zeros(count + 1)
        for parent in edges.parent:
            self._starts[parent + 1] += 1
        for place in range(count):
            self._starts[place + 1] += self._starts[place]
        self._found = _zeros(len(edges.child))
        free = self._starts[:]
        for child, parent in zip(edges.child, edges.parent, strict=True):
            self._found[free[parent]] = child
            free[parent] += 1

    def of(self, parent: int) -> Numbers:
        return self._found[self._starts[parent] : self._starts[parent + 1]]


def _sequence(count: int, edges: Edges, children: _Children) -> Numbers:
    """As they were defined, unless a child comes before a parent: then the parent goes first."""
    if all(map(int.__lt__, edges.parent, edges.child)):
        return array("q", range(count))
    waits_for = _zeros(count)
    for child in edges.child:
        waits_for[child] += 1
    ready = [place for place in range(count) if not waits_for[place]]
    sequence = array("q")
    while ready:
        place = heappop(ready)
        sequence.append(place)
        for child in children.of(place):
            waits_for[child] -= 1
            if not waits_for[child]:
                heappush(ready, child)
    if len(sequence) < count:
        raise CircularError(_cycle(edges, waits_for))
    return sequence


def _cycle(edges: Edges, waits_for: Numbers) -> list[int]:
    """One cycle among the concepts that still wait for a parent: going up leads round."""
    pairs = zip(edges.child, edges.parent, strict=True)
    up = {child: parent for child, parent in pairs if waits_for[child] and waits_for[parent]}
    seen: dict[int, int] = {}
    place = next(iter(up))
    while place not in seen:
        seen[place] = len(seen)
        place = up[place]
    return list(seen)[seen[place] :][::-1]


class _Walk:
    """A walk depth first of a hierarchy without cycles."""

    def __init__(self, count: int, edges: Edges, children: _Children) -> None:
        self._children = children
        self._walked = array("q", [NOWHERE]) * count
        self._last = array("q", [NOWHERE]) * count
        self._lowest = _zeros(count)
        """The lowest number of what is below each, wherever it was numbered."""
        self._branches: list[int] = []
        """Those being walked, each below the one before."""
        has_parent = bytearray(count)
        for child in edges.child:
            has_parent[child] = 1
        self._waiting = [place for place in range(count - 1, -1, -1) if not has_parent[place]]

    def made(self) -> tuple[Numbers, Numbers]:
        """`walked` and `last` of the arrangement."""
        number = 0
        while self._waiting:
            place = self._waiting.pop()
            if place == NOWHERE:
                self._end_branch(number - 1)
            elif self._walked[place] != NOWHERE:
                self._met(self._walked[place])
            else:
                self._walked[place] = self._lowest[place] = number
                number += 1
                self._branches.append(place)
                self._waiting.append(NOWHERE)
                self._waiting.extend(reversed(self._children.of(place)))
        return self._walked, self._last

    def _end_branch(self, last: int) -> None:
        branch = self._branches.pop()
        if self._lowest[branch] >= self._walked[branch]:
            self._last[branch] = last
        self._met(self._lowest[branch])

    def _met(self, number: int) -> None:
        """Below the branch that is being walked, there is what has this number."""
        if self._branches:
            branch = self._branches[-1]
            self._lowest[branch] = min(self._lowest[branch], number)


def _zeros(count: int) -> Numbers:
    return array("q", bytes(8 * count))
