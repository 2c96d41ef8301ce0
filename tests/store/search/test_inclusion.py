"""Guards against pages that come without what they refer to, or with too much."""

import pytest

from hygie import limits
from hygie.refusal import Refused
from hygie.store.search import inclusion


def names(resources) -> list[str]:
    return sorted(f"{one.type}/{one.id}" for one in resources)


def ref(target: str) -> dict:
    return {"reference": target}


def observation(number: int, **more) -> dict:
    code = {"coding": [{"code": "718-7"}]}
    return {
        "resourceType": "Observation",
        "id": f"x{number}",
        "status": "final",
        "code": code,
    } | more


WORLD = [
    {"resourceType": "Organization", "id": "top", "name": "CHU"},
    {"resourceType": "Organization", "id": "unit", "partOf": {"reference": "Organization/top"}},
    {"resourceType": "Patient", "id": "p", "managingOrganization": ref("Organization/unit")},
    {"resourceType": "Practitioner", "id": "dr"},
    observation(1, subject=ref("Patient/p"), performer=[ref("Practitioner/dr")]),
    observation(2, subject=ref("Patient/p"), hasMember=[ref("Observation/x1")]),
    {"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/x2"}]},
]  # fmt: skip


@pytest.fixture
async def filled(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many(WORLD)
    return store


CASES = [
    ([("_include", "Observation:subject")], ["Patient/p"]),
    ([("_include", "Observation:performer:Practitioner")], ["Practitioner/dr"]),
    ([("_include", "Observation:performer:Organization")], []),
    ([("_include", "Observation:*")], ["Patient/p", "Practitioner/dr"]),
    ([("_include", "*")], ["Patient/p", "Practitioner/dr"]),
    ([("_revinclude", "Provenance:target")], ["Provenance/v"]),
    ([("_revinclude", "Provenance:*")], ["Provenance/v"]),
    ([("_revinclude", "*")], ["Provenance/v"]),
    (
        [("_include", "Observation:patient"), ("_include:iterate", "Patient:organization")],
        ["Organization/unit", "Patient/p"],
    ),
    (
        [
            ("_include", "Observation:patient"),
            ("_include:iterate", "Patient:organization"),
            ("_include:iterate", "Organization:partof"),
        ],
        ["Organization/top", "Organization/unit", "Patient/p"],
    ),
]


@pytest.mark.parametrize(("asked", "expected"), CASES)
async def test_what_is_asked_comes_once(asked, expected, filled, context, make_query):
    """Missing or doubled companions make a record wrong in whoever reads the bundle."""
    page = await filled.search(context, make_query("Observation", ("_id", "x1,x2"), *asked))
    assert names(page.matches) == ["Observation/x1", "Observation/x2"]
    assert names(page.included) == expected


async def test_an_inclusion_goes_by_what_elements_lead_to(store, context, make_query):
    """R4's Condition.subject says "Organization" of a reference to a patient: nothing came."""
    condition = {"resourceType": "Condition", "id": "c", "subject": ref("Patient/p")}
    async with store.transaction(context) as transaction:
        await transaction.write_many([WORLD[2], condition])
    page = await store.search(
        context, make_query("Condition", ("subject", "p"), ("_include", "Condition:subject"))
    )
    assert names(page.included) == ["Patient/p"]


async def test_a_match_is_not_included_again(filled, context, make_query):
    """One resource twice in a bundle breaks its readers."""
    query = make_query("Observation", ("_include", "Observation:has-member"))
    page = await filled.search(context, query)
    assert names(page.matches) == ["Observation/x1", "Observation/x2"]
    assert page.included == ()


async def test_too_many_companions_are_refused(filled, context, make_query, monkeypatch):
    """An inclusion without bound is a way to empty the store, or the memory."""
    assert limits.MAX_INCLUDED > 2
    monkeypatch.setattr(inclusion, "MAX_INCLUDED", 1)
    query = make_query("Observation", ("_include", "Observation:*"))
    with pytest.raises(Refused, match=r"store\.inclusion-broad"):
        await filled.search(context, query)
