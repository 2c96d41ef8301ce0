"""Guards the rules of single writes: identity, versions, criteria, validity (R4 §3.1.0)."""

from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.refusal import Category, Refused
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import Context

SYSTEM = "urn:test:number"


def patient(number: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": SYSTEM, "value": number}],
        **more,
    }


def criteria(number: str) -> str:
    return f"identifier={SYSTEM}%7C{number}"


def refused_as(caught: Any) -> tuple[Category, str]:
    refusal = caught.value.refusal
    return refusal.category, refusal.issues[0].rule


async def test_the_server_names_what_is_created(repository: Repository, context: Context) -> None:
    """Danger: a client chooses the id of a create, and takes another resource's place."""
    first = await repository.create(context, patient(id="mine"))
    second = await repository.create(context, patient(id="mine"))
    assert first.created
    assert len({"mine", first.id, second.id}) == 3


async def test_an_update_is_for_the_id_of_its_address(
    repository: Repository, context: Context
) -> None:
    """Danger: a body meant for one patient is stored under another."""
    for body, rule in ((patient(), "id.missing"), (patient(id="other"), "id.mismatch")):
        with pytest.raises(Refused) as caught:
            await repository.update(context, "Patient", "p", body)
        assert refused_as(caught) == (Category.INVALID, rule)
    with pytest.raises(Refused) as caught:
        await repository.update(context, "Practitioner", "p", patient(id="p"))
    assert refused_as(caught) == (Category.INVALID, "resource.type")
    stored = await repository.update(context, "Patient", "p", patient(id="p"))
    assert (stored.id, stored.version, stored.created) == ("p", 1, True)


async def test_an_update_of_another_version_is_refused(
    repository: Repository, context: Context
) -> None:
    """Danger: somebody's change is overwritten unseen."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    with pytest.raises(Refused) as caught:
        await repository.update(context, "Patient", "p", patient("2", id="p"), if_match=2)
    assert caught.value.refusal.category is Category.PRECONDITION
    stored = await repository.update(context, "Patient", "p", patient("2", id="p"), if_match=1)
    assert stored.version == 2


async def test_nothing_invalid_is_stored(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: the store fills with what nobody can read."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    wrong = patient(id="p", gender="femme", colour="blue")
    attempts = (
        lambda: repository.create(context, wrong),
        lambda: repository.update(context, "Patient", "p", wrong),
        lambda: repository.patch(
            context, "Patient", "p", [{"op": "add", "path": "/gender", "value": "femme"}]
        ),
        lambda: repository.conditional_update(context, "Patient", criteria("9"), wrong),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            await attempt()
        assert caught.value.refusal.category is Category.UNPROCESSABLE
    assert (await store.read(context, "Patient", "p")).version == 1
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


async def test_an_excerpt_cannot_replace_the_whole(
    repository: Repository, context: Context
) -> None:
    """Danger: a client saves what `_summary` left of a record, and erases the rest."""
    tags = {"meta": {"tag": [{"code": "SUBSETTED"}]}}
    with pytest.raises(Refused) as caught:
        await repository.update(context, "Patient", "p", patient(id="p", **tags))
    assert refused_as(caught) == (Category.UNPROCESSABLE, "resource.subsetted")


async def test_a_patch_changes_what_it_says(repository: Repository, context: Context) -> None:
    """Danger: a patch loses digits, moves a resource, or hits a version it did not see."""
    weight = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"text": "Poids"},
        "valueQuantity": {"value": decode(b'{"resourceType":"x","v":72.50}')["v"]},
    }
    await repository.update(context, "Observation", "o", weight)
    step = [{"op": "replace", "path": "/status", "value": "amended"}]
    stored = await repository.patch(context, "Observation", "o", step, if_match=1)
    assert stored.version == 2
    assert b"72.50" in stored.body
    for patch, rule in (
        ([{"op": "replace", "path": "/id", "value": "z"}], "patch.identity"),
        ([{"op": "replace", "path": "/resourceType", "value": "Basic"}], "patch.identity"),
    ):
        with pytest.raises(Refused) as caught:
            await repository.patch(context, "Observation", "o", patch)
        assert refused_as(caught) == (Category.UNPROCESSABLE, rule)
    with pytest.raises(Refused) as caught:
        await repository.patch(context, "Observation", "o", step, if_match=1)
    assert caught.value.refusal.category is Category.PRECONDITION


async def test_only_what_is_there_can_be_patched(repository: Repository, context: Context) -> None:
    """Danger: a patch creates something, or brings back what was deleted."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    await repository.delete(context, "Patient", "p")
    for id_, category in (("none", Category.NOT_FOUND), ("p", Category.GONE)):
        with pytest.raises(Refused) as caught:
            await repository.patch(context, "Patient", id_, [])
        assert caught.value.refusal.category is category


async def test_deleting_twice_is_deleting_once(repository: Repository, context: Context) -> None:
    """Danger: a client that asks again after a lost answer gets an error."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    first = await repository.delete(context, "Patient", "p")
    assert first is not None
    assert first.deleted
    assert await repository.delete(context, "Patient", "p") is None
    assert await repository.delete(context, "Patient", "never") is None


async def test_criteria_that_find_nothing(repository: Repository, context: Context) -> None:
    """Danger: a conditional write that finds nothing does something else than the standard says."""
    assert (await repository.create(context, patient("1"), if_none_exist=criteria("1"))).created
    made = await repository.conditional_update(context, "Patient", criteria("2"), patient("2"))
    assert made.created
    named = patient("3", id="three")
    made = await repository.conditional_update(context, "Patient", criteria("3"), named)
    assert (made.id, made.created) == ("three", True)
    assert await repository.conditional_delete(context, "Patient", criteria("4")) is None
    with pytest.raises(Refused) as caught:
        await repository.conditional_patch(context, "Patient", criteria("5"), [])
    assert refused_as(caught) == (Category.NOT_FOUND, "condition.none")


async def test_criteria_that_find_one(repository: Repository, context: Context) -> None:
    """Danger: a second record for a person who has one already."""
    one = await repository.create(context, patient("1"))
    again = await repository.create(context, patient("1"), if_none_exist=criteria("1"))
    assert (again.id, again.version, again.created) == (one.id, 1, False)
    changed = await repository.conditional_update(
        context, "Patient", criteria("1"), patient("1", gender="female"), if_match=1
    )
    assert (changed.id, changed.version) == (one.id, 2)
    patch = [{"op": "replace", "path": "/gender", "value": "male"}]
    patched = await repository.conditional_patch(context, "Patient", criteria("1"), patch)
    assert (patched.id, patched.version) == (one.id, 3)
    gone = await repository.conditional_delete(context, "Patient", criteria("1"))
    assert gone is not None
    assert (gone.id, gone.deleted) == (one.id, True)


async def test_criteria_that_find_several(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a conditional write hits one of several records by chance."""
    for _ in range(2):
        await repository.create(context, patient("1"))
    attempts = (
        lambda: repository.create(context, patient("1"), if_none_exist=criteria("1")),
        lambda: repository.conditional_update(context, "Patient", criteria("1"), patient("1")),
        lambda: repository.conditional_patch(context, "Patient", criteria("1"), []),
        lambda: repository.conditional_delete(context, "Patient", criteria("1")),
    )
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            await attempt()
        assert refused_as(caught) == (Category.PRECONDITION, "condition.several")
    assert await store.pool.fetchval("SELECT max(version) FROM hygie.resource") == 1


async def test_criteria_must_say_something_that_is_understood(
    repository: Repository, context: Context
) -> None:
    """Danger: a misspelt parameter is left out, and any record at all is deleted."""
    await repository.create(context, patient("1"))
    for text in ("identifer=1", "_count=1", "_format=json"):
        with pytest.raises(Refused):
            await repository.conditional_delete(context, "Patient", text)


async def test_an_id_that_contradicts_the_criteria_is_refused(
    repository: Repository, context: Context
) -> None:
    """Danger: criteria say one person, the body says another."""
    await repository.update(context, "Patient", "one", patient("1", id="one"))
    await repository.update(context, "Patient", "two", patient("2", id="two"))
    for number, rule in (("1", "id.matched-other"), ("3", "id.taken")):
        with pytest.raises(Refused) as caught:
            await repository.conditional_update(
                context, "Patient", criteria(number), patient(number, id="two")
            )
        assert caught.value.refusal.issues[0].rule == rule


async def test_a_conditional_reference_is_resolved_or_refused(
    repository: Repository, context: Context
) -> None:
    """Danger: a reference that leads nowhere, or to one of several."""
    one = await repository.create(context, patient("1"))
    for number in ("2", "2"):
        await repository.create(context, patient(number))
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}}
    stored = await repository.create(
        context, flag | {"subject": {"reference": f"Patient?{criteria('1')}"}}
    )
    assert decode(stored.body)["subject"]["reference"] == f"Patient/{one.id}"
    for number, rule in (("2", "reference.several"), ("3", "reference.none")):
        with pytest.raises(Refused) as caught:
            await repository.create(
                context, flag | {"subject": {"reference": f"Patient?{criteria(number)}"}}
            )
        assert refused_as(caught) == (Category.PRECONDITION, rule)
