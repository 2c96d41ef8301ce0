"""The elements of a snapshot as a tree: children by name, slices beside the element they slice.

Places in the tree follow from the order of the elements, as the specification defines it
(R4 §5.3.3, profiling.html "Slicing"): the `id` of elements is not relied on, packages get it wrong.
"""

from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.model import Said, unusable

MAX_ELEMENT_DEPTH = 40
"""Steps of a path: a resource of R4 has eight at most, a datatype in it some more."""


@dataclass(slots=True)
class Spec:
    """An element, or a slice of one."""

    said: Said
    children: "dict[str, Spec]" = field(default_factory=dict)
    """By name, without `[x]`."""
    slices: "dict[str, Spec]" = field(default_factory=dict)
    """By their own name, without that of the slice that they slice again."""

    @property
    def name(self) -> str:
        return self.said.path.rpartition(".")[2].removesuffix("[x]")


def tree(elements: list[Said]) -> Spec:
    """The root, with all below it. Refused where an element has no parent."""
    root = Spec(elements[0])
    if "." in root.said.path:
        raise unusable(phrases.NO_ROOT)
    line = [root]
    for said in elements[1:]:
        above, _, name = said.path.rpartition(".")
        if above.count(".") > MAX_ELEMENT_DEPTH:
            raise unusable(phrases.TOO_DEEP)
        while line and line[-1].said.path != above:
            line.pop()
        if not line:
            raise unusable(phrases.ORPHAN, said.path[:80])
        line.append(_place(line[-1], name.removesuffix("[x]"), said))
    return root


def _place(parent: Spec, name: str, said: Said) -> Spec:
    if not said.slice_name:
        known = parent.children.get(name)
        spec = Spec(said, slices=known.slices if known else {})
        parent.children[name] = spec
        return spec
    unsliced = parent.children.setdefault(name, Spec(Said(path=said.path)))
    spec = Spec(said)
    holder, own = _sliced_by(unsliced, said.slice_name)
    holder.slices[own] = spec
    return spec


def _sliced_by(unsliced: Spec, slice_name: str) -> tuple[Spec, str]:
    """What a slice is a slice of: of `a/b`, the slice `a` where there is one (re-slicing)."""
    above, _, own = slice_name.rpartition("/")
    if not above:
        return unsliced, slice_name
    holder, rest = _sliced_by(unsliced, above)
    if rest in holder.slices:
        return holder.slices[rest], own
    return unsliced, slice_name


def whole(slice_: Spec, unsliced: Spec) -> Spec:
    """A slice with what is said of all items of its element, where it says nothing of it itself."""
    said, general = slice_.said, unsliced.said
    values: dict[str, Any] = {**general.values, **said.values} if general.values else {}
    merged = structs.replace(
        said,
        values=values or said.values,
        binding=said.binding or general.binding,
        constraint=said.constraint or general.constraint,
        type=said.type or general.type,
        further=said.further or general.further,
        max_length=said.max_length if said.max_length >= 0 else general.max_length,
    )
    return Spec(merged, {**unsliced.children, **slice_.children}, slice_.slices)
