"""Guards against health data that a stolen disk, backup or dump would show."""

from zoneinfo import ZoneInfo

import pytest

from hygie.store.keys.envelope import unlock
from hygie.store.migrations import migrate
from hygie.store.server.cluster import Cluster
from hygie.store.store import Store

RESOURCES = [
    {
        "resourceType": "Patient", "id": "ipp-8005123456",
        "name": [{"family": "Quatremère", "given": ["Théodorine"]}], "birthDate": "1953-07-19",
        "identifier": [{"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "253072B12345678"}],
        "telecom": [{"system": "phone", "value": "0612987654"}],
    },
    {
        "resourceType": "Observation", "id": "lab-quatremere-1", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "75622-1"}], "text": "VIH-1"},
        "subject": {"reference": "Patient/ipp-8005123456"}, "valueString": "Séropositif-Zx",
        "effectiveDateTime": "2024-03-01",
    },
]  # fmt: skip
SECRETS = (
    "Quatrem", "quatrem", "Théodorine", "theodorine", "1953-07-19", "253072B12345678",
    "0612987654", "8005123456", "lab-quatremere", "75622-1", "Séropositif", "seropositif",
)  # fmt: skip


def shown(haystack: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in haystack]


async def fill(store, context) -> None:
    async with store.transaction(context) as transaction:
        await transaction.write_many(RESOURCES)
    async with store.transaction(context) as transaction:
        await transaction.update(RESOURCES[0] | {"gender": "female"})
        await transaction.delete("Observation", "lab-quatremere-1")
        await transaction.create(RESOURCES[1])


async def test_a_dump_shows_no_one(store, context):
    """Every table, as text: no name, no identifier, no code, no birth date."""
    await fill(store, context)
    tables = await store.pool.fetch(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables "
        "WHERE schemaname = 'hygie'"
    )
    assert len(tables) >= 5
    for table in tables:
        rows = await store.pool.fetch(f"SELECT t::text FROM {table['name']} t")
        text = "\n".join(row[0] for row in rows)
        assert shown(text.encode()) == [], table["name"]


async def test_the_data_directory_shows_no_one(tmp_path, context, trail):
    """Every byte on disk, logs of the server included, with a failing statement among them."""
    cluster = Cluster(tmp_path / "data", durable=False)
    dsn = cluster.start()
    try:
        await migrate(dsn)
        keyring = await unlock(dsn, tmp_path / "data" / "keys" / "master.key", generate=True)
        store = await Store.open(dsn, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris"))
        await fill(store, context)
        with pytest.raises(Exception, match="invalid input syntax"):
            await store.pool.execute("SELECT $1::text::bigint", "Quatremère 253072B12345678")
        await store.close()
    finally:
        cluster.stop()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert shown(path.read_bytes()) == [], path


async def test_equal_data_are_not_seen_to_be_equal(store, context):
    """Two bodies that seal alike would show who shares a result."""
    async with store.transaction(context) as transaction:
        await transaction.write_many([RESOURCES[0] | {"id": name} for name in ("a", "b")])
    bodies = await store.pool.fetch("SELECT body FROM hygie.resource")
    assert bodies[0]["body"][14:] != bodies[1]["body"][14:]


async def test_dates_that_identify_have_no_column(store, context):
    """A birth date in an ordered column is a name, for whoever has a list of births."""
    async with store.transaction(context) as transaction:
        await transaction.write_many(RESOURCES)
    rows = await store.pool.fetch("SELECT spans, happened FROM hygie.resource ORDER BY happened")
    assert rows[0]["spans"] is None
    assert rows[0]["happened"] == -(2**63)
    assert rows[1]["happened"] > 0
