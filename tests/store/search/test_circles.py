"""Circles as bytes: who is in one is found, and whoever else is not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.test_sight import SYSTEM, found, observation

from hygie.sight import LETTERS, Reach, Sight
from hygie.store.reading.forms import MAX_BYTES, form_of
from hygie.store.search import circles, within
from hygie.store.search.circles import BUCKET, KEY_BYTES, Circle, Circles
from hygie.store.search.within import Rows
from hygie.trace import Context

KEYS = st.integers(-(2**63), 2**63 - 1).filter(bool)
HOLDS = "SELECT key FROM unnest($2::bigint[]) key WHERE hygie.circle_holds($1::bytea, key)"
OTHERS = 500


def some(number, seed=8):
    chance = random.Random(seed)
    return frozenset(chance.getrandbits(64) - 2**63 for _ in range(number)) - {0}


async def held(store, circle, asked):
    return {row["key"] for row in await store.pool.fetch(HOLDS, circle, list(asked))}


@pytest.mark.parametrize("size", [0, 1, 9, 300, 5_000])
async def test_the_database_finds_who_is_in_a_circle_and_nobody_else(store, size):
    """A patient in somebody's care who cannot be found, or one who is not and can."""
    patients = some(size)
    near = {one ^ 1 << bit for one in list(patients)[:50] for bit in range(63)} - patients - {0}
    asked = patients | some(2_000, seed=9) | near
    assert await held(store, Circle(patients).written, asked) == patients


async def test_keys_that_lead_to_the_same_bucket_are_all_found(store):
    """A circle whose fullest bucket drops a patient."""
    patients = frozenset((n << 31) * 1_009 + 7 for n in range(1, 40)) | {-(2**63), 2**63 - 1, -1}
    assert await held(store, Circle(patients).written, patients | some(50)) == patients


@given(st.frozensets(KEYS, max_size=60))
def test_every_key_is_written_once_in_whole_buckets(patients):
    """A key that is written nowhere, or cut in two."""
    written = Circle(patients | {0}).written
    assert written
    assert len(written) % (BUCKET * KEY_BYTES) == 0
    parts = (written[at : at + KEY_BYTES] for at in range(0, len(written), KEY_BYTES))
    keys = sorted(int.from_bytes(part, "big", signed=True) for part in parts)
    assert [key for key in keys if key] == sorted(patients)


def test_those_with_the_same_patients_have_one_circle_of_a_bounded_number(monkeypatch):
    """A memory that grows with each reading of the same team."""
    monkeypatch.setattr(circles, "MAX_KNOWN", 2)
    known = Circles()
    first = known.of(some(30))
    assert known.of(some(30)) is first
    assert known.of(some(20)) is not first
    known.of(some(10))
    assert known.of(some(30)) is not first


@pytest.fixture
async def filled(store):
    """Something of Ada, of Bob, of both, of nobody."""
    made = [("a", "ada"), ("b", "bob"), ("both", "ada", "bob"), ("none",)]
    people = [{"resourceType": "Patient", "id": one} for one in ("ada", "bob", "eve")]
    async with store.transaction(SYSTEM) as tx:
        await tx.write_many([*people, *(observation(*one) for one in made)])
    await store.analyze()
    return store


@pytest.fixture
def sees(store):
    def made(*patients, house=False):
        keys = frozenset(store.keyring.reference("Patient", one) for one in patients)
        reach = (Reach(keys | some(OTHERS), house),)
        return Context("dr", "account", sight=Sight(others=dict.fromkeys(LETTERS, reach)))

    return made


@pytest.mark.parametrize("enough", [within.ENOUGH, -within.ENOUGH - 10 * OTHERS])
async def test_a_large_circle_sees_what_a_small_one_does(
    filled, sees, make_query, statements, monkeypatch, enough
):
    """What is looked up in a circle, and what is found by its patients, being two answers."""
    monkeypatch.setattr(within, "ENOUGH", enough)
    coded = ("code", "c1")
    assert await found(filled, sees("ada"), make_query, coded) == {"a", "both"}
    assert await found(filled, sees(), make_query, coded) == set()
    assert await found(filled, sees(house=True), make_query, coded) == {"none"}
    assert await found(filled, sees("bob", house=True), make_query) == {"b", "both", "none"}
    counted = make_query("Observation", coded, ("_total", "accurate"))
    assert (await filled.search(sees("ada"), counted)).total == 2
    included = make_query("Observation", coded, ("_include", "Observation:subject"))
    page = await filled.search(sees("ada"), included)
    assert {one.id for one in page.included} == {"ada"}
    statements.clear()
    assert await found(filled, sees("ada"), make_query, ("_count", "9")) == {"a", "both"}
    assert ["circle_holds" in one for one in statements] == [enough > 0]


def test_patients_go_one_by_one_where_their_rows_are_few_among_many():
    """A walk over everybody's rows until ten of a few patients are met; thousands sent in vain."""
    assert not Rows(looked=50, patients=1_000).listed(300)
    assert Rows(looked=50, patients=100_000).listed(300)
    assert not Rows(looked=50, patients=100_000).listed(5_000)
    assert Rows(looked=5_000).listed(300)
    assert not Rows(looked=5_000).listed(5_000)


def test_searches_with_one_large_circle_go_together_and_send_it_once():
    """A circle of thousands sent for each of sixteen, or used for somebody else's search."""
    large = b"x" * (MAX_BYTES + 1)
    query = "SELECT 1 WHERE $1::bytea = $1::bytea AND $2::bigint = 1 AND $3::bytea <> ''"
    mine, others = form_of(query, (large, 1, b"a")), form_of(query, (large[:-1] + b"y", 1, b"a"))
    assert mine == form_of(query, (bytes(large), 2, b"b"))
    assert mine.shareable
    assert mine != others
    assert mine.columns([(large, 1, b"a"), (large, 2, b"b")]) == [large, [1, 2], [b"a", b"b"]]
    assert "unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS q(a2, a3, number)" in mine.shared()
    assert "$1::bytea = $1::bytea" in mine.shared()
