"""Resources made from the definitions, one for each way a search parameter may have a value."""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from tests.fhir.search.shared import EXTRACTOR
from tests.fhir.search.test_every_shape import PRIMITIVES, VARIANTS

from hygie.fhir.codec import decode
from hygie.fhir.codec import encode as encoded
from hygie.fhir.definitions import Element, SearchParameter, r4
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.targets import possible_targets

Json = dict[str, Any]
SYSTEM = "http://example.org/a"
_DEPTH = 7
"""Of a resource: the deepest element that a parameter of R4 speaks of has five above it."""
_TYPE_DEPTH = 3
"""Of a data type: an identifier, its type, its codes."""
_LITERALS = re.compile(r"'([^']*)'")
_CODE = re.compile(r'"code"(?!:)')
_LEFT_OUT = frozenset({"id", "extension", "modifierExtension", "contained"})
_VALUES = {**PRIMITIVES, "string": "Écrit d’un trait", "decimal": 7, "date": "2020-05"}
_CONCEPT = {"coding": [{"system": SYSTEM, "code": "code", "display": "Écrit"}]}
_EXTENDED: dict[str, Json] = {
    "token": {"valueCodeableConcept": _CONCEPT},
    "string": {"valueString": "Écrit"},
    "reference": {"valueReference": {"reference": "Patient/1"}},
    "date": {"valueDateTime": "2020-05-01"},
    "quantity": {"valueQuantity": {"value": 3, "code": "code"}},
}


def examples(kind: str, parameter: SearchParameter) -> Iterator[tuple[Json, list[Entry]]]:
    """Resources that have a value for a parameter, each with its entries; alike ones once."""
    seen: set[str] = set()
    for text in dict.fromkeys(_candidates(kind, parameter)):
        resource = decode(text)
        entries = EXTRACTOR.entries_of(resource, (parameter.code,))
        shape = repr(entries)
        if entries and shape not in seen:
            seen.add(shape)
            yield resource, entries


def _candidates(kind: str, parameter: SearchParameter) -> Iterator[bytes]:
    maker = _Maker(parameter)
    codes = ["code", *(text for text in maker.literals if "/" not in text)]
    targets: tuple[str, ...] = ("Patient",)
    if parameter.type == "reference":
        targets = possible_targets(r4(), parameter, kind)[:4]
    for variant in range(VARIANTS):
        resource = {"resourceType": kind, "id": "1", **maker.object(kind, variant, _DEPTH)}
        text = encoded(resource).decode()
        for code, target in product(dict.fromkeys(codes), targets):
            coded = _CODE.sub(json.dumps(code), text)
            yield coded.replace('"Patient/1"', f'"{target}/1"').encode()


class _Maker:
    """Fills the elements that an expression speaks of, and all of each data type it ends in."""

    def __init__(self, parameter: SearchParameter) -> None:
        parts = (parameter.expression, *(c.expression for c in parameter.components))
        self.literals = [text for part in parts for text in _LITERALS.findall(part)]
        self._first = next(iter(parameter.target), "Composition")
        self._names = {name for part in parts for name in re.findall(r"\w+", part)}
        extended = _EXTENDED.get(parameter.type, {})
        self._extensions = [{"url": url, **extended} for url in self.literals if "/" in url]

    def object(self, type_name: str, variant: int, depth: int) -> Json:
        definition = r4().types[type_name]
        whole = definition.kind == "complex"
        depth = min(depth, _TYPE_DEPTH) if whole else depth
        made: Json = {}
        if self._extensions and not whole:
            made["extension"] = self._extensions
        for element in definition.elements if depth else ():
            if (whole or element.name in self._names) and element.name not in _LEFT_OUT:
                made |= self._property(element, variant, depth - 1)
        return made

    def _property(self, element: Element, variant: int, depth: int) -> Json:
        names = list(element.json_names().items())
        name, reference = names[variant % len(names)]
        if name == "reference" and reference.name == "string":
            return {name: "Patient/1"}
        value = self._value(reference.name, variant, depth)
        return {name: [value, value] if element.repeats else value} if value != {} else {}

    def _value(self, type_name: str, variant: int, depth: int) -> Any:
        if type_name == "Resource":
            return {"resourceType": self._first, "id": "1"}
        if r4().types[type_name].kind == "primitive":
            return _VALUES.get(type_name, "code")
        return self.object(type_name, variant, depth)
