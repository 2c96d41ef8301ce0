"""The schema as PostgreSQL tells it, and as the program's own migrations make it.

The second is made in a schema of its own, within a transaction that is rolled back: there is no
other list of what must exist.
"""

import re
from typing import Final, NamedTuple

from hygie.store.database import Connection
from hygie.store.migrations import LEDGER, migrations

ACTUAL: Final = "hygie"
EXPECTED: Final = "hygie_expected"
_QUALIFIED: Final = re.compile(r"\bhygie\.")


class Thing(NamedTuple):
    """An object of the schema: its kind, name, and whose it is."""

    kind: str
    name: str


Catalogue = dict[Thing, str]
"""Definitions, as PostgreSQL words them."""

_THINGS: Final = """
WITH relations AS (
    SELECT oid, relname, relkind, relpersistence, relispartition FROM pg_class
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
)
SELECT 'table', relname, concat_ws(' ', relkind, relpersistence) FROM relations
WHERE relkind IN ('r', 'p', 'S') AND NOT relispartition
UNION ALL
SELECT 'column', relname || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attstorage,
        pg_get_expr(adbin, adrelid))
FROM relations JOIN pg_attribute ON attrelid = oid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind IN ('r', 'p') AND NOT relispartition AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'constraint', relname || '.' || conname,
    concat_ws(' ', pg_get_constraintdef(c.oid), convalidated)
FROM relations JOIN pg_constraint c ON conrelid = relations.oid
WHERE NOT relispartition AND contype <> 'n'
UNION ALL
SELECT 'index', relname, concat_ws(' ', pg_get_indexdef(relations.oid), indisvalid)
FROM relations JOIN pg_index ON indexrelid = relations.oid WHERE NOT relispartition
UNION ALL
SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
FROM relations JOIN pg_trigger t ON tgrelid = relations.oid
WHERE NOT tgisinternal AND NOT relispartition
UNION ALL
SELECT 'view', relname, pg_get_viewdef(oid) FROM relations WHERE relkind = 'v'
UNION ALL
SELECT 'function', proname, prosrc FROM pg_proc
WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
"""


async def catalogue(connection: Connection, schema: str = ACTUAL) -> Catalogue:
    """What exists in a schema; another schema's name is shown as "hygie"."""
    await connection.execute("SET LOCAL search_path = pg_catalog")
    rows = await connection.fetch(_THINGS, schema)
    return {Thing(kind, name): text.replace(f"{schema}.", "hygie.") for kind, name, text in rows}


async def make_expected(connection: Connection) -> None:
    """Runs every migration into `EXPECTED`. The caller rolls back."""
    await connection.execute(f"CREATE SCHEMA {EXPECTED}")
    for sql in (LEDGER, *(migration.sql for migration in migrations())):
        await connection.execute(elsewhere(sql))


def elsewhere(sql: str) -> str:
    """The same statements, about the schema `EXPECTED`."""
    return _QUALIFIED.sub(f"{EXPECTED}.", sql)
