"""A code system in memory keeps the rules of all code systems."""

import pytest
from tests.fhir.terminology.system_rules import *  # noqa: F403 - the rules are the tests
from tests.fhir.terminology.system_rules import Making

from hygie.fhir.terminology.system import System


@pytest.fixture
def made() -> Making:
    return System
