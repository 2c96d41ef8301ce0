"""Guards against a shape the definitions allow, and nobody wrote an example of."""

from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from tests.fhir.search.shared import EXTRACTOR

from hygie.fhir.definitions import Element, r4
from hygie.fhir.path import compile_path
from hygie.refusal import Refused

LEFT_OUT = frozenset({"extension", "modifierExtension", "contained", "text", "resource"})
PRIMITIVES: dict[str, Any] = {
    "boolean": True,
    "integer": 3,
    "positiveInt": 3,
    "unsignedInt": 3,
    "decimal": Decimal("1.50"),
    "date": "2020-05-01",
    "dateTime": "2020-05-01T10:00:00+02:00",
    "instant": "2020-05-01T10:00:00.123Z",
    "time": "10:00:00",
    "uri": "http://example.org/a",
    "canonical": "http://example.org/a|1",
}
VARIANTS = 12


@cache
def filled(type_name: str, variant: int, depth: int) -> Any:
    """A value with every element present; the variant chooses the type of each choice."""
    definition = r4().types[type_name]
    if definition.kind == "primitive":
        return PRIMITIVES.get(type_name, "Patient/1" if type_name == "string" else "code")
    value: dict[str, Any] = {}
    for element in definition.elements if depth else ():
        if element.name not in LEFT_OUT:
            value.update(property_of(element, variant, depth))
    return value


def property_of(element: Element, variant: int, depth: int) -> dict[str, Any]:
    names = list(element.json_names().items())
    name, reference = names[variant % len(names)]
    value = filled(reference.name, variant, depth - 1)
    return {name: [value, value] if element.repeats else value}


@pytest.mark.parametrize("variant", range(VARIANTS))
def test_every_type_with_everything_in_it_is_indexed(variant: int) -> None:
    """Danger: a declared type, never met in an example, stops the import of a record."""
    for type_name in r4().resource_types:
        resource = {**filled(type_name, variant, 4), "resourceType": type_name, "id": "1"}
        found = EXTRACTOR.extract(resource)
        assert {"_tag", "_profile", "_source"} <= {entry.parameter for entry in found}
        EXTRACTOR.patients(resource)


def test_every_expression_answers_on_every_shape() -> None:
    """Danger: a search parameter's expression raises on data that its type allows."""
    registry = r4()
    for parameter in registry.search_parameters:
        for base in parameter.base[:2] if parameter.expression else ():
            path = compile_path(parameter.expression, base, registry)
            for variant in range(3):
                resource = {**filled(base, variant, 4), "resourceType": base}
                with suppress(Refused):
                    assert isinstance(path(resource), list)
