"""Guards against every way in which what one may not see could be told: see `worlds`."""

import pytest
from tests.store.worlds.judging import Judge, Lenient

from hygie.store.interactions import Repository


@pytest.mark.timeout(300)
async def test_what_is_out_of_sight_changes_nothing_that_is_observed(store):
    """A count, a page, an order, a refusal or an id that says that something is there."""
    judge = Judge(store, Repository(store, Lenient()))
    assert await judge.run(range(60)) == []
    assert await judge.run(range(60, 120)) == []
