"""Guards against pages that lose, double or misplace a match."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.fhir.codec import decode
from hygie.fhir.search import normalize
from hygie.refusal import Refused


async def pages(store, context, query):
    """The resources found, page by page, in order."""
    found = []
    while True:
        page = await store.search(context, query)
        found += [decode(one.body) for one in page.matches]
        if not page.next:
            return found
        query = msgspec.structs.replace(query, cursor=page.next)


@pytest.fixture
async def filled(store, context, make_world):
    async with store.transaction(context) as transaction:
        await transaction.write_many(make_world(seed=3, patients=12, observations=25))
    return store


def family(patient) -> str:
    return min(normalize(text) for text in (patient["name"][0]["family"],))


def start(observation) -> str:
    period = observation.get("effectivePeriod", {})
    return (observation.get("effectiveDateTime") or period.get("start") or "")[:10]


@pytest.mark.parametrize("size", ["1", "4", "50"])
async def test_texts_are_sorted_across_pages(filled, context, make_query, size):
    """Names have no ordered column: a page boundary must not break their order."""
    for sort, backwards in (("family", False), ("-family", True)):
        found = await pages(
            filled, context, make_query("Patient", ("_sort", sort), ("_count", size))
        )
        names = [family(patient) for patient in found]
        assert names == sorted(names, reverse=backwards)
        assert len({patient["id"] for patient in found}) == 12


@pytest.mark.parametrize("size", ["1", "4", "50"])
async def test_dates_are_sorted_across_pages(filled, context, make_query, size):
    """A result list out of order hides the latest value; the undated come last, either way."""
    for sort, backwards in (("date", False), ("-date", True)):
        query = make_query("Observation", ("_sort", sort), ("_count", size))
        found = [start(observation) for observation in await pages(filled, context, query)]
        dated = [day for day in found if day]
        assert dated == sorted(dated, reverse=backwards)
        assert found == dated + [""] * (25 - len(dated))


async def test_several_sorts_apply_in_turn(filled, context, make_query):
    """A second sort key that is dropped mixes the results of one day."""
    query = make_query("Observation", ("_sort", "-date,value-quantity"), ("_count", "3"))
    found = await pages(filled, context, query)
    assert len({one["id"] for one in found}) == 25
    by_day: dict[str, list] = {}
    for one in found:
        if one.get("effectiveDateTime") == start(one) and "valueQuantity" in one:
            by_day.setdefault(start(one), []).append(one["valueQuantity"]["value"])
    assert by_day
    assert all(values == sorted(values) for values in by_day.values())


async def test_birth_dates_are_sorted_without_a_column(filled, context, make_query):
    """Birth dates identify people: they are sorted by reading, not by an ordered column."""
    found = await pages(filled, context, make_query("Patient", ("_sort", "birthdate")))
    days = [patient["birthDate"][:4] for patient in found]
    assert days == sorted(days)


async def test_pages_hold_while_data_change(filled, context, make_query):
    """Writes between two pages must neither repeat nor skip what was there all along."""
    query = make_query("Observation", ("status", "final,amended"), ("_count", "5"))
    first = await filled.search(context, query)
    async with filled.transaction(context) as transaction:
        await transaction.delete("Observation", first.matches[0].id)
        moved = decode(first.matches[1].body) | {"status": "amended", "comment": "x"}
        await transaction.update(moved)
        new = await transaction.create({"resourceType": "Observation", "status": "final"})
    rest = await pages(filled, context, msgspec.structs.replace(query, cursor=first.next))
    seen = [one.id for one in first.matches] + [one["id"] for one in rest]
    assert len(seen) == len(set(seen))
    assert len(set(seen) - {new.id}) == 25


async def test_a_cursor_serves_only_its_own_search(filled, context, make_query):
    """A cursor moved to another search would page over what was never asked."""
    first = await filled.search(context, make_query("Observation", ("_count", "5")))
    other = make_query("Observation", ("status", "final"), ("_cursor", first.next))
    with pytest.raises(Refused, match=r"store\.cursor-invalid"):
        await filled.search(context, other)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cursor=st.text(min_size=1, max_size=200))
async def test_invented_cursors_are_refused(cursor, filled, context, make_query):
    """A forged cursor is input like any other: refused, never an error."""
    query = msgspec.structs.replace(make_query("Observation"), cursor=cursor)
    with pytest.raises(Refused, match=r"store\.cursor-invalid"):
        await filled.search(context, query)


async def test_a_cursor_shows_nothing(filled, context, make_query):
    """Cursors travel in links and logs: two of one place have nothing in common."""
    query = make_query("Patient", ("_sort", "birthdate"), ("_count", "2"))
    one, other = [(await filled.search(context, query)).next for _ in range(2)]
    assert one != other
