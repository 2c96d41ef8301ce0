"""Guards the reading of bundles: an entry is understood whole, or refused where it stands."""

from typing import Any

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.validate import base_validator
from hygie.limits import MAX_BUNDLE_ENTRIES
from hygie.refusal import Category, Refused
from hygie.store.interactions.entries import interaction_of, open_bundle
from hygie.store.interactions.plan import prepare
from hygie.store.interactions.problems import Problems
from hygie.store.interactions.reading import refuse_elsewhere


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


def entry(method: str, url: str, resource: Any = None, **request: str) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    return made if resource is None else made | {"resource": resource}


async def judge(*entries: Any) -> None:
    problems = Problems()
    content = {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}
    opened = open_bundle(content, base_validator())
    read = (interaction_of(e, i, r4(), problems) for i, e in enumerate(opened))
    steps = [step for step in read if step is not None]
    refuse_elsewhere(steps, problems)
    await prepare(steps, base_validator(), r4(), problems)


@pytest.mark.parametrize(
    ("wrong", "location"),
    [
        ({"resource": patient()}, "Bundle.entry[0].request"),
        (entry("POST", "Nonsense", patient()), "Bundle.entry[0].request.url"),
        (entry("POST", "Patient/1", patient()), "Bundle.entry[0].request.url"),
        (entry("PUT", "Patient", patient()), "Bundle.entry[0].request.url"),
        (entry("DELETE", "Patient"), "Bundle.entry[0].request.url"),
        (entry("POST", "Patient"), "Bundle.entry[0]"),
        (entry("POST", "Patient", {"resourceType": "Flag"}), "Bundle.entry[0]"),
        (entry("PUT", "Patient/2", patient(id="1")), "Bundle.entry[0]"),
        (entry("DELETE", "Patient/1", ifMatch="1"), "Bundle.entry[0].request.ifMatch"),
        (entry("FETCH", "Patient/1"), "Bundle.entry[0].request.method"),
        (entry("GET", "Patient/1/_history"), "Bundle.entry[0].request"),
        (entry("GET", "Patient/1?x=1"), "Bundle.entry[0].request.url"),
        ({"request": {"method": "POST"}, "resource": patient()}, "Bundle.entry[0].request"),
        ({"request": 3}, "Bundle.entry[0].request"),
    ],
)
async def test_an_entry_that_makes_no_sense_is_refused_where_it_stands(
    wrong: dict[str, Any], location: str
) -> None:
    """Danger: an entry that is not understood is skipped, and the rest is stored."""
    with pytest.raises(Refused) as caught:
        await judge(wrong)
    assert caught.value.refusal.issues[0].location.startswith(location)


async def test_every_problem_of_every_entry_is_said_at_once() -> None:
    """Danger: whoever corrects a bundle of a thousand entries does so one answer at a time."""
    with pytest.raises(Refused) as caught:
        await judge(
            entry("POST", "Patient", patient(gender="femme")),
            entry("POST", "Nonsense", patient()),
            entry("PUT", "Patient/1", patient(id="2")),
            entry("POST", "Patient", patient(birthDate="hier")),
        )
    places = {issue.location[: len("Bundle.entry[0]")] for issue in caught.value.refusal.issues}
    assert places == {f"Bundle.entry[{n}]" for n in range(4)}


async def test_a_bundle_has_only_so_many_entries() -> None:
    """Danger: one request keeps the server busy for everybody else."""
    with pytest.raises(Refused) as caught:
        await judge(*[entry("GET", "Patient/1")] * (MAX_BUNDLE_ENTRIES + 1))
    assert caught.value.refusal.category is Category.TOO_LARGE
