"""The generated checks: readable, made once, and true to whatever definitions they come from."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from hygie.fhir.definitions import Definitions, Element, Registry, TypeDefinition, TypeRef, r4
from hygie.fhir.definitions.model import ValueSet
from hygie.fhir.validate import Validator, base_validator
from hygie.fhir.validate.context import Context

SET = "https://example.org/ValueSet/colours"
CODING = TypeRef("Coding")


def shelf() -> Registry:
    """R4 with one more resource, which has what base R4 has nowhere."""
    own = r4().types["Basic"]
    elements = (
        *own.elements[:4],
        Element("colour", (CODING,), 0, 1, binding=SET),
        Element("label", (TypeRef("string"),), 1, 2),
        Element("part", (TypeRef("Shelf.part"),), 0, 3),
        Element("content", (CODING, TypeRef("code")), 0, 1, choice=True, binding=SET),
    )
    types = {
        **r4().types,
        "Shelf": msgspec.structs.replace(own, name="Shelf", elements=elements),
        "Shelf.part": TypeDefinition(
            name="Shelf.part",
            kind="backbone",
            base="BackboneElement",
            abstract=False,
            elements=elements[4:6],
        ),
    }
    values = {**r4().value_sets, SET: ValueSet({"https://example.org/c": ("red", "blue")}, True)}
    return Registry(Definitions("test", types, values, (), {}))


RED = {"system": "https://example.org/c", "code": "red"}
GREEN = {"system": "https://example.org/c", "code": "green"}
OTHER_RED = {"system": "https://example.org/other", "code": "red"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"label": ["a", "b"], "colour": RED, "contentCode": "blue"}, []),
        ({"label": ["a", "b", "c"]}, [("structure.maximum", "Shelf.label")]),
        ({"label": ["a"], "part": [{"label": ["a"]}] * 4}, [("structure.maximum", "Shelf.part")]),
        ({"label": ["a"], "part": [{"colour": RED}]}, [("structure.required", "Shelf.part[0]")]),
        ({"label": ["a"], "colour": GREEN}, [("value.binding", "Shelf.colour.code")]),
        ({"label": ["a"], "colour": OTHER_RED}, [("value.binding", "Shelf.colour.code")]),
        ({"label": ["a"], "colour": {"display": "rouge"}}, []),
        ({"label": ["a"], "contentCode": "green"},
         [("value.binding", "Shelf.content.ofType(code)")]),
        ({"label": ["a"], "contentCoding": GREEN},
         [("value.binding", "Shelf.content.ofType(Coding).code")]),
        ({}, [("structure.required", "Shelf")]),
    ],
)  # fmt: skip
def test_checks_follow_the_definitions(members: dict[str, Any], expected: list[Any]) -> None:
    """Danger: rules written for base R4 alone: other maxima, bound Codings, bound choices."""
    issues = Validator(shelf()).validate({"resourceType": "Shelf", **members})
    assert [(issue.rule, issue.location) for issue in issues] == expected
    assert all(issue.text("fr") and issue.text("en") for issue in issues)


def test_every_type_compiles() -> None:
    """Danger: a resource type that fails the day someone uses it."""
    validator = Validator(r4())
    for name in r4().resource_types:
        issues = validator.validate({"resourceType": name, "zzz": 1})
        assert "structure.unknown-element" in {issue.rule for issue in issues}


def test_source_can_be_read() -> None:
    """Danger: generated code that nobody can look at."""
    source = base_validator().source("Coding")
    assert source.startswith("def check_Coding(value, place, report):\n")
    assert '    if "system" in value:\n' in source
    compile(source, "Coding", "exec")


def test_threads_may_share_a_new_validator() -> None:
    """Danger: two requests that compile one type at once, and one that meets half of it."""
    validator = Validator(r4(), Context(best_practice=None))
    patient = {"resourceType": "Patient", "name": [{"family": "X"}], "deceasedBoolean": False}
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(validator.validate, [patient] * 64)) == [[]] * 64
