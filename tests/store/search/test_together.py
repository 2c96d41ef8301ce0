"""Searches that share a statement: each must get its own answer, and no other's."""

import asyncio
import random
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.search.test_whole_queries import queries, refused, world

from hygie.fhir.search.query import Query
from hygie.store.reading import together
from hygie.store.reading.forms import MAX_LISTED
from hygie.store.reading.lanes import BY_KEY, Lanes
from hygie.store.reading.together import Together
from hygie.store.store import Store

LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PATIENTS = st.sampled_from(("Patient/p0", "Patient/p1", "Patient/p4", "Patient/nobody", "p2"))
CODES = st.sampled_from(("8867-4", "a%", "http://loinc.org|ä", "urn:a|1", "nothing"))
COUNTS = st.sampled_from(("1", "2", "5", "50"))


@st.composite
def alike(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """Queries of few forms and many values."""
    patient, count = ("patient", draw(PATIENTS)), ("_count", draw(COUNTS))
    return draw(
        st.sampled_from((
            ("Observation", [patient, count]),
            ("Observation", [patient, ("code", draw(CODES)), count]),
            ("Observation", [patient, ("_sort", "-date"), count]),
            ("Observation", [patient, ("date", "ge2024"), ("status", "final")]),
            ("Observation", [patient, ("_include", "Observation:subject"), count]),
            ("Observation", [("patient.organization.partof", "Organization/o0"), count]),
            ("Observation", [("subject:Patient.identifier", draw(CODES)), count]),
            ("Patient", [("_id", f"p{draw(st.integers(0, 9))}"),
                         ("_revinclude", "Observation:patient")]),
            ("Patient", [("_id", ",".join(f"p{n}" for n in range(draw(st.integers(1, 90)))))]),
        ))
    )  # fmt: skip


async def answer(store: Store, context: Any, query: Query) -> Any:
    page = await store.search(context, query)
    found = [[(one.type, one.id, one.version) for one in part]
             for part in (page.matches, page.included)]  # fmt: skip
    return found, page.total, bool(page.next), page.issues


@pytest.fixture
async def filled(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many(world(random.Random(5)))
    return store


@settings(max_examples=60, deadline=None, suppress_health_check=LOOSE)
@given(few=st.lists(alike(), min_size=2, max_size=40), other=st.lists(queries(), max_size=9))
async def test_together_as_alone(few, other, filled, context, make_query):
    """One patient's results in another's answer; a page out of order, cut short, or twice."""
    whole = (refused(*one, make_query) for one in other)
    known = [query for query in whole if query is not None]
    known += [make_query(kind, *parameters) for kind, parameters in few]
    alone = [await answer(filled, context, query) for query in known]
    both = await asyncio.gather(*(answer(filled, context, query) for query in known))
    assert both == alone


class Counted(Lanes):
    """Lanes that say how many statements they ran."""

    statements = 0

    async def run(self, work):
        self.statements += 1
        return await super().run(work)


@pytest.fixture
async def lanes(database_url):
    opened = Counted(database_url), Counted(database_url, settings=BY_KEY)
    yield opened
    for each in opened:
        await each.close()


DIVIDED = "SELECT 60 / $1::bigint AS value WHERE 1 = ANY($2::bigint[])"


async def test_many_share_few_statements(lanes):
    """A statement each, whatever this room promises."""
    shared = Together(*lanes)
    asked = (shared.fetch_alike(DIVIDED, [n, [1]]) for n in range(1, 31))
    found = await asyncio.gather(*asked)
    assert [rows[0]["value"] for rows in found] == [60 // n for n in range(1, 31)]
    assert [each.statements for each in lanes] == [0, 2]


async def test_one_that_fails_fails_alone(lanes):
    """One bad search that takes fifteen others with it."""
    shared = Together(*lanes)
    divisors = [1, 2, 0, 3, 4]
    asked = (shared.fetch_alike(DIVIDED, [n, [1]]) for n in divisors)
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(found.pop(2), asyncpg.DivisionByZeroError)
    assert [rows[0]["value"] for rows in found] == [60, 30, 20, 15]


async def test_one_that_is_given_up_leaves_the_others(lanes):
    """A client who hangs up, and the neighbours' answers gone with it."""
    shared = Together(*lanes)
    tasks = [asyncio.create_task(shared.fetch_alike(DIVIDED, [n, [1]])) for n in (1, 2, 3, 4)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found.pop(1), asyncio.CancelledError)
    assert [rows[0]["value"] for rows in found] == [60, 20, 15]


async def test_slow_company_is_left(lanes, monkeypatch):
    """Fifteen searches held up to the statement's end by the sixteenth."""
    monkeypatch.setattr(together, "TOGETHER_SECONDS", 0.2)
    shared = Together(*lanes)
    query = "SELECT $1::bigint AS value, pg_sleep($1::bigint * 0.1)"
    found = await asyncio.gather(*(shared.fetch_alike(query, [n]) for n in (0, 0, 4, 0)))
    assert [rows[0]["value"] for rows in found] == [0, 0, 4, 0]
    assert lanes[0].statements == 4


@pytest.mark.parametrize("length", [0, 1, 2, MAX_LISTED, MAX_LISTED + 1])
async def test_lists_of_any_length(lanes, length):
    """A list cut, or read as another's."""
    shared = Together(*lanes)
    query = "SELECT unnest($1::bigint[]) AS value"
    lists = [[n * 1_000 - place for place in range(length)] for n in range(4)]
    found = await asyncio.gather(*(shared.fetch_alike(query, [given]) for given in lists))
    assert [[row["value"] for row in rows] for rows in found] == lists


async def test_forms_are_forgotten(lanes, monkeypatch):
    """Memory that grows with every form of search a client thinks of."""
    monkeypatch.setattr(together, "MAX_FORMS", 3)
    shared = Together(*lanes)
    for number in range(9):
        assert (await shared.fetch_alike(f"SELECT $1::bigint + {number} AS value", [1]))[0][0]
    assert len(shared._groups) == 3
