"""Every kind of damage is found, named exactly, and never shown with health data."""

import msgspec
import pytest
from tests.ops.conftest import Examine, observation, rules

from hygie.store.keys.erasure import destroy
from hygie.store.keys.master import MasterKey
from hygie.store.store import Store
from hygie.trace import Context

FLIP = "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE key = $1"
PAST = """
UPDATE hygie.resource_history SET body = set_byte(body, 20, get_byte(body, 20) # 1)
WHERE key = $1 AND version = 1
"""
DICTIONARY = "UPDATE hygie.resource SET body = set_byte(body, 1, 200) WHERE key = $1"
MOMENT = "UPDATE hygie.resource SET updated = updated + interval '1 second' WHERE key = $1"
TOKEN = "UPDATE hygie.resource SET tokens[2] = tokens[2] # 1 WHERE key = $1"
LINKS = "UPDATE hygie.resource SET links = links + 1 WHERE key = $1"
SPANS = "UPDATE hygie.resource SET spans = '{1,2,3}' WHERE key = $1"
DATE = "UPDATE hygie.resource SET happened = 5 WHERE key = $1"
FORGOTTEN = "DELETE FROM hygie.resource_history WHERE key = $1 AND version = 2"
WITHOUT = "DELETE FROM hygie.resource WHERE key = $1"
NO_KEY = "DELETE FROM hygie.patient_key WHERE patient = $1"
BAD_KEY = "UPDATE hygie.patient_key SET wrapped = set_byte(wrapped, 20, 1) WHERE patient = $1"

DAMAGES = [
    (FLIP, {"bodies.unreadable": 1}),
    (PAST, {"bodies.unreadable": 1}),
    (DICTIONARY, {"bodies.dictionary": 1}),
    (MOMENT, {"bodies.version": 1}),
    (TOKEN, {"index.differs": 1}),
    (LINKS, {"index.differs": 1}),
    (SPANS, {"index.differs": 1}),
    (DATE, {"index.differs": 1}),
    (FORGOTTEN, {"history.gap": 1, "audit.alone": 1}),
    (WITHOUT, {"history.orphan": 1, "audit.alone": 1}),
    (NO_KEY, {"keys.missing": 4}),
    (BAD_KEY, {"keys.unreadable": 5}),
]


def key_of(store: Store, reference: str = "Patient/a") -> int:
    return store.keyring.reference(*reference.split("/"))


async def test_a_whole_store_is_healthy(kept: Store, examine: Examine) -> None:
    """Guards: a doctor who cries wolf is soon not heard."""
    report = await examine()
    assert report.healthy
    assert rules(report) == {}


async def test_an_empty_store_is_healthy(store: Store, examine: Examine) -> None:
    """Guards: a first day with an alarm."""
    assert (await examine()).healthy


@pytest.mark.parametrize(("damage", "expected"), DAMAGES)
async def test_damage_is_named(
    kept: Store, examine: Examine, damage: str, expected: dict[str, int]
) -> None:
    """Guards: damage that nobody hears of until the patient is there."""
    await kept.pool.execute(damage, key_of(kept))
    report = await examine()
    assert not report.healthy
    assert rules(report) == expected


async def test_an_example_is_the_row(kept: Store, examine: Examine) -> None:
    """Guards: an alarm without a place, or one that shows who is concerned."""
    await kept.pool.execute(TOKEN, key_of(kept, "Observation/o"))
    report = await examine()
    assert report.findings[0].examples == (
        f"Observation {key_of(kept, 'Observation/o')} v1 (tokens)",
    )
    said = msgspec.json.encode([finding.described() for finding in report.findings]).decode()
    assert "Martin" not in said
    assert "Patient/a" not in said


async def test_an_index_left_on_a_deleted_row_is_found(kept: Store, examine: Examine) -> None:
    """Guards: a deleted result that searches still count."""
    deleted = key_of(kept, "Observation/p")
    await kept.pool.execute("UPDATE hygie.resource SET tokens = '{7}' WHERE key = $1", deleted)
    assert rules(await examine()) == {"index.differs": 1}


async def test_a_body_under_another_row_is_found(kept: Store, examine: Examine) -> None:
    """Guards: one person's data under another's name."""
    swap = """
        UPDATE hygie.resource SET body = other.body FROM hygie.resource other
        WHERE hygie.resource.key = $1 AND other.key = $2
    """
    await kept.pool.execute(swap, key_of(kept), key_of(kept, "Patient/b"))
    assert rules(await examine()) == {"bodies.unreadable": 1}


async def test_another_master_key_is_named(
    kept: Store, examine: Examine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Guards: a store declared ruined because the wrong key lay beside it."""
    other = tmp_path_factory.mktemp("keys") / "other.key"
    MasterKey.generate(other)
    assert rules(await examine(key_file=other)) == {"keys.master": 1}


async def test_an_altered_dictionary_is_named(kept: Store, examine: Examine) -> None:
    """Guards: an examination that ends in a traceback, and names nothing."""
    add = "INSERT INTO hygie.dictionary (number, sealed, resources) VALUES (256, $1, 4)"
    await kept.pool.execute(add, bytes(64))
    assert rules(await examine()) == {"bodies.dictionary-unreadable": 1}


async def test_references_that_lead_nowhere_are_counted(
    kept: Store, examine: Examine, context: Context
) -> None:
    """Guards: results of somebody who was never announced, unnoticed."""
    async with kept.transaction(context) as transaction:
        await transaction.write_many([observation("q", "nobody"), observation("r", "a")])
        linked = observation("s", "a") | {
            "derivedFrom": [{"reference": "Observation/p"}, {"reference": "Observation/r"}]
        }
        await transaction.write_many([linked])
    report = await examine()
    assert report.healthy
    counts = {f.kind.rule: f.count for f in report.findings if f.kind.check == "references"}
    assert counts == {"references.unknown": 1, "references.deleted": 1}


async def test_a_version_without_audit_entry_is_found(
    kept: Store, examine: Examine, context: Context
) -> None:
    """Guards: a change that nobody made."""
    await kept.pool.execute("ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only")
    await kept.pool.execute("DELETE FROM hygie.audit WHERE action = 'delete'")
    await kept.pool.execute("ALTER TABLE hygie.audit ENABLE ALWAYS TRIGGER audit_is_append_only")
    assert rules(await examine()) == {"audit.missing": 1}


async def test_an_altered_audit_entry_is_found(kept: Store, examine: Examine) -> None:
    """Guards: another's name in the trace of an access."""
    await kept.pool.execute("ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only")
    await kept.pool.execute("UPDATE hygie.audit SET actor = 'x' WHERE action = 'delete'")
    await kept.pool.execute("ALTER TABLE hygie.audit ENABLE ALWAYS TRIGGER audit_is_append_only")
    assert rules(await examine()) == {"audit.unreadable": 1}


SCHEMA = [
    ("ALTER TABLE hygie.audit DISABLE TRIGGER audit_is_append_only", "schema.trigger"),
    ("DROP TRIGGER audit_is_append_only ON hygie.audit", "schema.trigger"),
    ("DROP INDEX hygie.resource_history_updated", "schema.index"),
    ("ALTER TABLE hygie.inbox DROP CONSTRAINT inbox_state_check", "schema.missing"),
    ("ALTER TABLE hygie.patient_key ALTER created DROP NOT NULL", "schema.changed"),
    ("DELETE FROM hygie.migration WHERE number = 1", "schema.migration"),
    ("ALTER TABLE hygie.resource DETACH PARTITION hygie.resource_patient", "schema.partition"),
    ("DROP INDEX hygie.resource_by_updated", "schema.index"),
    ("ALTER TABLE hygie.resource_patient ALTER body SET STORAGE MAIN", "schema.changed"),
    ("SELECT setval('hygie.audit_seq_seq', 1)", "schema.sequence"),
]


@pytest.mark.parametrize(("change", "rule"), SCHEMA)
async def test_a_changed_schema_is_named(
    kept: Store, examine: Examine, change: str, rule: str
) -> None:
    """Guards: a protection that somebody took away."""
    await kept.pool.execute(change)
    assert rules(await examine()) == {rule: 1}


async def test_a_table_of_others_is_pointed_out(kept: Store, examine: Examine) -> None:
    """Guards: a copy of the data that nobody protects."""
    await kept.pool.execute("CREATE TABLE hygie.copy AS SELECT * FROM hygie.resource")
    report = await examine()
    assert report.healthy
    assert "schema.extra" in {f.kind.rule for f in report.findings}


async def test_nothing_is_written_without_repair(kept: Store, examine: Examine) -> None:
    """Guards: an examination that changes what it examines."""
    await kept.pool.execute(TOKEN, key_of(kept))
    before = await kept.pool.fetchval("SELECT txid_current()")
    await examine()
    await examine()
    after = await kept.pool.fetchval("SELECT count(*) FROM hygie.audit WHERE action = 'repair'")
    assert before
    assert after == 0
    assert rules(await examine()) == {"index.differs": 1}


async def test_what_was_erased_is_no_damage(kept, examine, context):
    """Hundreds of findings for a lawful erasure would hide the one that matters."""
    await destroy(kept, context, "a", "demande du patient", settle_seconds=0)
    assert (await examine()).healthy


async def test_what_was_emptied_without_erasure_is_damage(kept, examine):
    """Whoever empties rows in the database must not pass for a lawful erasure."""
    await kept.pool.execute("UPDATE hygie.resource SET body = ''")
    assert not (await examine()).healthy
