"""The schema is the program's: every object is there, as it was made, and in force."""

from typing import Final

import asyncpg

from hygie.ops import server_kinds as kinds
from hygie.ops.catalogue import EXPECTED, Catalogue, Thing, catalogue, make_expected
from hygie.ops.findings import Findings, Kind
from hygie.ops.partitions import check_partitions
from hygie.ops.repair import Repairer
from hygie.ops.undone import undone
from hygie.store.database import Pool
from hygie.store.migrations import migrations

_APPLIED: Final = "SELECT number, digest FROM hygie.migration ORDER BY number"
_GUARD: Final = Thing("trigger", "audit.audit_is_append_only")


async def check_schema(pool: Pool, findings: Findings, repairer: Repairer | None) -> bool:
    """Compares the whole schema. False when the rest cannot be examined."""
    try:
        actual, expected = await _both(pool)
    except asyncpg.InsufficientPrivilegeError:
        findings.add(kinds.SCHEMA_UNCHECKED, "CREATE")
        return True
    sound = True
    for thing, definition in expected.items():
        if actual.get(thing) != definition:
            repaired = await _repair(repairer, thing, definition, actual)
            example = f"{thing.kind} {thing.name}"
            kind = _kind(thing, missing=thing not in actual)
            findings.add(kind, example, repaired=repaired)
            sound = sound and thing.kind not in ("table", "column")
    await check_partitions(pool, findings, repairer)
    loose = findings.examples(kinds.PARTITION_LOOSE)
    for thing in sorted(actual.keys() - expected.keys()):
        if not any(thing.name.startswith(name) for name in loose):
            findings.add(kinds.SCHEMA_EXTRA, f"{thing.kind} {thing.name}")
    return sound and (repairer is not None or not loose)


async def check_migrations(pool: Pool, findings: Findings) -> bool:
    """Were this program's migrations applied, and no others? False: nothing else makes sense."""
    try:
        applied = {row["number"]: row["digest"] for row in await pool.fetch(_APPLIED)}
    except asyncpg.UndefinedTableError:
        applied = {}
    known = {migration.number: migration.digest for migration in migrations()}
    for number in sorted(known.keys() | applied.keys()):
        if known.get(number) != applied.get(number):
            findings.add(kinds.SCHEMA_MIGRATION, f"migration {number:04d}")
    return not findings.has(kinds.SCHEMA_MIGRATION)


async def _both(pool: Pool) -> tuple[Catalogue, Catalogue]:
    """What is, and what should be."""
    async with undone(pool) as connection:
        actual = await catalogue(connection)
        await make_expected(connection)
        return actual, await catalogue(connection, EXPECTED)


def _kind(thing: Thing, *, missing: bool) -> Kind:
    if thing.kind == "index":
        return kinds.INDEX_MISSING
    if thing == _GUARD:
        return kinds.TRIGGER_OFF
    return kinds.SCHEMA_MISSING if missing else kinds.SCHEMA_CHANGED


async def _repair(
    repairer: Repairer | None, thing: Thing, definition: str, actual: Catalogue
) -> bool:
    """Puts back an index, or the guard of the audit entries. Nothing else can be proven."""
    if repairer is None:
        return False
    if thing.kind == "index":
        statement = definition.rpartition(" ")[0].replace(" ON ONLY ", " ON ")  # partitions too
        await repairer.schema(f"DROP INDEX IF EXISTS hygie.{thing.name}; {statement}", thing.name)
        return True
    if thing == _GUARD:
        made = "" if thing in actual else f"{definition.rpartition(' ')[0]}; "
        always = "ALTER TABLE hygie.audit ENABLE ALWAYS TRIGGER audit_is_append_only"
        await repairer.schema(made + always, thing.name)
        return True
    return False
