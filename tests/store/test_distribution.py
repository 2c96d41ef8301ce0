"""The schema keeps the rules that let Citus spread it by patient (docs/scale.md)."""

from hygie.store.store import Store

PATIENTS_TABLES = {"resource", "resource_history", "patient_key", "subscription_event"}
REFERENCE_TABLES = {"wrapped_key"}
"""Small, without patients: every server has a copy."""

UNIQUE_INDEXES = """
SELECT c.relname AS table, i.indexrelid::regclass::text AS index,
       array_agg(a.attname::text) AS columns
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE c.relnamespace = 'hygie'::regnamespace AND i.indisunique
GROUP BY c.relname, i.indexrelid
"""
FOREIGN_KEYS = """
SELECT holder.relname AS holder, target.relname AS target FROM pg_constraint
JOIN pg_class holder ON holder.oid = conrelid
JOIN pg_class target ON target.oid = confrelid
WHERE contype = 'f' AND connamespace = 'hygie'::regnamespace
"""


async def test_every_unique_index_over_patients_rows_holds_the_patient(store: Store) -> None:
    """Danger: one server could not tell whether another holds the same key."""
    found = await store.pool.fetch(UNIQUE_INDEXES)
    theirs = {r["index"]: r["columns"] for r in found if r["table"] in PATIENTS_TABLES}
    assert len(theirs) >= len(PATIENTS_TABLES)
    assert [index for index, columns in theirs.items() if "patient" not in columns] == []


async def test_no_foreign_key_ties_patients_rows(store: Store) -> None:
    """Danger: a constraint between patients would have to be checked across servers."""
    ties = await store.pool.fetch(FOREIGN_KEYS)
    targets = {tie["target"] for tie in ties if tie["holder"] in PATIENTS_TABLES}
    assert targets <= REFERENCE_TABLES
