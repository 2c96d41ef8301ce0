"""The trace of a change of rights."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import pytest

from hygie.access.rights import Rights, shipped
from hygie.access.rights.noting import note_rights
from hygie.ledger import Ledger
from hygie.store.keys.keyring import Keyring

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
FIRST = shipped()
SECOND = msgspec.structs.replace(FIRST, version=2, digest="0123456789abcdef")


@pytest.fixture
async def house(pool: asyncpg.Pool, keyring: Keyring, ledger: Ledger) -> Any:
    async def start(rights: Rights) -> bool:
        return await note_rights(pool, keyring, ledger, rights, NOW)

    await pool.execute("DELETE FROM hygie.rights_in_force")
    return start


async def told(ledger: Ledger) -> list[tuple[str, str]]:
    """Reasons and details, the oldest first."""
    kept = [one.entry for one in await ledger.recent()]
    assert {(one.action, one.context.kind, one.purpose) for one in kept} <= {
        ("change-rights", "system", "HSYSADMIN")
    }
    return [(one.reason, one.detail) for one in reversed(kept)]


async def test_a_change_is_on_record_once(house: Any, ledger: Ledger) -> None:
    """Guards: rights that were widened for a night, and nobody can tell when."""
    noted = [await house(rights) for rights in (FIRST, FIRST, SECOND, SECOND, FIRST)]
    assert noted == [True, False, True, False, True]
    old, new = FIRST.digest, SECOND.digest
    assert await told(ledger) == [
        (f"rights.none.{old}", f"rights: - → version {FIRST.version} ({old})"),
        (f"rights.{old}.{new}", f"rights: version {FIRST.version} ({old}) → version 2 ({new})"),
        (f"rights.{new}.{old}", f"rights: version 2 ({new}) → version {FIRST.version} ({old})"),
    ]


async def test_workers_that_start_at_once_leave_one_trace(house: Any, ledger: Ledger) -> None:
    """Guards: as many changes as processes, of which one is believed to be another."""
    for rights in (FIRST, SECOND):
        noted = await asyncio.gather(*(house(rights) for _ in range(8)))
        assert sum(noted) == 1
    assert len(await told(ledger)) == 2


async def test_a_note_made_by_hand_hides_no_change(
    house: Any, pool: asyncpg.Pool, ledger: Ledger
) -> None:
    """Guards: whoever can write the database, and widens their rights in silence."""
    await house(FIRST)
    await pool.execute("UPDATE hygie.rights_in_force SET sealed = $1", bytes(64))
    assert await house(SECOND)
    assert (await told(ledger))[-1][0] == f"rights.none.{SECOND.digest}"


async def test_a_trace_that_cannot_be_kept_is_tried_again(
    house: Any, pool: asyncpg.Pool, keyring: Keyring, ledger: Ledger
) -> None:
    """Guards: a change that is taken for noted, and is not in the ledger."""

    class Full:
        async def append(self, *given: Any) -> None:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await note_rights(pool, keyring, Full(), FIRST, NOW)  # type: ignore[arg-type]
    assert await house(FIRST)
    assert len(await told(ledger)) == 1
