"""Resources that no one would write, of whatever the definitions allow, for round trips."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hygie.fhir.definitions import Element, TypeDefinition, r4

TEXTS = st.text(
    st.one_of(
        st.sampled_from(list("<>&'\" \t\n\r\u00a0\u0085\u2028]\U0001f642é")),
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"),
    ),
    min_size=1,
    max_size=8,
)
DIVS = st.sampled_from(
    [
        '<div xmlns="http://www.w3.org/1999/xhtml">a</div>',
        '<div xmlns="http://www.w3.org/1999/xhtml" title="a/>b"><p>é<br/>&lt;\r\n\t </p></div>',
        '<h:div xmlns:h="http://www.w3.org/1999/xhtml">a<!-- </div> --><![CDATA[<]]></h:div >',
    ]
)
DECIMALS = st.decimals(-(10**12), 10**12, allow_nan=False, places=None).filter(
    lambda number: len(number.as_tuple().digits) <= 30 and "." in f"{number:f}"
)
WRITTEN = ("1E+2", "1E-7", "0.00", "-0", "72.50", "-0.0")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "positiveInt": st.integers(1, 2**31 - 1),
    "decimal": st.one_of(
        st.integers(-(10**20), 10**20),
        DECIMALS,
        st.sampled_from(
            [Decimal(text) for text in ("1E+2", "1E-7", "0.00", "-0", "72.50", "-0.0")]
        ),
    ),
}
DEEPEST = 4
ATTRIBUTES = ("id", "url")


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    return _Made(draw).resource(0)


class _Made:
    """What is drawn for one resource. `depth`: of resources and objects, `DEEPEST` at most."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def resource(self, depth: int) -> dict[str, Any]:
        name = self._draw(st.sampled_from(r4().resource_types))
        return {"resourceType": name, **self._members(r4().types[name], depth)}

    def _members(self, owner: TypeDefinition, depth: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        elements = st.sampled_from(owner.elements)
        chosen = st.lists(elements, min_size=1, max_size=4, unique_by=lambda one: one.name)
        for element in self._draw(chosen):
            names = element.json_names()
            name = self._draw(st.sampled_from(sorted(names)))
            type_ = r4().types[names[name].name]
            if owner.kind != "resource" and name in ATTRIBUTES:
                members[name] = self._draw(TEXTS)
            elif type_.kind == "primitive" and type_.name != "xhtml":
                self._primitives(members, element, name, VALUES.get(type_.name, TEXTS), depth)
            elif type_.kind == "primitive" or depth < DEEPEST:
                values = [self._value(type_, depth) for _ in range(self._count(element))]
                members[name] = values if element.repeats else values[0]
        return members

    def _count(self, element: Element) -> int:
        return self._draw(st.integers(1, 3)) if element.repeats else 1

    def _value(self, type_: TypeDefinition, depth: int) -> Any:
        if type_.name == "Resource":
            return self.resource(depth + 1)
        return self._draw(DIVS) if type_.name == "xhtml" else self._members(type_, depth + 1)

    def _primitives(
        self, members: dict[str, Any], element: Element, name: str,
        values: st.SearchStrategy[Any], depth: int,
    ) -> None:  # fmt: skip
        """Values, their siblings, or both: never neither."""
        count = self._count(element)
        with_siblings = self._draw(st.booleans())
        found = [
            None if with_siblings and self._draw(st.booleans()) else self._draw(values)
            for _ in range(count)
        ]
        if with_siblings:
            siblings = [self._sibling(depth) for _ in range(count)]
            members["_" + name] = siblings if element.repeats else siblings[0]
        if any(value is not None for value in found):
            members[name] = found if element.repeats else found[0]

    def _sibling(self, depth: int) -> dict[str, Any]:
        if depth >= DEEPEST or self._draw(st.booleans()):
            return {"id": self._draw(TEXTS)}
        return {"extension": [self._members(r4().types["Extension"], DEEPEST)]}
