"""The elements of a snapshot as a tree, and back."""

from collections.abc import Iterable, Iterator
from typing import Final

from hygie.fhir.packages.definition import Json

CHOICE: Final = "[x]"


class Node:
    """One element. Its slices stand after it, among its parent's children.

    Elements are never changed, only replaced: trees share them.
    """

    __slots__ = ("children", "element", "name", "pattern", "slice")

    def __init__(self, name: str, slice_name: str, element: Json) -> None:
        self.name = name
        """The last part of its path: `identifier`, `value[x]`."""
        self.slice = slice_name
        """`INS`, of a slice of a slice `INS/NIR`, or ""."""
        self.element = element
        self.children: list[Node] | None = None
        """None of an element whose own elements are those of its type, and not written out."""
        self.pattern: Node | None = None
        """Of a slice: what it is a slice of, whose elements are those it begins with."""

    def child(self, name: str, slice_name: str) -> "Node | None":
        for child in self.children or ():
            if child.name == name and child.slice == slice_name:
                return child
        return None

    def copy(self) -> "Node":
        copied = Node(self.name, self.slice, self.element)
        copied.pattern = self.pattern
        if self.children is not None:
            copied.children = [child.copy() for child in self.children]
        return copied


def tree_of(elements: list[Json]) -> Node:
    """The tree of a snapshot: paths say where an element is, its order which slice it belongs to.

    `elements` has its root first; an element whose parent is not there is left out.
    """
    first = elements[0]
    root = Node(first["path"], "", first)
    open_: list[Node] = [root]
    """The way from the root to the last element."""
    for element in elements[1:]:
        names = element["path"].split(".")
        del open_[len(names) - 1 :]
        if len(open_) != len(names) - 1 or any(
            node.name != name for node, name in zip(open_[1:], names[1:-1], strict=True)
        ):
            continue
        node = Node(names[-1], element.get("sliceName") or "", element)
        if open_[-1].children is None:
            open_[-1].children = []
        open_[-1].children.append(node)
        open_.append(node)
    return root


def elements_in(root: Node) -> list[Json]:
    """The elements of a tree in the order of a snapshot, their paths and ids made anew."""
    return list(_written(root, "", ""))


def _written(node: Node, path: str, identifier: str) -> Iterator[Json]:
    path = f"{path}.{node.name}" if path else node.name
    step = f"{node.name}:{node.slice}" if node.slice else node.name
    identifier = f"{identifier}.{step}" if identifier else step
    element = {"id": identifier, "path": path}
    yield {**element, **{k: v for k, v in node.element.items() if k not in element}}
    for child in node.children or ():
        yield from _written(child, path, identifier)


def size_of(nodes: Iterable[Node]) -> int:
    """How many elements there are in some trees."""
    return sum(1 + size_of(node.children or ()) for node in nodes)
