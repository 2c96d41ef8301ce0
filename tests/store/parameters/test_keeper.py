"""Guards against searches by a parameter of one's own that find less, or else, than there is."""

import asyncio

import pytest
from tests.store.parameters.conftest import CONTEXT, EYES, definition, patient

from hygie.refusal import Refused
from hygie.store.parameters import catalogue
from hygie.store.parameters.keeper import Keeper
from hygie.store.store import Store


async def _fill(store: Store) -> None:
    for own, colour in (("a", "green"), ("b", "brown"), ("c", "")):
        await store.update(CONTEXT, patient(own, colour))


async def test_what_was_there_before_and_comes_after_is_found(store: Store, keeper, found) -> None:
    """Danger: a search by a new parameter that misses what was written before, or since."""
    await _fill(store)
    await store.update(CONTEXT, definition())
    await keeper.until_done()
    await store.vault.rules.learn()
    await store.update(CONTEXT, patient("d", "green"))
    assert await found(store, "Patient", "eyes", "green") == {"a", "d"}
    assert await found(store, "Patient", "eyes", "green,brown") == {"a", "b", "d"}
    assert await found(store, "Patient", "eyes:not", "green") == {"b", "c"}
    assert await found(store, "Patient", "eyes:missing", "true") == {"c"}
    assert await found(store, "Patient", "eyes:missing", "false") == {"a", "b", "d"}


async def test_until_it_is_indexed_a_search_is_refused_and_says_how_far_it_is(
    store: Store, keeper: Keeper, found
) -> None:
    """Danger: an answer from half an index."""
    await _fill(store)
    await store.update(CONTEXT, definition())
    await keeper.look()
    await store.vault.rules.learn()
    with pytest.raises(Refused) as caught:
        await found(store, "Patient", "eyes", "green")
    (issue,) = caught.value.refusal.issues
    assert issue.rule == "search.unsupported-yet"
    assert "0 %" in issue.text("fr")
    assert "eyes" not in {p.code for p in store.registry.parameters("Patient").values()}


async def test_a_writer_that_has_not_heard_files_by_the_new_parameter(
    store: Store, other: Store, keeper: Keeper, found
) -> None:
    """Danger: a row written by a process that does not know the parameter, behind the reading."""
    await _fill(store)
    await other.vault.keys.news.stop()  # it hears nothing any more
    await store.update(CONTEXT, definition())
    await keeper.until_done()
    await store.vault.rules.learn()
    await other.create(CONTEXT, patient("", "green"), fresh="x")
    async with other.transaction(CONTEXT) as transaction:
        await transaction.update(patient("y", "green"))
        await transaction.update(patient("b", "green"))
    assert await found(store, "Patient", "eyes", "green") == {"a", "b", "x", "y"}


async def test_a_transaction_that_began_before_is_waited_for(
    store: Store, other: Store, keeper: Keeper, found
) -> None:
    """Danger: what a long transaction commits after its rows were read by."""
    await _fill(store)
    async with other.transaction(CONTEXT) as transaction:
        await transaction.update(patient("late", "green"))
        await store.update(CONTEXT, definition())
        await keeper.look()
        working = asyncio.create_task(keeper.work())
        await asyncio.sleep(0.3)
        assert not working.done()
    await working
    await store.vault.rules.learn()
    assert await found(store, "Patient", "eyes", "green") == {"a", "late"}


async def test_what_is_retired_is_refused_and_leaves_nothing_behind(
    store: Store, keeper: Keeper, found
) -> None:
    """Danger: another definition of the same code that finds what the former one filed."""
    await _fill(store)
    before = await store.pool.fetch(
        "SELECT key, tokens FROM hygie.resource WHERE type = $1", _patient(store)
    )
    await store.update(CONTEXT, definition())
    await keeper.until_done()
    await store.update(CONTEXT, definition(status="retired"))
    await keeper.until_done()
    await store.vault.rules.learn()
    with pytest.raises(Refused):
        await found(store, "Patient", "eyes", "green")
    after = await store.pool.fetch(
        "SELECT key, tokens FROM hygie.resource WHERE type = $1", _patient(store)
    )
    assert {r["key"]: sorted(r["tokens"] or ()) for r in after} == {
        r["key"]: sorted(r["tokens"] or ()) for r in before
    }
    await store.update(CONTEXT, definition(expression="Patient.gender"))
    await store.update(CONTEXT, patient("g", "green", gender="male"))
    await keeper.until_done()
    await store.vault.rules.learn()
    assert await found(store, "Patient", "eyes", "green") == set()
    assert await found(store, "Patient", "eyes", "male") == {"g"}


def _patient(store: Store) -> int:
    return store.vault.types.code("Patient")


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ({"type": "date", "expression": "Patient.birthDate"}, "eyes", "1980-05-01"),
        ({"type": "date", "expression": "Patient.birthDate"}, "eyes", "ge1980&le1981"),
        ({"type": "string", "expression": "Patient.contact.name.family"}, "eyes", "mart"),
        ({"type": "string", "expression": "Patient.contact.name.family"}, "eyes:contains", "rti"),
        ({"type": "reference", "expression": "Patient.generalPractitioner"}, "eyes", "p"),
        ({"type": "number", "expression": "Patient.multipleBirth as integer"}, "eyes", "ge2"),
        ({"type": "uri", "expression": "Patient.extension.url"}, "eyes", EYES),
    ],
)  # fmt: skip
async def test_every_type_of_parameter_finds(
    store: Store, keeper: Keeper, found, said, name: str, value: str
) -> None:
    """Danger: a kind of value that is added otherwise than it is filed."""
    one = patient(
        "one", "green", birthDate="1980-05-01", contact=[{"name": {"family": "Martin"}}],
        generalPractitioner=[{"reference": "Practitioner/p"}], multipleBirthInteger=2,
    )  # fmt: skip
    await store.update(CONTEXT, one)
    await store.update(CONTEXT, patient("none"))
    await store.update(CONTEXT, definition(**said))
    await keeper.until_done()
    await store.vault.rules.learn()
    await store.update(CONTEXT, one | {"id": "two"})
    for part in value.split("&"):
        assert await found(store, "Patient", name, part) == {"one", "two"}


async def test_references_are_followed(store: Store, keeper: Keeper, found) -> None:
    """Danger: links that chains, `_has` and inclusions do not see."""
    practitioner = {"resourceType": "Practitioner", "id": "p", "active": True}
    await store.update(CONTEXT, practitioner)
    await store.update(
        CONTEXT, patient("one", generalPractitioner=[{"reference": "Practitioner/p"}])
    )
    own = definition("doctor", type="reference", expression="Patient.generalPractitioner")
    await store.update(CONTEXT, own)
    await keeper.until_done()
    await store.vault.rules.learn()
    assert await found(store, "Patient", "doctor:Practitioner.active", "true") == {"one"}
    assert await found(store, "Practitioner", "_has:Patient:doctor:_id", "one") == {"p"}


async def test_what_cannot_be_taken_up_is_named(store: Store, keeper: Keeper) -> None:
    """Danger: a definition that came by another door than the checked one stops the others."""
    await store.update(CONTEXT, definition("bad", expression="Patient.nothing"))
    await store.update(CONTEXT, definition("family", type="string", expression="Patient.gender"))
    await store.update(CONTEXT, definition())
    await store.update(CONTEXT, definition("draft", status="draft"))
    await keeper.until_done()
    refused = await catalogue.refused(store.pool)
    assert sorted(refused) == ["http://hospital.test/sp/bad", "http://hospital.test/sp/family"]
    assert [o.parameter.code for o in await catalogue.own(store.pool)] == ["eyes"]


async def test_what_has_nothing_at_all_has_no_value(store: Store, keeper: Keeper, found) -> None:
    """Danger: a row without any token is lost from what is denied."""
    bare = {"resourceType": "Basic", "id": "bare", "code": {"id": "k"}}
    await store.update(CONTEXT, bare)
    own = definition("mark", base=["Basic"], expression="Basic.extension('http://x').value")
    await store.update(CONTEXT, own)
    await keeper.until_done()
    await store.vault.rules.learn()
    assert await found(store, "Basic", "mark:missing", "true") == {"bare"}
    assert await found(store, "Basic", "mark:not", "x") == {"bare"}
    assert await found(store, "Basic", "code:not", "x") == {"bare"}
