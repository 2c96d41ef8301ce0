"""Definitions of the store come before those of packages, as they are when a question is asked."""

from hygie.fhir.packages import base_library
from hygie.fhir.terminology.layers import Packaged
from hygie.nomenclature.terminology import Terminology

GENDER = "http://hl7.org/fhir/administrative-gender"
OWN = {
    "resourceType": "CodeSystem", "url": GENDER, "version": "4.0.1", "status": "active",
    "content": "complete", "concept": [{"code": "own"}],
}  # fmt: skip


async def test_a_definition_of_the_store_is_seen_at_once_and_hides_that_of_a_package(
    store, context
):
    """Danger: a correction made by the establishment has no effect until a restart."""
    terminology = Terminology(store, [Packaged(base_library())])
    assert (await terminology.current()).system(GENDER).find("male")
    first = await terminology.current()
    assert await terminology.current() is first
    made = await store.create(context, OWN)
    assert (await terminology.current()).system(GENDER).find("own")
    await store.delete(context, "CodeSystem", made.id)
    assert (await terminology.current()).system(GENDER).find("male")


async def test_what_takes_a_while_runs_beside_and_gives_its_answer(store):
    """Danger: one expansion holds up every request of its process."""
    terminology = Terminology(store, [Packaged(base_library())])
    assert await terminology.ask(lambda found: found.system(GENDER).find("male").display) == "Male"


async def test_all_that_is_known_can_be_listed(store, context):
    """Danger: a nomenclature is there and nobody can find it."""
    terminology = Terminology(store, [Packaged(base_library())])
    await store.create(context, {**OWN, "url": "http://example.org/own"})
    known = (await terminology.current()).urls("CodeSystem")
    assert {GENDER, "http://example.org/own"} <= set(known)
    assert list(known) == sorted(set(known))
