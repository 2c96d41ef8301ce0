"""Guards the order of concepts in a book against the obvious, slow way to find it."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.nomenclature.books.order import NOWHERE, CircularError, Edges, arrange

Pairs = list[tuple[int, int]]


def edges(pairs: Pairs) -> Edges:
    ordered = sorted(set(pairs), key=lambda pair: pair[0])
    return Edges(array("q", [c for c, _ in ordered]), array("q", [p for _, p in ordered]))


def below(place: int, pairs: Pairs) -> set[int]:
    found: set[int] = set()
    waiting = [place]
    while waiting:
        above = waiting.pop()
        new = {child for child, parent in pairs if parent == above} - found
        found |= new
        waiting += new
    return found


@st.composite
def hierarchies(draw: st.DrawFn) -> tuple[int, Pairs]:
    """Without cycles, children before or after their parents."""
    count = draw(st.integers(1, 12))
    order = draw(st.permutations(range(count)))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    drawn = draw(st.lists(pair, max_size=20))
    return count, [(order[max(p)], order[min(p)]) for p in drawn if p[0] != p[1]]


@given(hierarchies())
def test_branches_are_what_is_below(hierarchy: tuple[int, Pairs]) -> None:
    """Guards: a branch that lacks a concept with a second parent elsewhere, or has a stranger."""
    count, pairs = hierarchy
    order = arrange(count, edges(pairs))
    assert sorted(order.walked) == list(range(count))
    for place in range(count):
        last = order.last[place]
        if last != NOWHERE:
            numbered = range(order.walked[place] + 1, last + 1)
            found = {each for each in range(count) if order.walked[each] in numbered}
            assert found == below(place, pairs)
        else:
            assert any(len({p for c, p in pairs if c == each}) > 1 for each in below(place, pairs))


@given(hierarchies())
def test_parents_come_before_children(hierarchy: tuple[int, Pairs]) -> None:
    """Guards: a tree that is shown with children before what they belong to."""
    count, pairs = hierarchy
    sequence = list(arrange(count, edges(pairs)).sequence)
    assert sorted(sequence) == list(range(count))
    assert all(sequence.index(parent) < sequence.index(child) for child, parent in pairs)
    if all(parent < child for child, parent in pairs):
        assert sequence == list(range(count))


@given(hierarchies(), st.integers(0, 11), st.integers(0, 11))
def test_cycles_are_found_and_named(hierarchy: tuple[int, Pairs], one: int, other: int) -> None:
    """Guards: a walk that never ends, or a cycle that nobody can look up."""
    count, pairs = hierarchy
    one, other = one % count, other % count
    closing = (one, other)
    is_circular = one in below(other, [*pairs, closing]) and other in below(one, [*pairs, closing])
    if one == other or not is_circular:
        return
    both = [*pairs, closing]
    with pytest.raises(CircularError) as circular:
        arrange(count, edges(both))
    cycle = circular.value.cycle
    assert all((c, p) in both for p, c in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
