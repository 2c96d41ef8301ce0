"""What a differential says, as a tree: of each element, of its slices, of their elements.

Ids say which slice an element belongs to (R4 elementdefinition.html, "id"); without them, or where
they do not fit the path, it belongs to the slice of that path that was named last.
"""

from hygie.fhir.packages.definition import Json


class Change:
    """What is said of one element, and of the elements in it, in the order it is said."""

    __slots__ = ("_last", "_named", "changes", "element", "name", "slice")

    def __init__(self, name: str, slice_name: str) -> None:
        self.name = name
        """The last part of its path, as written: `valueQuantity` may stand for `value[x]`."""
        self.slice = slice_name
        self.element: Json = {}
        """Empty when only elements in it are changed."""
        self.changes: list[Change] = []
        self._named: dict[tuple[str, str], Change] = {}
        self._last: dict[str, Change] = {}

    def at(self, name: str, slice_name: str) -> "Change":
        """What is said of a child, begun if nothing was."""
        change = self._named.get((name, slice_name))
        if change is None:
            change = self._named[name, slice_name] = Change(name, slice_name)
            self.changes.append(change)
        self._last[name] = change
        return change

    def last(self, name: str) -> "Change":
        """Of the child of that name or its slices, what was spoken of last."""
        return self._last.get(name) or self.at(name, "")


def changes_of(elements: list[Json], root: str) -> Change:
    """The tree of a differential whose form was checked."""
    whole = Change(root, "")
    for element in elements:
        _place(element, whole)
    return whole


def _place(element: Json, whole: Change) -> None:
    names = element["path"].split(".")
    slices = _slices(element, names)
    change = whole
    for position, name in enumerate(names[1:], 1):
        if slices is not None:
            change = change.at(name, slices[position])
        elif position < len(names) - 1:
            change = change.last(name)
        else:
            change = change.at(name, element.get("sliceName") or "")
    change.element = {**change.element, **element}


def _slices(element: Json, names: list[str]) -> list[str] | None:
    """The slice at each step of the path, as the id says; None when it does not fit the path."""
    steps = (element.get("id") or "").split(".")
    parted = [step.partition(":") for step in steps]
    if [name for name, _, _ in parted] != names:
        return None
    slices = [slice_name for _, _, slice_name in parted]
    if element.get("sliceName", slices[-1]) != slices[-1]:
        return None
    return slices
