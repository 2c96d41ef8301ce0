"""A snapshot worked out from its base and a differential."""

from collections.abc import Iterator

from hygie.fhir.packages.definition import Definition, Json
from hygie.fhir.packages.snapshots.differential import Change, changes_of
from hygie.fhir.packages.snapshots.faults import fault
from hygie.fhir.packages.snapshots.merging import narrowed
from hygie.fhir.packages.snapshots.phrases import NO_PATH, TOO_LARGE
from hygie.fhir.packages.snapshots.shape import elements_of
from hygie.fhir.packages.snapshots.slices import (
    choice_named,
    close_choices,
    new_slice,
    short_slice,
)
from hygie.fhir.packages.snapshots.tree import CHOICE, Node, elements_in, size_of
from hygie.fhir.packages.snapshots.types import Trees, unfolded
from hygie.limits import MAX_SNAPSHOT_ELEMENTS


def generated(profile: Definition, base: Node, trees: Trees) -> list[Json]:
    """The elements of a snapshot. Raises `Refused` when the differential cannot be applied.

    `base` is the tree of what the profile starts from; it is not changed.
    """
    root = base.copy()
    adds = profile.resource.get("derivation") == "specialization"
    type_name: str = profile.resource["type"].rpartition("/")[2]
    if adds:
        root.name = type_name
    elements = elements_of(profile, "differential")
    if len(elements) > MAX_SNAPSHOT_ELEMENTS:
        raise fault(profile, "size", TOO_LARGE, limit=str(MAX_SNAPSHOT_ELEMENTS))
    for element in elements:
        if element["path"].partition(".")[0] != root.name:
            raise fault(profile, "path", NO_PATH, element["path"])
    _Generator(profile, root if adds else base, trees, adds=adds).apply(
        root, changes_of(elements, root.name), ""
    )
    return list(_with_bases(elements_in(root)))


def _with_bases(elements: list[Json]) -> Iterator[Json]:
    """What is new in a type is its own base."""
    for element in elements:
        yield (
            element
            if "base" in element
            else {
                **element,
                "base": {
                    "path": element["path"],
                    "min": element.get("min", 0),
                    "max": element.get("max", "*"),
                },
            }
        )


Before = dict[tuple[str, str], Node]
"""Name and slice -> an element as it was before the differential."""


class _Generator:
    """Applies the changes of one profile to one tree."""

    def __init__(self, profile: Definition, base: Node, trees: Trees, *, adds: bool) -> None:
        self._profile = profile
        self._base = base
        """What content references lead to: the elements as they are without this profile."""
        self._trees = trees
        self._adds = adds
        self._left = MAX_SNAPSHOT_ELEMENTS

    def apply(self, node: Node, change: Change, parent: str) -> None:
        """Narrows an element, then the elements in it, in the order in which they are said."""
        path = f"{parent}.{node.name}" if parent else node.name
        if change.element:
            node.element = narrowed(node.element, change.element, path, self._profile)
        if not change.changes:
            return
        self._unfold(node, change.changes[0].name, path)
        before = _before(node, change)
        for inner in change.changes:
            self._spend(1, path)
            self.apply(self._target(node, inner, before, path), inner, path)
        close_choices(node)

    def _unfold(self, node: Node, wanted: str, path: str) -> None:
        """Writes out the elements of an element, if they are not."""
        if node.children is None and not (self._adds and "type" not in node.element):
            node.children = unfolded(node, wanted, self._base, path, self._profile, self._trees)
            self._spend(size_of(node.children), path)

    def _target(self, node: Node, change: Change, before: Before, path: str) -> Node:
        """The child that a change is about, made if it is a slice, or new of a new type."""
        if found := node.child(change.name, change.slice):
            return found
        if of := _sliced(node, change):
            return new_slice(node, of, before.get((of.name, of.slice), of), change.slice)
        if not change.slice and (choice := choice_named(node, change.name)):
            known = node.child(choice.name, change.name)
            pattern = before.get((choice.name, ""), choice)
            return known or short_slice(node, choice, pattern, change.name)
        if not self._adds or change.slice:
            raise fault(self._profile, "path", NO_PATH, f"{path}.{_shown(change)}")
        return _added(node, change)

    def _spend(self, elements: int, path: str) -> None:
        self._left -= elements
        if self._left < 0:
            limit = str(MAX_SNAPSHOT_ELEMENTS)
            raise fault(self._profile, "size", TOO_LARGE, path, limit=limit)


def _before(node: Node, change: Change) -> Before:
    """What is about to be sliced, as the base has it: slices begin with that, whatever the same
    differential says of all the items together."""
    names = {inner.name for inner in change.changes if inner.slice}
    return {
        (child.name, child.slice): child.copy()
        for child in node.children or ()
        if child.name in names or child.name.endswith(CHOICE)
    }


def _sliced(node: Node, change: Change) -> Node | None:
    """What a new slice is a slice of: of slice `INS/NIR`, the slice `INS` if there is one."""
    if not change.slice:
        return None
    outer = change.slice.rpartition("/")[0]
    within = node.child(change.name, outer) if outer else None
    return within or node.child(change.name, "")


def _added(node: Node, change: Change) -> Node:
    """A new element, of a type that adds some to its base."""
    added = Node(change.name, "", {})
    if node.children is None:
        node.children = []
    node.children.append(added)
    return added


def _shown(change: Change) -> str:
    return f"{change.name}:{change.slice}" if change.slice else change.name
