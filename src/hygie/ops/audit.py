"""The audit entries: complete, and as they were written."""

from typing import Final

from hygie.ledger.rows import to_record
from hygie.ops import kinds
from hygie.ops.examination import Examination
from hygie.ops.findings import Kind
from hygie.ops.slices import FIRST, LAST
from hygie.refusal import Refused

_SLICE: Final = 2_000
_VERSIONS_A_PASS: Final = 2_000_000
_MOST_EXAMPLES: Final = 1_000
_STORED: Final = """
    SELECT (SELECT count(*) FROM hygie.resource) + (SELECT count(*) FROM hygie.resource_history)
"""
_ENTRIES: Final = "SELECT * FROM hygie.audit WHERE seq > $1 ORDER BY seq LIMIT $2"
_DISAGREEING: Final = """
    SELECT key, version, sum(stored) AS stored, sum(told) AS told, count(*) OVER () AS count
    FROM (
        SELECT key, version, 1 AS stored, 0 AS told FROM hygie.resource
        WHERE key BETWEEN $1 AND $2
        UNION ALL
        SELECT key, version, 1, 0 FROM hygie.resource_history WHERE key BETWEEN $1 AND $2
        UNION ALL
        SELECT key, version, 0, 1 FROM hygie.audit_written WHERE key BETWEEN $1 AND $2
    ) AS versions
    GROUP BY key, version HAVING sum(stored) <> 1 OR sum(told) <> 1 LIMIT $3
"""


async def check_completeness(exam: Examination) -> None:
    """Every version has one entry that says it was written, and every such entry its version.

    One statement a pass: PostgreSQL sorts on disk what exceeds its memory.
    """
    passes = 1 + int(await exam.pool.fetchval(_STORED)) // _VERSIONS_A_PASS
    width = 2**64 // passes
    for number in range(passes):
        low = FIRST + number * width
        high = LAST if number == passes - 1 else low + width - 1
        async with exam.snapshot() as connection:
            found = await connection.fetch(_DISAGREEING, low, high, _MOST_EXAMPLES)
        for record in found:
            kind = _kind(record["stored"], record["told"])
            exam.findings.add(kind, f"{record['key']} v{record['version']}")
        await exam.pace.advance(0)


def _kind(stored: int, told: int) -> Kind:
    if told == 0:
        return kinds.AUDIT_MISSING
    return kinds.AUDIT_ALONE if stored == 0 else kinds.AUDIT_TWICE


async def check_entries(exam: Examination) -> None:
    """Each opens under this key; numbers left out are counted."""
    last = 0
    while True:
        async with exam.snapshot() as connection:
            rows = await connection.fetch(_ENTRIES, last, _SLICE)
        for row in rows:
            if row["seq"] > last + 1:
                hole = f"{last + 1}-{row['seq'] - 1}"
                exam.findings.add(kinds.AUDIT_HOLES, hole, count=row["seq"] - last - 1)
            last = row["seq"]
            try:
                to_record(row, exam.store.keyring)
            except Refused:
                exam.findings.add(kinds.AUDIT_UNREADABLE, f"seq {last}")
        if not rows:
            return
        await exam.pace.advance(len(rows))
