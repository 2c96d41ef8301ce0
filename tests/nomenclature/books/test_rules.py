"""A book keeps the rules of all code systems."""

from itertools import count
from pathlib import Path

import pytest
from tests.fhir.terminology.system_rules import *  # noqa: F403 - the rules are the tests
from tests.fhir.terminology.system_rules import Making
from tests.nomenclature.shelves import book_of


@pytest.fixture
def made(tmp_path: Path) -> Making:
    folders = (tmp_path / str(number) for number in count())
    named = {"version": "1", "name": "Some"}
    return lambda resource: book_of(next(folders), {**named, **resource})
