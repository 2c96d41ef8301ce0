"""Guards the unit that establishments install: no more rights than the server needs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hygie.settings import VARIABLES

UNIT = Path(__file__).parent.parent / "deploy" / "hygie.service"
MOST_EXPOSED = 1.5
"""Of 10, as systemd reckons it; a service without any hardening has 9.6."""


def test_the_unit_gives_away_little() -> None:
    """Guards: a hole in Hygie that becomes one in the whole machine."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(
        [program, "security", "--offline=true", str(UNIT)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    exposure = re.search(r"exposure level for hygie\.service: ([0-9.]+)", done.stdout)
    assert exposure is not None, done.stdout[-500:]
    assert float(exposure[1]) <= MOST_EXPOSED


def test_the_unit_speaks_of_settings_and_files_that_there_are() -> None:
    """Guards: an installation that follows the unit, and does not start."""
    text = UNIT.read_text()
    named = set(re.findall(r"HYGIE_[A-Z_]+", text))
    assert named <= set(VARIABLES.values())
    for page in re.findall(r"docs/[a-z-]+\.md", text):
        assert (UNIT.parent.parent / page).is_file()
