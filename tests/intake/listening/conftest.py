"""Certificates of an authority, and of those who have one of it or not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.authority import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Callable[[str], Authority]:
    return lambda name: Authority(tmp_path, name)
