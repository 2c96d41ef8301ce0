"""A short crash loop; the long one is `make crash`."""

import time
from pathlib import Path

import pytest
from tests.crash.life import Life
from tests.crash.tally import Tally

SECONDS = 20
KILLS = 6


@pytest.mark.timeout(180)
async def test_what_was_acknowledged_outlives_every_blow(tmp_path: Path) -> None:
    """Guards: a write lost, doubled or halved by a process that died, and nobody told."""
    tally = Tally()
    life = Life(tmp_path, tally, workers=2)
    await life.run(until=time.monotonic() + SECONDS, kills=KILLS)
    assert tally.wrong == []
    assert tally.acknowledged
    assert tally.kills.total()
    assert tally.examinations
