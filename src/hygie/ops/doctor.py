"""`hygie doctor`: is everything there, whole, and as it says?"""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.ledger import Ledger
from hygie.ops import kinds
from hygie.ops.audit import check_completeness, check_entries
from hygie.ops.current import check_current
from hygie.ops.dictionaries import check_dictionaries
from hygie.ops.examination import Examination
from hygie.ops.findings import Finding, Findings
from hygie.ops.inbox import check_inbox
from hygie.ops.keys import check_keys
from hygie.ops.pace import Pace
from hygie.ops.past import check_past
from hygie.ops.repair import Repairer
from hygie.ops.rules import outdated
from hygie.ops.schema import check_migrations, check_schema
from hygie.ops.sequences import check_sequences
from hygie.ops.server import check_pages, check_settings
from hygie.refusal import Refused
from hygie.store.database import Pool, open_pool
from hygie.store.keys.envelope import ALL, keyring_of
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store
from hygie.trace import Context

_CONTEXT: Final = Context(actor="doctor", kind="system", purpose="HSYSADMIN")
_CONNECTIONS: Final = 3
_EXPECTED: Final = """
    SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class
    WHERE relnamespace = 'hygie'::regnamespace AND relkind = 'r'
"""
_TYPES: Final = """
    SELECT name FROM hygie.resource_type
    WHERE EXISTS (SELECT FROM hygie.resource r WHERE r.type = code)
    OR EXISTS (SELECT FROM hygie.resource_history h WHERE h.type = code) ORDER BY name
"""


class Report(msgspec.Struct, frozen=True):
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """True when nothing wrong is left as it was."""
        return not any(finding.stands for finding in self.findings)


class Doctor:
    """Examines one database. Reads in short snapshots; writes only what `repair` allows."""

    def __init__(
        self, dsn: str, key_file: Path, zone: ZoneInfo, pace: Pace, *, words: bool = True
    ) -> None:
        self._dsn = dsn
        self._key_file = key_file
        self._zone = zone
        self._pace = pace
        self._words = words
        """Whether words are filed in this establishment."""

    async def examine(self, *, repair: bool = False) -> Report:
        """Everything, once. Never raises on damaged data: what is damaged is a finding.

        Refused only when the file of the master key is missing, or open to others.
        """
        findings = Findings()
        async with AsyncExitStack() as stack:
            pool = await open_pool(
                self._dsn, size=_CONNECTIONS, patient=True, statement_timeout="0",
                application_name="hygie doctor",
            )  # fmt: skip
            stack.push_async_callback(pool.close)
            await check_settings(pool, findings)
            if await check_migrations(pool, findings):
                keyring = await self._keyring(pool, findings)
                await self._below(pool, findings, keyring, stack, repair=repair)
        return Report(findings.all())

    async def _keyring(self, pool: Pool, findings: Findings) -> Keyring | None:
        """The keys of the store; None when this master key does not open them."""
        rows = await pool.fetch(ALL)
        try:
            return keyring_of(rows, self._key_file)
        except Refused as refused:
            if rows and refused.refusal.issues[0].rule != "store.key-wrong":
                raise
        except KeyError:
            pass  # no store key among them
        findings.add(kinds.KEY_WRONG, "hygie.wrapped_key")
        return None

    async def _below(
        self,
        pool: Pool,
        findings: Findings,
        keyring: Keyring | None,
        stack: AsyncExitStack,
        *,
        repair: bool,
    ) -> None:
        """What lies below the keys: the schema, and, when that and they are right, all rows."""
        if keyring is None:
            await check_schema(pool, findings, None)
            return
        ledger = Ledger(pool, keyring)
        repairer = Repairer(pool, ledger, _CONTEXT) if repair else None
        if not await check_schema(pool, findings, repairer):
            return
        if not await check_dictionaries(pool, keyring, findings):
            return
        store = await Store.open(
            self._dsn, keyring, lambda _: ledger, zone=self._zone, words=self._words
        )
        stack.push_async_callback(store.close)
        await self._all(Examination(pool, store, findings, self._pace, repairer))

    async def _all(self, exam: Examination) -> None:
        self._pace.expect(await _rows(exam.pool))
        await check_sequences(exam)
        await check_pages(exam)
        stale = await outdated(exam.store)
        for type in stale:
            exam.findings.add(kinds.INDEX_OUTDATED, type)
        for type in await _types(exam.pool):
            await check_current(exam, type, indexed=type not in stale)
        await check_past(exam)
        await check_keys(exam)
        await check_completeness(exam)
        await check_entries(exam)
        await check_inbox(exam)


async def _types(pool: Pool) -> list[str]:
    """Those that have rows, now or formerly."""
    return [row["name"] for row in await pool.fetch(_TYPES)]


async def _rows(pool: Pool) -> int:
    return int(await pool.fetchval(_EXPECTED))
