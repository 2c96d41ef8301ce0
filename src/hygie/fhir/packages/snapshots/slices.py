"""Slices: new ones, and the short ways of naming those of a choice.

R4 profiling.html §5.1.0.5 (slicing), elementdefinition.html §2.29.0.1 (paths of choices).
"""

from typing import Final

from hygie.fhir.packages.definition import Json
from hygie.fhir.packages.snapshots.tree import CHOICE, Node

EXTENSIONS: Final = frozenset({"extension", "modifierExtension"})
BY_URL: Final[Json] = {
    "discriminator": [{"type": "value", "path": "url"}],
    "ordered": False,
    "rules": "open",
}
BY_TYPE: Final[Json] = {
    "discriminator": [{"type": "type", "path": "$this"}],
    "ordered": False,
    "rules": "open",
}


def choice_named(node: Node, name: str) -> Node | None:
    """The choice that `valueQuantity` is a form of."""
    for child in node.children or ():
        if child.name.endswith(CHOICE) and not child.slice and _type_named(child, name):
            return child
    return None


def new_slice(parent: Node, of: Node, pattern: Node, slice_name: str) -> Node:
    """Adds a slice after those that its element has; `of` is what it is a slice of.

    It begins as `pattern`, and need not be there unless it is said: the minimum of a slice is its
    own (R4 profiling.html §5.1.0.5).
    """
    _declare(of)
    element = {name: value for name, value in pattern.element.items() if name != "slicing"}
    node = Node(of.name, slice_name, {**element, "sliceName": slice_name, "min": 0})
    node.pattern = pattern
    siblings: list[Node] = parent.children or []
    siblings.insert(_after(siblings, of), node)
    if of.name.endswith(CHOICE) and (types := _type_named(pattern, slice_name)):
        node.element["type"] = types
    return node


def short_slice(parent: Node, choice: Node, pattern: Node, name: str) -> Node:
    """The slice of a choice that a path names by itself, `Observation.valueQuantity`.

    That is the short way of saying that the choice is of that type alone, when it is not said that
    the choice is sliced (R4 elementdefinition.html §2.29.0.1).
    """
    alone = "slicing" not in choice.element
    node = new_slice(parent, choice, pattern, name)
    if alone:
        choice.element = {**choice.element, "type": node.element["type"]}
    return node


def close_choices(node: Node) -> None:
    """A choice with a slice for each of its types is closed: there is nothing else to be."""
    children = node.children or ()
    for child in children:
        slicing = child.element.get("slicing")
        if not slicing or child.slice or not child.name.endswith(CHOICE):
            continue
        if slicing.get("rules") == "closed" or not _by_type(slicing):
            continue
        sliced = [
            type_["code"]
            for other in children
            if other.name == child.name and other.slice
            for type_ in other.element.get("type") or ()
        ]
        if {type_["code"] for type_ in child.element.get("type") or ()} <= set(sliced):
            child.element = {**child.element, "slicing": {**slicing, "rules": "closed"}}


def _by_type(slicing: Json) -> bool:
    return [(d["type"], d["path"]) for d in slicing.get("discriminator") or ()] == [
        ("type", "$this")
    ]


def _declare(of: Node) -> None:
    """Says how an element is sliced, where that goes without saying."""
    if "slicing" in of.element:
        return
    if of.name in EXTENSIONS:
        of.element = {**of.element, "slicing": BY_URL}
    elif of.name.endswith(CHOICE):
        of.element = {**of.element, "slicing": BY_TYPE}


def _after(siblings: list[Node], of: Node) -> int:
    """The place after a node and all its slices."""
    within = of.slice + "/" if of.slice else ""
    position = siblings.index(of) + 1
    while (
        position < len(siblings)
        and siblings[position].name == of.name
        and siblings[position].slice.startswith(within)
    ):
        position += 1
    return position


def _type_named(of: Node, slice_name: str) -> list[Json]:
    """The type that a slice of a choice is named after: `valueQuantity`; none when it is not."""
    stem = of.name.removesuffix(CHOICE)
    return [
        type_
        for type_ in of.element.get("type") or ()
        if stem + type_["code"][:1].upper() + type_["code"][1:] == slice_name
    ]
