"""What invariants may ask about codes and profiles."""

from typing import Any

import pytest
from tests.fhir.terminology.making import ANIMALS, BEASTS, codes, value_set

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Definition, Library
from hygie.fhir.path import compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.terminology import Terms
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.environment import environment_of
from hygie.refusal import Refused

SET = "https://a.test/vs"
LIBRARY = Library(map(Definition, (ANIMALS, value_set(SET, codes("cat", "animal")))))
KNOWN = environment_of(Context(library=LIBRARY, terms=Terms(LIBRARY)))
RESOURCE = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": BEASTS, "code": "whale"}, {"system": BEASTS, "code": "cat"}]},
    "category": [{"coding": [{"system": BEASTS, "code": "mammal"}]}, {"text": "in words"}],
    "method": {"coding": [{"code": "cat"}]},
    "language": "cat",
}


def evaluated(expression: str, environment: Environment = KNOWN) -> Any:
    return compile_path(expression, "Observation", r4())(RESOURCE, environment)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"code.memberOf('{SET}')", [True]),
        (f"code.coding.first().memberOf('{SET}')", [False]),
        (f"language.memberOf('{SET}')", [True]),
        (f"method.memberOf('{SET}')", [False]),
        (f"category.last().memberOf('{SET}')", [False]),
        (f"'animal'.memberOf('{SET}')", [True]),
        ("category.first().subsumes(code)", [True]),
        ("code.subsumes(category.first())", [False]),
        ("code.subsumedBy(category.first())", [True]),
        ("code.coding.first().subsumes(code.coding.last())", [False]),
        ("code.subsumes(category.last())", [False]),
    ],
)
def test_answers(expression: str, expected: list[bool]) -> None:
    """Danger: an invariant on codes that is always kept, or always broken."""
    assert evaluated(expression) == expected


@pytest.mark.parametrize(
    "expression",
    ["code.memberOf('https://a.test/gone')", "code.conformsTo('https://a.test/p')"],
)
def test_what_is_not_known_is_not_answered(expression: str) -> None:
    """Danger: an invariant called broken for want of a value set."""
    with pytest.raises(Refused):
        evaluated(expression)


def test_a_context_that_knows_nothing_asks_nothing() -> None:
    """Danger: R4's own value sets no longer known without packages."""
    empty = environment_of(Context())
    url = "http://hl7.org/fhir/ValueSet/observation-status"
    assert evaluated(f"status.memberOf('{url}')", empty) == [True]
