"""The one door for change, over a store of its own."""

import pytest

from hygie.fhir.validate import base_validator
from hygie.store.interactions import Repository
from hygie.store.store import Store


@pytest.fixture
def repository(store: Store) -> Repository:
    return Repository(store, base_validator())
