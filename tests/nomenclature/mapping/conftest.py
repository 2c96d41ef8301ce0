"""A house in which local codes are mapped."""

import pytest

from hygie.fhir.validate import base_validator
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.store.interactions import Repository


@pytest.fixture
def repository(store):
    return Repository(store, base_validator())


@pytest.fixture
def mappings(store, repository):
    return Mappings(store, repository)
