"""Guards against a reading of rows that was killed: rows left out, or written twice."""

from itertools import count

import pytest
from tests.store.killing import killed_at
from tests.store.parameters.conftest import CONTEXT, definition, patient

from hygie.store.parameters.keeper import Keeper
from hygie.store.store import Store

pytestmark = pytest.mark.embedded
_TOKENS = "SELECT tokens FROM hygie.resource WHERE type = $1"


async def _index(store: Store) -> None:
    await Keeper(store, settle_seconds=0).until_done()


async def test_whatever_kills_it_the_next_goes_on(
    store: Store, reopen, found, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a power cut between the rows that were written and the note of how far it came."""
    monkeypatch.setattr("hygie.store.parameters.passes.SLICE_ROWS", 3)
    green = {f"p{n}" for n in range(8)}
    for name in sorted(green):
        await store.update(CONTEXT, patient(name, "green"))
    await store.update(CONTEXT, definition())
    for step in count(4, 4):
        if not killed_at(step, reopen, _index):
            break
    await store.vault.rules.learn()
    assert await found(store, "Patient", "eyes", "green") == green
    for row in await store.pool.fetch(_TOKENS, store.vault.types.code("Patient")):
        assert len(row["tokens"]) == len(set(row["tokens"]))
