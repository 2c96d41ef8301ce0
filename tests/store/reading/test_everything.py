"""A patient's record, whole, with what it refers to and nothing of anybody else's."""

import pytest

from hygie.store.contract import Page
from hygie.store.store import Store
from hygie.trace import Context

PRACTITIONERS = [{"resourceType": "Practitioner", "id": name} for name in ("gp", "nurse", "other")]
ORGANIZATIONS = [{"resourceType": "Organization", "id": name} for name in ("ward", "told")]
PATIENTS = [
    {
        "resourceType": "Patient",
        "id": name,
        "generalPractitioner": [{"reference": f"Practitioner/{practitioner}"}],
    }
    for name, practitioner in (("a", "gp"), ("b", "other"))
]


def observation(name: str, patient: str, **more: object) -> dict[str, object]:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "id": name, "subject": subject, **more}


@pytest.fixture
async def filed(store: Store, context: Context) -> Store:
    told = 'he said "reference":"Organization/told"'
    async with store.transaction(context) as transaction:
        await transaction.write_many([
            *PRACTITIONERS, *ORGANIZATIONS, *PATIENTS,
            observation("o1", "a", performer=[{"reference": "Practitioner/nurse/_history/1"}]),
            observation("o2", "a", performer=[{"reference": "Organization/ward"}]),
            observation("o3", "a", note=[{"text": told}], focus=[{"reference": "Patient/b"}]),
            observation("o4", "b", performer=[{"reference": "Practitioner/other"}]),
            {"resourceType": "Group", "id": "g", "member": [
                {"entity": {"reference": "Patient/a"}}, {"entity": {"reference": "Patient/b"}},
            ]},
        ])  # fmt: skip
    return store


def names(page: Page) -> tuple[list[str], set[str]]:
    return [one.id for one in page.matches], {one.id for one in page.included}


async def test_the_whole_record_and_what_it_refers_to(filed: Store, context: Context) -> None:
    """Guards: a record with a hole, another patient's data in it, or a text taken for a link."""
    page = await filed.everything(context, "a", count=100)
    matches, included = names(page)
    assert matches[0] == "a"
    assert sorted(matches) == ["a", "g", "o1", "o2", "o3"]
    assert included == {"gp", "nurse", "ward"}


async def test_pages_make_up_the_record(filed: Store, context: Context) -> None:
    """Guards: a resource twice, or in no page."""
    seen, cursor = [], ""
    while True:
        page = await filed.everything(context, "a", count=2, cursor=cursor)
        seen += names(page)[0]
        cursor = page.next
        if not cursor:
            break
    assert seen == names(await filed.everything(context, "a", count=100))[0]


async def test_types_that_were_named_come_alone(filed: Store, context: Context) -> None:
    """Guards: practitioners given to who asked for observations."""
    page = await filed.everything(context, "a", count=100, types=("Observation",))
    matches, included = names(page)
    assert sorted(matches) == ["o1", "o2", "o3"]
    assert included == set()
