"""A code system in memory keeps the rules of all code systems."""

import pytest
from tests.fhir.terminology.making import system
from tests.fhir.terminology.system_rules import *  # noqa: F403 - the rules are the tests
from tests.fhir.terminology.system_rules import Making

from hygie.fhir.terminology.system import System


@pytest.fixture
def made() -> Making:
    return System


def test_a_hierarchy_in_a_circle_ends() -> None:
    """A walk that never comes back."""
    circle = [
        {"code": code, "property": [{"code": "parent", "valueCode": parent}]}
        for code, parent in (("a", "b"), ("b", "a"), ("c", "c"))
    ]
    found = System(system(*circle))
    assert list(found.below("a")) == ["b"]
    assert list(found.above("a")) == ["b"]
    assert list(found.below("c")) == []
    assert list(found.above("c")) == []
