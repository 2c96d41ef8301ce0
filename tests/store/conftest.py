"""What the tests of the store share."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.fhir.search.query import Query


@pytest.fixture
def make_patient_query() -> Callable[[str, str], Query]:
    def make(name: str, value: str) -> Query:
        return parse_query(r4(), "Patient", ((name, value),), zone=ZoneInfo("Europe/Paris")).query

    return make


@pytest.fixture
def make_query() -> Callable[..., Query]:
    def make(kind: str, *parameters: tuple[str, str]) -> Query:
        return parse_query(r4(), kind, parameters, zone=ZoneInfo("Europe/Paris")).query

    return make
