"""Definitions of the store come before those of packages, as they are when a question is asked."""

from asyncio import create_task, gather, timeout, to_thread
from threading import Event
from time import monotonic
from typing import Any

import pytest

from hygie.fhir.packages import base_library
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.expansion import expand
from hygie.fhir.terminology.layers import Packaged
from hygie.fhir.terminology.patience import go_on
from hygie.nomenclature.terminology import Terminology
from hygie.refusal import Refused

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


# --- questions that are made to take long -----------------------------------------------------
CHAIN = {
    "resourceType": "CodeSystem", "url": "urn:chain", "content": "complete",
    "property": [
        {"code": "p", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"}
    ],
    "concept": [
        {"code": str(place), "property": [{"code": "p", "valueCode": str(place - 1)}]}
        for place in range(4_000)
    ],
}  # fmt: skip
FLAT = {**CHAIN, "concept": [{"code": str(place), "display": "aaaa"} for place in range(4_000)]}
OUTSIDE = {"property": "concept", "op": "is-not-a", "value": "none"}
PATTERN = {"property": "display", "op": "regex", "value": "(a|b)*c"}


def _in_chain(*filters: dict[str, str]) -> dict[str, Any]:
    return {"system": "urn:chain", "filter": list(filters)}


def _set(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "url": "urn:set", "compose": {"include": [*parts], **more}}


LONG = {
    "a chain, each link asked for all above it": (CHAIN, _set(_in_chain(OUTSIDE))),
    "each code held against each exclude": (
        FLAT, _set({"system": "urn:chain"}, exclude=[_in_chain(PATTERN)] * 1_000),
    ),
    "each code held against each include of an import": (
        FLAT,
        _set({"system": "urn:chain", "valueSet": ["#many"]}) | {"contained": [
            _set(*[_in_chain(PATTERN)] * 1_000) | {"id": "many", "url": "urn:many"}
        ]},
    ),
}  # fmt: skip


def _asked(system: dict[str, Any], value_set: dict[str, Any]) -> Asked:
    parameters = [
        {"name": "tx-resource", "resource": system},
        {"name": "valueSet", "resource": value_set},
        {"name": "offset", "valueInteger": 3_999},
        {"name": "count", "valueInteger": 1},
    ]
    return Asked({"resourceType": "Parameters", "parameter": parameters})


@pytest.mark.parametrize("name", LONG)
async def test_a_question_ends_after_a_while_whatever_it_brings(store, monkeypatch, name):
    """Danger: two questions of a third of a megabyte hold both places for minutes, and nobody else
    is answered."""
    monkeypatch.setattr("hygie.nomenclature.terminology.MAX_TERMINOLOGY_SECONDS", 0.2)
    terminology, asked = Terminology(store, []), _asked(*LONG[name])
    began = monotonic()
    with pytest.raises(Refused) as refused:
        await terminology.ask(lambda known: expand(known.over(asked.resources), None, asked))
    assert refused.value.refusal.issues[0].code == "too-costly"
    assert monotonic() - began < 8  # without that bound, it would take the usual ten


async def test_one_client_leaves_room_for_others(store):
    """Danger: whoever asks as often as allowed keeps everybody else waiting."""
    terminology, held, begun = Terminology(store, []), Event(), Event()

    def hold(_: object) -> None:
        begun.set()
        held.wait(10)

    greedy = [create_task(terminology.ask(hold, "greedy")) for _ in range(8)]
    assert await to_thread(begun.wait, 10)
    async with timeout(5):
        assert await terminology.ask(lambda _: "answered", "other") == "answered"
    held.set()
    await gather(*greedy)


async def test_who_no_longer_waits_frees_the_place_only_once_the_work_has_stopped(store):
    """Danger: whoever asks and hangs up, again and again, takes every thread of the process."""
    terminology, begun, stopped = Terminology(store, []), Event(), Event()

    def work(_: object) -> None:
        begun.set()
        try:
            while True:
                go_on()
        finally:
            stopped.set()

    asking = create_task(terminology.ask(work))
    assert await to_thread(begun.wait, 10)
    asking.cancel()
    await gather(asking, return_exceptions=True)
    assert stopped.is_set()
