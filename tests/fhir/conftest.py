"""What the tests of the data's language share."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def suites() -> Path:
    """The public suites, read where they lie."""
    beside = Path(__file__).parents[3] / "shared"
    path = Path(os.environ.get("HYGIE_SHARED", str(beside))) / "suites"
    if not path.is_dir():
        pytest.skip("the public suites are not here: set HYGIE_SHARED to their folder")
    return path
