"""Versions by key and number, many at once: for whoever follows the outbox.

Nothing is given out here: what leaves the house of what was opened is for the caller to record.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from hygie.refusal import Refused
from hygie.store.database import Pool, Record
from hygie.store.tables.rows import OPENED, current_several
from hygie.store.vault import Opened, Vault

_REPLACED: Final = f"""
SELECT {OPENED} FROM hygie.resource_history
WHERE (key, version) IN (SELECT * FROM unnest($1::bigint[], $2::integer[]))
"""  # noqa: S608 - our own columns
KEY: Final = 1
VERSION: Final = 2


class Named(NamedTuple):
    """A version, as the outbox names it."""

    key: int
    version: int


class Versions:
    """For the tasks of one event loop."""

    def __init__(self, pool: Pool, vault: Vault) -> None:
        self._pool = pool
        self._vault = vault

    async def open(self, kind: str, wanted: Collection[Named]) -> dict[Named, Opened]:
        """Those of one type that are there and open. A version that was replaced meanwhile is
        found as well: what is current is read before what was replaced."""
        relation = await self._vault.partitions.of(self._pool, kind)
        keys = sorted({one.key for one in wanted})
        records = await self._pool.fetch(current_several(relation), keys)
        found = [record for record in records if _named(record) in wanted]
        missing = set(wanted) - {_named(record) for record in found}
        opened = await self._opened(found)
        return opened | await self.replaced(missing) if missing else opened

    async def replaced(self, wanted: Collection[Named]) -> dict[Named, Opened]:
        """Those, of any type, that are not current any more."""
        if not wanted:
            return {}
        listed = list(wanted)
        keys, numbers = [one.key for one in listed], [one.version for one in listed]
        return await self._opened(await self._pool.fetch(_REPLACED, keys, numbers))

    async def current(self, kind: str, keys: Collection[int] | None = None) -> list[Opened]:
        """The current versions of these keys, deleted ones too; of the whole type without any."""
        relation = await self._vault.partitions.of(self._pool, kind)
        if keys is None:
            query = f"SELECT {OPENED} FROM {relation} AS current"  # noqa: S608
            records = await self._pool.fetch(query)
        else:
            records = await self._pool.fetch(current_several(relation), list(keys))
        return list((await self._opened(records)).values())

    async def of_patient(self, kinds: Collection[str], patient: int) -> list[Opened]:
        """What there is of these types that is this patient's alone, oldest first. `patient`: the
        key of "Patient/id"."""
        relation = await self._vault.partitions.among(self._pool, kinds)
        query = f"""
            SELECT {OPENED} FROM {relation} AS current
            WHERE patient = $1 AND NOT deleted ORDER BY happened, key
        """  # noqa: S608
        return list((await self._opened(await self._pool.fetch(query, patient))).values())

    async def _opened(self, records: Iterable[Record]) -> dict[Named, Opened]:
        listed = list(records)
        opened = await self._vault.open_each(listed)
        return {
            _named(record): one
            for record, one in zip(listed, opened, strict=True)
            if not isinstance(one, Refused)
        }


def _named(record: Record) -> Named:
    return Named(record[KEY], record[VERSION])
