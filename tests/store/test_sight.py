"""Guards each door by name; `worlds` guards what they have in common."""

from datetime import UTC, datetime

import msgspec
import pytest

from hygie.refusal import Category, Refused
from hygie.sight import ALL, LETTERS, Reach, Sight
from hygie.store.interactions.permissions import shows_written
from hygie.store.reading.moment import Wanted
from hygie.store.reading.whole import Selection
from hygie.trace import Context

SYSTEM = Context("maker", "system")


def observation(id_, *patients, code="c1", **more):
    named = [{"reference": f"Patient/{one}"} for one in patients]
    performers = {"performer": named[1:]} if named[1:] else {}
    return {
        "resourceType": "Observation", "id": id_, "status": "final",
        "code": {"coding": [{"system": "urn:s", "code": code}]},
        **({"subject": named[0]} if named else {}), **performers, **more,
    }  # fmt: skip


@pytest.fixture
def sees(store):
    """sees("ada", house=False, query="code=c1") -> who sees that of every type."""

    def made(*patients, house=False, query=""):
        keys = frozenset(store.keyring.reference("Patient", one) for one in patients)
        reach = (Reach(keys, house, query),)
        return Context("dr", "account", sight=Sight(others=dict.fromkeys(LETTERS, reach)))

    return made


@pytest.fixture
async def filled(store):
    """Something of Ada, of Bob, of both, of nobody."""
    made = [("a", "ada"), ("b", "bob"), ("both", "ada", "bob"), ("none",)]
    async with store.transaction(SYSTEM) as tx:
        await tx.write_many([observation(*one) for one in made])
    return store


async def refusal(work):
    with pytest.raises(Refused) as caught:
        await work
    return caught.value.refusal


async def found(store, context, make_query, *pairs):
    page = await store.search(context, make_query("Observation", *pairs))
    return {one.id for one in page.matches}


async def test_what_names_several_is_seen_by_who_sees_one_and_is_not_of_the_house(
    filled, sees, make_query
):
    """A visit of two patients shown to whoever may read directories."""
    assert await found(filled, sees("ada"), make_query) == {"a", "both"}
    assert await found(filled, sees("eve", house=True), make_query) == {"none"}
    assert await found(filled, sees("bob", house=True), make_query) == {"b", "both", "none"}


async def test_what_was_filed_before_nobody_had_a_link_stays_hidden(filled, sees, make_query):
    """A row of several patients that an older index takes for the house's."""
    await filled.pool.execute("UPDATE hygie.resource SET tokens = NULL, links = 0")
    assert await found(filled, sees("eve", house=True), make_query) == set()


async def test_a_context_without_a_sight_sees_nothing(filled, make_query):
    """A door opened by forgetting to say who asks."""
    assert await found(filled, Context("x", "client"), make_query) == set()


async def test_a_patient_named_in_reach_costs_no_condition(filled, sees, make_query):
    """A search of a record that is slower for who sees less; and one out of reach that is found."""
    ada = ("subject", "Patient/ada")
    assert await found(filled, sees("ada"), make_query, ada) == {"a", "both"}
    assert await found(filled, sees("bob"), make_query, ada) == {"both"}
    assert await found(filled, sees("eve"), make_query, ada) == set()


async def test_writing_under_an_id_tells_nothing_of_it(filled, sees):
    """A refusal, an ETag or a version by which ids out of sight are found out."""
    eve = sees("eve")
    taken = await refusal(filled.update(eve, observation("a", "eve")))
    free = await refusal(filled.update(eve, observation("free", "eve")))
    assert taken == free
    assert taken.category is Category.NOT_FOUND
    for id_ in ("a", "free"):
        assert await filled.delete(eve, "Observation", id_) is None
        refused = await refusal(filled.update(eve, observation(id_, "eve"), if_match=1))
        assert refused.issues[0].details["found"] == "0"
    assert (await filled.read(SYSTEM, "Observation", "a")).version == 1


async def test_nobody_writes_of_who_is_out_of_reach(filled, sees):
    """Results put into, or taken out of, somebody else's record."""
    ada = sees("ada")
    rule = "access.out-of-reach"
    for work in (
        filled.create(ada, observation("x", "bob")),
        filled.create(ada, observation("x", "ada", "bob")),
        filled.update(ada, observation("a", "bob")),
        filled.update(ada, observation("both", "ada", "bob", status="amended")),
    ):
        assert (await refusal(work)).issues[0].rule == rule
    assert (await filled.update(ada, observation("a", "ada", code="c2"))).version == 2


async def test_a_reading_that_comes_to_nothing_is_on_record(filled, sees, trail):
    """Somebody who tries one id after another, unnoticed."""
    for id_ in ("b", "never"):
        await refusal(filled.update(sees("ada"), observation(id_, "ada")))
        assert trail.entries[-1].action == "refused"
        assert (await refusal(filled.read(sees("ada"), "Observation", id_))).category is (
            Category.NOT_FOUND
        )
        assert (trail.entries[-1].action, trail.entries[-1].detail) == (
            "refused", f"Observation/{id_}",
        )  # fmt: skip


async def test_a_search_that_narrows_a_reach_is_asked_of_every_row(filled, sees, make_query):
    """Categories a scope leaves out, given by read, history or view."""
    async with filled.transaction(SYSTEM) as tx:
        await tx.write_many([observation("other", "ada", code="c2")])
    ada = sees("ada", query="code=c1")
    assert await found(filled, ada, make_query) == {"a", "both"}
    assert (await refusal(filled.read(ada, "Observation", "other"))).category is Category.NOT_FOUND
    page = await filled.history(ada, "Observation", None, count=50)
    assert {one.id for one in page.matches} == {"a", "both"}
    async with filled.whole(ada, Selection("Observation"), "test") as whole:
        assert await whole.count() == 2
        assert sum([len(piece.bodies) async for piece in whole.slices()]) == 2


async def test_a_search_that_is_not_understood_lets_nothing_through(filled, sees, make_query):
    """A reach that becomes wider because its search has a parameter that is gone."""
    for query in ("nonsense=1", "subject.name=x", "_include=*", "code=c1&_sort=date", "&"):
        assert await found(filled, sees("ada", house=True, query=query), make_query) == set()


async def test_an_export_holds_what_is_seen(filled, sees):
    """Everybody's data in the file of who sees one."""
    ada = sees("ada")
    wanted = Wanted("Observation", datetime.now(UTC))
    async with filled.at_moment(ada.seen, wanted) as reading:
        items = [item async for piece in reading.slices() for item in piece.items]
    assert {msgspec.json.decode(item.body)["id"] for item in items} == {"a", "both"}


async def test_a_binary_is_whose_its_context_says(store, sees):
    """A patient's letter, which no column says to be theirs."""
    for id_, context in (("a", "Patient/ada"), ("b", "Patient/bob"), ("d", "DocumentReference/x")):
        binary = {"resourceType": "Binary", "id": id_, "contentType": "text/plain"}
        await store.update(SYSTEM, {**binary, "securityContext": {"reference": context}})
    await store.update(
        SYSTEM, {"resourceType": "Binary", "id": "open", "contentType": "text/plain"}
    )
    ada = sees("ada", house=True)
    assert (await store.read(ada, "Binary", "a")).id == "a"
    assert (await store.read(ada, "Binary", "open")).id == "open"
    for id_ in ("b", "d"):
        assert (await refusal(store.read(ada, "Binary", id_))).category is Category.NOT_FOUND


async def test_what_went_to_another_patient_takes_its_past_along(store, sees):
    """A result filed under the wrong patient, still read there by its versions."""
    await store.update(SYSTEM, observation("m", "ada"))
    await store.update(SYSTEM, observation("m", "bob"))
    assert (await refusal(store.vread(sees("ada"), "Observation", "m", 1))).category is (
        Category.NOT_FOUND
    )
    page = await store.history(sees("bob"), "Observation", "m", count=9)
    assert [one.version for one in page.matches] == [2]


def test_what_was_written_is_shown_to_who_may_read_whatever_may_be_written():
    """A patch that gives back the content of what may be changed and not read."""
    one, other = (Reach(frozenset({1})),), (Reach(frozenset({1, 2})),)
    names = ("r", "s", "u")
    shown = {
        reaches: shows_written(
            Sight({("Patient", n): r for n, r in zip(names, reaches, strict=True)}), "Patient"
        )
        for reaches in ((one, one, one), (one, one, other), (one, (), one), ((), one, one))
    }
    assert list(shown.values()) == [True, False, True, False]
    assert shows_written(Sight(others={"r": (ALL,)}), "Patient")
