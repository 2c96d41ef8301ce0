"""The partitions of `hygie.resource`: attached, for their own type, with every column and index."""

from typing import Final

from hygie.ops import server_kinds as kinds
from hygie.ops.findings import Findings
from hygie.ops.repair import Repairer
from hygie.store.database import Pool

_LOOSE: Final = """
SELECT relname, code FROM pg_class JOIN hygie.resource_type ON relname = 'resource_' || lower(name)
WHERE relnamespace = 'hygie'::regnamespace AND relkind = 'r' AND NOT relispartition
ORDER BY relname
"""
_MISBOUND: Final = """
SELECT relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
LEFT JOIN hygie.resource_type ON relname = 'resource_' || lower(name)
WHERE inhparent = 'hygie.resource'::regclass
    AND pg_get_expr(relpartbound, c.oid) IS DISTINCT FROM format('FOR VALUES IN (''%s'')', code)
ORDER BY relname
"""
_COLUMNS: Final = """
SELECT c.relname || '.' || p.attname AS name FROM pg_inherits
JOIN pg_class c ON c.oid = inhrelid
JOIN pg_attribute p ON p.attrelid = inhparent AND p.attnum > 0 AND NOT p.attisdropped
LEFT JOIN pg_attribute a ON a.attrelid = inhrelid AND a.attname = p.attname
WHERE inhparent = 'hygie.resource'::regclass
    AND (a.attnotnull, a.attstorage, a.atthasdef) IS DISTINCT FROM
        (p.attnotnull, p.attstorage, p.atthasdef)
ORDER BY 1
"""
_INDEXES: Final = """
SELECT c.relname || ' / ' || i.relname AS name FROM pg_inherits t
JOIN pg_class c ON c.oid = t.inhrelid
JOIN pg_index p ON p.indrelid = t.inhparent JOIN pg_class i ON i.oid = p.indexrelid
WHERE t.inhparent = 'hygie.resource'::regclass AND NOT EXISTS (
    SELECT FROM pg_inherits h JOIN pg_index own ON own.indexrelid = h.inhrelid
    WHERE h.inhparent = p.indexrelid AND own.indrelid = t.inhrelid
        AND own.indisvalid AND own.indisready
) ORDER BY 1
"""
_ATTACH: Final = (
    "ALTER TABLE hygie.resource ATTACH PARTITION hygie.{relname} FOR VALUES IN ({code})"
)


async def check_partitions(pool: Pool, findings: Findings, repairer: Repairer | None) -> None:
    """A detached partition is attached again: PostgreSQL verifies that its rows belong there."""
    for row in await pool.fetch(_LOOSE):
        if repairer is not None:
            await repairer.schema(_ATTACH.format(**row), row["relname"])
        findings.add(kinds.PARTITION_LOOSE, row["relname"], repaired=repairer is not None)
    for row in await pool.fetch(_MISBOUND):
        findings.add(kinds.SCHEMA_CHANGED, f"partition {row['relname']}")
    for row in await pool.fetch(_COLUMNS):
        findings.add(kinds.SCHEMA_CHANGED, f"column {row['name']}")
    for row in await pool.fetch(_INDEXES):
        findings.add(kinds.INDEX_MISSING, f"index {row['name']}")
