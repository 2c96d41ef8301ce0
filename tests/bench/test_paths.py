"""The bench of FHIRPath compares things that do the same."""

import pytest
from bench.fhirpath import SURROUNDINGS
from bench.paths.by_hand import BY_HAND
from bench.paths.cold import invariants, parameters
from bench.paths.common import expressions
from bench.paths.subjects import SUBJECTS, subjects

from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_path
from hygie.fhir.path.items import to_json
from hygie.fhir.validate import base_validator

WRITTEN = expressions()


def test_every_expression_is_written_by_hand() -> None:
    """Guards: a floor that is missing, or of an expression that is no longer measured."""
    assert WRITTEN.keys() == BY_HAND.keys()
    assert len(WRITTEN) > 30


@pytest.mark.parametrize("name", WRITTEN)
def test_by_hand_and_compiled_find_the_same(name: str) -> None:
    """Guards: a floor that is fast because it does something else."""
    type_name, text = WRITTEN[name]
    path = compile_path(text, type_name, r4())
    for subject in (SUBJECTS[type_name], {}):
        assert to_json(path(subject, SURROUNDINGS)) == BY_HAND[name](subject)


def test_subjects_are_resources_of_their_own() -> None:
    """Guards: figures of invalid data, or of one object that stays in the processor's cache."""
    for subject in SUBJECTS.values():
        if "resourceType" in subject:
            assert base_validator().validate(subject) == []
    first, second = subjects("Patient", 2)
    assert first == second
    assert first["name"][0] is not second["name"][0]


def test_all_that_r4_defines_is_compiled() -> None:
    """Guards: a compile time of a part."""
    searched = {parameter.expression for parameter in r4().search_parameters} - {""}
    assert {text for _, text in parameters()} == searched
    assert {text for _, text in invariants()} == {rule.expression for rule in r4().all_invariants}
