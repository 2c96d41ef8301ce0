"""Guards against an index that answers otherwise than the specification read literally."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.store.store import Store

DATES = ("1980", "1980-03", "1980-03-02", "2024-02", "2024-02-11", "2024-02-11T10:00:00%2B01:00")
PREFIXES = ("", "eq", "ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")
QUANTITIES = ("60", "60.0", "72.5", "1e2", "0", "60||/min", "60|http://unitsofmeasure.org|/min")


def _dates(name: str) -> st.SearchStrategy[tuple[str, str]]:
    written = st.sampled_from([d.replace("%2B", "+") for d in DATES])
    prefix = st.sampled_from(PREFIXES)
    return st.tuples(st.just(name), st.builds(str.__add__, prefix, written))


def _one_of(name: str, *values: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), st.sampled_from(values))


QUANTITY = st.tuples(
    st.just("value-quantity"),
    st.builds(str.__add__, st.sampled_from(PREFIXES), st.sampled_from(QUANTITIES)),
)
PATIENT = st.one_of(
    _one_of("name", "d", "dupon", "elysee", "Saint-Exupery de", "o'b", "zz", "jean eric"),
    _one_of("name:exact", "Dupont", "dupont", "Élysée", "Jean-Éric"),
    _one_of("name:contains", "pon", "e", "upery de la", "wu", "an"),
    _one_of("gender", "male", "female,male", "|male", "urn:x|male"),
    _one_of("gender:not", "male", "female"),
    _one_of("gender:missing", "true", "false"),
    _one_of("identifier", "urn:a|N1", "N2", "urn:b|", "|N0"),
    _one_of("_id", "p1", "p1,p2", "nobody"),
    _one_of("organization", "o1", "Organization/o0", "Organization/o0,o1"),
    _one_of("organization.name", "clin", "Clinique 1"),
    _one_of("_has:Observation:subject:code", "8867-4", "718-7,8480-6"),
    _one_of("_has:Observation:patient:value-quantity", "gt70", "le60"),
    _dates("birthdate"),
)
OBSERVATION = st.one_of(
    _one_of("code", "8867-4", "http://loinc.org|718-7", "8480-6,718-7", "http://loinc.org|"),
    _one_of("code:not", "8867-4"),
    _one_of("code:text", "pou", "pouls", "p", "zz"),
    _one_of("subject", "Patient/p1", "p2", "Patient/p0,Patient/p3"),
    _one_of("subject:Patient", "p4"),
    _one_of("patient.name:contains", "pon", "el"),
    _one_of("subject:Patient.birthdate", "1980-03", "lt1980"),
    _one_of("subject:Patient.organization.name", "clinique 1"),
    _one_of("code-value-quantity", "8867-4$gt60", "http://loinc.org|718-7$60", "8480-6$lt100"),
    _one_of("status", "final", "amended,final"),
    _one_of("value-quantity:missing", "true", "false"),
    _one_of("date:missing", "true", "false"),
    _dates("date"),
    QUANTITY,
)
QUERIES = st.one_of(
    st.tuples(st.just("Patient"), st.lists(PATIENT, min_size=1, max_size=3)),
    st.tuples(st.just("Observation"), st.lists(OBSERVATION, min_size=1, max_size=3)),
)


@pytest.fixture(params=[7, 8])
async def filled(request, store, context, make_world, make_model):
    """A store and the model of what it holds."""
    async with store.transaction(context) as transaction:
        stored = await transaction.write_many(make_world(seed=request.param))
    return store, make_model(stored)


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=QUERIES)
async def test_search_agrees_with_the_model(asked, filled, context, make_query):
    """An index that forgets or invents matches: a record shown incomplete, or another's."""
    store, model = filled
    kind, parameters = asked
    query = make_query(kind, *parameters, ("_count", "3"), ("_total", "accurate"))
    expected = model.find(query)
    found = await every_page(store, context, query)
    assert sorted(found) == sorted(expected)


async def every_page(store: Store, context, query) -> list[str]:
    found: list[str] = []
    while True:
        page = await store.search(context, query)
        found += [f"{one.type}/{one.id}" for one in page.matches]
        if not page.next:
            assert page.total == len(found)
            return found
        query = msgspec.structs.replace(query, cursor=page.next)
