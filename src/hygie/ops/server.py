"""What PostgreSQL itself can say: settings that keep data, checksums, pages, trees (amcheck)."""

import time
from typing import Final

import asyncpg

from hygie.ops import server_kinds as kinds
from hygie.ops.examination import Examination
from hygie.ops.findings import Findings
from hygie.ops.undone import undone
from hygie.store.database import Connection, Pool, Record

_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit")
_FAILURES: Final = """
    SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()
"""
_RELATIONS: Final = """
    SELECT format('%I.%I', 'hygie', relname) AS name, relkind::text, amname FROM pg_class
    LEFT JOIN pg_am ON pg_am.oid = relam
    WHERE relnamespace = 'hygie'::regnamespace AND relkind IN ('r', 'i') ORDER BY relname
"""
_HEAP: Final = "SELECT count(*) FROM verify_heapam($1::regclass)"
_TREES: Final = {
    "btree": "SELECT bt_index_check($1::regclass, true)",
    "gin": "SELECT gin_index_check($1::regclass)",
}
_GIN_SINCE: Final = 18
_TREELESS: Final = frozenset({"brin"})
"""Summaries of ranges of pages: no tree, and nothing that amcheck looks at."""
_SECONDS_TOGETHER: Final = 1.0


async def check_settings(pool: Pool, findings: Findings) -> None:
    """Would acknowledged writes outlive a power cut, and would a failing disk be noticed?"""
    if await pool.fetchval("SHOW data_checksums") != "on":
        findings.add(kinds.CHECKSUMS_OFF, "data_checksums = off")
    for name in _SETTINGS:
        value = await pool.fetchval(f"SHOW {name}")
        if value == "off":
            findings.add(kinds.NOT_DURABLE, f"{name} = off")
    failures = await pool.fetchval(_FAILURES)
    if failures:
        findings.add(kinds.CHECKSUMS_FAILED, "pg_stat_database", count=failures)


async def check_pages(exam: Examination) -> None:
    """amcheck over every table and index. Only reads, and blocks nobody."""
    waiting = list(await exam.pool.fetch(_RELATIONS))
    while waiting:
        try:
            async with undone(exam.pool) as connection:
                await connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
                await _verify_some(exam, connection, waiting)
        except (asyncpg.InsufficientPrivilegeError, asyncpg.FeatureNotSupportedError):
            exam.findings.add(kinds.AMCHECK_ABSENT, "amcheck")
            return
        await exam.pace.advance(0)


async def _verify_some(exam: Examination, connection: Connection, waiting: list[Record]) -> None:
    """Takes relations from `waiting` for a while: what is undone after must not last."""
    end = time.monotonic() + _SECONDS_TOGETHER
    while waiting and time.monotonic() < end:
        relation = waiting.pop()
        await _verify(exam, connection, relation["name"], relation["relkind"], relation["amname"])


async def _verify(
    exam: Examination, connection: Connection, name: str, kind: str, method: str
) -> None:
    if kind == "r":
        if await connection.fetchval(_HEAP, name):
            exam.findings.add(kinds.PAGES_DAMAGED, name)
        return
    if method in _TREELESS:
        return
    if method == "gin" and connection.get_server_version().major < _GIN_SINCE:
        return
    try:
        async with connection.transaction():
            await connection.fetchval(_TREES[method], name)
    except (asyncpg.IndexCorruptedError, asyncpg.DataCorruptedError):
        exam.findings.add(kinds.TREE_DAMAGED, name)
