"""Short-hands of the tests: what an expression answers, and what it is refused for."""

from typing import Any

import pytest
from tests.fhir.path.oracle import interpret

from hygie.fhir.definitions import r4
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import to_json
from hygie.refusal import Refused

NOBODY: dict[str, Any] = {"resourceType": "Patient"}


def answers(
    text: str, resource: dict[str, Any] | None = None, environment: Environment | None = None
) -> list[Any]:
    """The collection that an expression yields, as JSON."""
    return to_json(interpret(text, resource or NOBODY, r4(), environment))


def rule(
    text: str, resource: dict[str, Any] | None = None, environment: Environment | None = None
) -> str:
    """The rule that an expression is refused for, when it is evaluated."""
    with pytest.raises(Refused) as caught:
        answers(text, resource, environment)
    (issue,) = caught.value.refusal.issues
    assert issue.text("fr")
    assert issue.text("en")
    assert issue.details["position"] != "0"
    return issue.rule.removeprefix("fhirpath.")
