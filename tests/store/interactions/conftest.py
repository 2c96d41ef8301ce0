"""The one door for change, over a store of its own."""

from datetime import date
from pathlib import Path

import pytest

from hygie.insight.quality.standards import standards_of
from hygie.store.interactions import Repository
from hygie.store.store import Store


@pytest.fixture
def repository(store: Store, tmp_path: Path) -> Repository:
    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    return Repository(store, standards.under(""), standards.under)
