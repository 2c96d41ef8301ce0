"""Whom the decision is asked for: what was made of somebody does not outlive what they are."""

from datetime import UTC, datetime

import msgspec
from tests.conftest import database_url, keyring  # noqa: F401 - in place of the room's own

from hygie.access.actors import Actors
from hygie.access.model import Account
from hygie.access.rights.reading import _shipped, understood
from hygie.store.store import Store

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
OWN = """
version = 2
[roles.expert]
label = "Expert"
[roles.expert.rights]
identity = { right = "establishment:rs", specialties = ["SM26"] }
results = { right = "establishment:rs", units = ["Location/lab"] }
"""
EXPERT = Account(name="claire", display="Claire", role="expert", created=NOW, specialty="SM26")


async def test_a_change_of_specialty_or_unit_counts_at_once(store: Store) -> None:
    """Guards: what a specialty gave, kept by who has another one now."""
    actors = Actors(store, understood(_shipped(), OWN.encode()), lambda: NOW)

    async def seen(**changed: object) -> list[bool]:
        sight = await actors.sight(msgspec.structs.replace(EXPERT, **changed), frozenset())
        return [bool(sight.reach(one, "r")) for one in ("Patient", "DiagnosticReport")]

    assert await seen() == [True, False]
    assert await seen(specialty="SM54") == [False, False]
    assert await seen() == [True, False]
    assert await seen(units=("Location/lab",)) == [True, True]
    assert await seen(units=("Location/other",)) == [True, False]
    assert await seen(specialty="", units=("Location/lab",)) == [False, True]
