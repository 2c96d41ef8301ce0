"""Guards against every way in which the API and the pages could tell of what one may not see."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import TEMPLATE
from tests.worlds.judging import ACTORS, Judge

if TYPE_CHECKING:
    from hygie.store.server.cluster import Cluster

FEW = ("nurse", "secretary", "patient", "categories", "launched")
"""Each with reaches of another kind: care, part of a record, oneself, a search, one patient."""


@pytest.fixture
async def judge(cluster: "Cluster", tmp_path: Path) -> Judge:
    judge = Judge(cluster.dsn(), tmp_path)
    await judge.furnish(TEMPLATE)
    return judge


async def judged(judge: Judge, names: tuple[str, ...], each: int) -> list[str]:
    wrong: list[str] = []
    for n, actor in enumerate(one for one in ACTORS if one.name in names):
        wrong += await judge.run(actor, range(n * each, (n + 1) * each))
    return wrong


@pytest.mark.timeout(300)
async def test_what_is_out_of_sight_changes_nothing_that_clients_and_browsers_are_told(judge):
    """A count, a link, a header, a line on a page or an error that says that something is there."""
    assert await judged(judge, FEW, 2) == []
    answered = {status for _, status in judge.statuses}
    assert {200, 201, 303, 403, 404, 412} <= answered, "little was asked"
    assert max(answered) < 500


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_nor_to_anybody_else(judge):
    """A role, or an application, that nobody thought of when a door was made."""
    assert await judged(judge, tuple(one.name for one in ACTORS), 3) == []
