"""Guards `$validate`, and what the policy of the house does to writes."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from hygie.store.store import Store

TEXT = {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">–</div>'}
GROUP = "http://hl7.org/fhir/StructureDefinition/actualgroup"
URL = "http://hl7.org/fhir/StructureDefinition"


def patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "text": TEXT, **members}


def parameters(*given: tuple[str, str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name, kind: value} for name, kind, value in given],
    }


def rules(answer: httpx.Response) -> list[str]:
    return [
        issue.get("details", {}).get("coding", [{"code": ""}])[0]["code"]
        for issue in answer.json()["issue"]
    ]


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await client.put("/Patient/p", json=patient(id="p"))
    return client


async def test_validation_stores_nothing(client: httpx.AsyncClient) -> None:
    """Danger: trying a record out files it."""
    good = (await client.post("/Patient/$validate", json=patient())).json()
    assert good["issue"][0]["diagnostics"] == "All OK."
    wrong = await client.post("/Patient/$validate", json=patient(gender="femme"))
    assert wrong.status_code == 200
    assert wrong.json()["issue"][0]["expression"] == ["Patient.gender"]
    wrapped = parameters(("resource", "resource", patient(gender="femme")))
    assert (await client.post("/Patient/$validate", json=wrapped)).json() == wrong.json()
    assert "entry" not in (await client.get("/Patient")).json()


async def test_it_tells_more_than_what_would_refuse(client: httpx.AsyncClient) -> None:
    """Danger: warnings that a supplier never sees, or that refuse what is valid."""
    bare = {"resourceType": "Patient"}
    assert rules(await client.post("/Patient/$validate", json=bare)) == ["invariant.dom-6"]
    assert (await client.post("/Patient", json=bare)).status_code == 201


@pytest.mark.parametrize("mode", ["create", "update", "delete", "profile"])
async def test_modes_of_an_instance(stored: httpx.AsyncClient, mode: str) -> None:
    """Danger: a mode that is listed and not served (R4 resource-validation-mode)."""
    answers = {
        "create": await stored.post("/Patient/$validate?mode=create", json=patient()),
        "update": await stored.post("/Patient/p/$validate?mode=update", json=patient(id="p")),
        "delete": await stored.post("/Patient/p/$validate?mode=delete"),
        "profile": await stored.get(f"/Patient/p/$validate?mode=profile&profile={URL}/Patient"),
    }
    assert answers[mode].status_code == 200, answers[mode].text
    assert answers[mode].json()["issue"][0]["severity"] == "information"
    assert len((await stored.get("/Patient/p/_history")).json()["entry"]) == 1


async def test_what_is_stored_is_read_with_its_right_and_its_trace(
    stored: httpx.AsyncClient, asking: Any, trail: Any
) -> None:
    """Danger: a way to a record around the right to read it, or without a trace."""
    trail.entries.clear()
    assert (await stored.get("/Patient/p/$validate")).status_code == 200
    assert [entry.action for entry in trail.entries] == ["read"]
    for scope, answers in (
        ("system/Patient.r", {"": 200, "?mode=delete": 403, "?mode=update": 403}),
        ("system/Patient.cuds", {"": 403}),
        ("system/Patient.rd", {"?mode=delete": 200}),
    ):
        async with asking(scope) as other:
            for query, status in answers.items():
                assert (await other.post(f"/Patient/p/$validate{query}")).status_code == status
    assert (await stored.get("/Patient/absent/$validate")).status_code == 404


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("/Group/$validate", patient(), 400),
        ("/Patient/$validate", parameters(), 400),
        ("/Patient/$validate?mode=delete", patient(), 400),
        ("/Patient/$validate?mode=other", patient(), 400),
        ("/Patient/$validate?colour=blue", patient(), 400),
        ("/Patient/$validate", parameters(("colour", "valueString", "blue")), 400),
        ("/Patient/$validate", {"resourceType": "Parameters", "parameter": ["x"]}, 400),
        (
            "/Patient/$validate",
            parameters(("resource", "resource", patient()), ("resource", "resource", patient())),
            400,
        ),
        ("/Patient/p/$validate", patient(id="q"), 400),
        ("/Patient/p/$validate?mode=profile", None, 400),
        ("/Patient/p/$validate?mode=profile", patient(id="p"), 400),
        ("/Patient/$validate?profile=https://x/unknown", patient(), 422),
        ("/Patient/$validate?profile=" + "x" * 3000, patient(), 400),
    ],
)
async def test_misuse_is_refused(
    stored: httpx.AsyncClient, path: str, content: Any, status: int
) -> None:
    """Danger: a question that is misunderstood and answered “all is well”."""
    answer = await stored.post(path, **({} if content is None else {"json": content}))
    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_profile_asked_for_is_applied(client: httpx.AsyncClient) -> None:
    """Danger: « valide » said of a profile that nobody looked at."""
    group = {"resourceType": "Group", "text": TEXT, "type": "person", "actual": False}
    asked = parameters(("resource", "resource", group), ("profile", "valueUri", GROUP))
    answer = await client.post("/Group/$validate", json=asked)
    issues = [one for one in answer.json()["issue"] if one["severity"] == "error"]
    assert issues
    assert issues[0]["extension"][0]["valueString"].startswith(GROUP)
    assert (await client.post("/Group/$validate", json=group)).json()["issue"][0][
        "severity"
    ] == "information"


async def test_the_policy_of_the_source_decides_on_writes(
    client: httpx.AsyncClient, tmp_path: Path, store: Store
) -> None:
    """Danger: a rule of the house that holds for files and not for what programs write."""
    claimed = patient(meta={"profile": ["https://x/unknown"]})
    assert (await client.post("/Patient", json=claimed)).status_code == 201
    clause = {"source": "tester", "severity": "warning", "effect": "refuse"}
    (tmp_path / "policy.json").write_text(json.dumps({"clauses": [clause]}))
    refused = await client.post("/Patient", json=claimed)
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["severity"] == "fatal"
    told = await client.post("/Patient/$validate", json=claimed)
    assert rules(told) == rules(refused)
    bundle = {
        "resourceType": "Bundle", "type": "transaction",
        "entry": [{"resource": claimed, "request": {"method": "POST", "url": "Patient"}}],
    }  # fmt: skip
    assert (await client.post("/", json=bundle)).status_code == 422
    (tmp_path / "policy.json").write_text(json.dumps({"clauses": [{**clause, "source": "other"}]}))
    assert (await client.post("/Patient", json=claimed)).status_code == 201


async def test_required_profiles_hold_though_not_claimed(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Danger: a profile that is required and that is avoided by not naming it."""
    group = {"resourceType": "Group", "type": "person", "actual": False}
    assert (await client.post("/Group", json=group)).status_code == 201
    policy = {"requirements": [{"type": "Group", "profile": GROUP}]}
    (tmp_path / "policy.json").write_text(json.dumps(policy))
    assert (await client.post("/Group", json=group)).status_code == 422
    assert (await client.post("/Group", json={**group, "actual": True})).status_code == 201
