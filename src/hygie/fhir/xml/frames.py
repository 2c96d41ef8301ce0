"""The elements that are open while a document is read, and what they become."""

from typing import Any

from hygie.fhir.validate.report import Place
from hygie.fhir.xml.shapes import Shape, Step


class Frame:
    """One open element."""

    __slots__ = (
        "after",
        "depth",
        "index",
        "members",
        "parent",
        "position",
        "ragged",
        "shape",
        "step",
    )

    def __init__(self, parent: "Frame | None", step: Step, shape: Shape, index: int) -> None:
        self.parent = parent
        self.step = step
        self.shape = shape
        self.index = index
        """Among the items of its array, or -1."""
        self.members: dict[str, Any] = {}
        """Its object in JSON; of a primitive, its sibling; of a container, what it holds."""
        self.position = -1
        self.after = ""
        """The rank and the name of the last child."""
        self.ragged = False
        """Whether an array of primitives may have siblings, or items, without their like."""
        container = step.kind == "container"
        self.depth: int = (parent.depth if parent else 0) + step.repeats + (not container)
        """Objects and arrays around its members in JSON."""

    def place(self) -> Place:
        if self.parent is None:
            return (None, self.step.place, -1)
        if self.step.kind == "resource":
            root = self.parent.parent is None
            return (None, self.step.name, -1) if root else self.parent.place()
        return (self.parent.place(), self.step.place, self.index)

    def accepts(self, step: Step) -> bool:
        """Whether one more of an element may be kept."""
        members = self.members
        return step.repeats or not (step.name in members or "_" + step.name in members)

    def count(self, step: Step) -> int:
        """The index of the next item of an element, -1 where it does not repeat."""
        return len(self.members.get(step.name, ())) if step.repeats else -1

    def keep(self, step: Step, value: Any) -> None:
        members = self.members
        if step.repeats:
            members.setdefault(step.name, []).append(value)
        else:
            members[step.name] = value

    def fill(self, step: Step, index: int) -> None:
        """An element without anything has an empty value: the check of the structure says so."""
        members = self.members
        if index < 0:
            members.setdefault(step.name, "")
        elif members[step.name][index] is None:
            members[step.name][index] = ""

    def keep_sibling(self, step: Step, index: int, sibling: dict[str, Any]) -> None:
        """The id and extensions of a primitive, facing its value (R4 §2.6.2.2)."""
        members = self.members
        if index < 0:
            members["_" + step.name] = sibling
            return
        siblings = members.setdefault("_" + step.name, [])
        siblings.extend([None] * (index - len(siblings)))
        siblings.append(sibling)
        self.ragged = True

    def even(self) -> None:
        """Fills arrays of siblings with `null`; leaves out arrays of nothing but `null`."""
        members = self.members
        for name in [name for name in members if name[0] == "_"]:
            values, siblings = members.get(name[1:]), members[name]
            if isinstance(siblings, list) and isinstance(values, list):
                siblings.extend([None] * (len(values) - len(siblings)))
                if all(value is None for value in values):
                    del members[name[1:]]
