"""Guards `$meta`, `$meta-add` and `$meta-delete`: labels are sets, and nothing changes unseen."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MemoryTrail

from hygie.api.operations.labels import LABELS, with_labels, without_labels
from hygie.store.store import Store

TAG = {"system": "urn:tags", "code": "lost", "display": "Perdu"}
SECRET = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
PROFILE = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
PATIENT = {"resourceType": "Patient", "id": "p", "meta": {"tag": [TAG]}}


def parameters(meta: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def labels(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    found = response.json().get("parameter", [{"name": "return", "valueMeta": {}}])
    assert [one["name"] for one in found] == ["return"]
    return {name: value for name, value in found[0]["valueMeta"].items() if name in LABELS}


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await client.put("/Patient/p", json=PATIENT)).status_code == 201
    return client


async def test_labels_are_told_at_each_level(stored: httpx.AsyncClient) -> None:
    """Danger: a confidentiality that is in use and that nobody is told of."""
    basic = {"resourceType": "Basic", "code": {"text": "a"}, "meta": {"security": [SECRET]}}
    assert (await stored.post("/Basic", json=basic)).status_code == 201
    twin = {**PATIENT, "id": "q", "meta": {"tag": [{**TAG, "display": "Lost"}]}}
    assert (await stored.put("/Patient/q", json=twin)).status_code == 201
    assert labels(await stored.get("/Patient/p/$meta")) == {"tag": [TAG]}
    of_type = labels(await stored.get("/Patient/$meta"))
    assert [tag["code"] for tag in of_type["tag"]] == ["lost"]
    whole = labels(await stored.get("/$meta"))
    assert whole["security"] == [SECRET]
    assert len(whole["tag"]) == 1
    assert labels(await stored.get("/Observation/$meta")) == {}
    assert (await stored.get("/Patient/none/$meta")).status_code == 404


async def test_labels_are_added_once_and_taken_away(stored: httpx.AsyncClient) -> None:
    """Danger: a label twice, lost, or that stays when it was taken away."""
    added = await stored.post(
        "/Patient/p/$meta-add",
        json=parameters({"security": [SECRET], "tag": [{**TAG, "display": "x"}]}),
    )
    assert labels(added) == {"security": [SECRET], "tag": [TAG]}
    assert added.headers["etag"] == 'W/"2"'
    assert labels(await stored.get("/Patient/p/$meta")) == {"security": [SECRET], "tag": [TAG]}
    found = (await stored.get(f"/Patient?_security={SECRET['system']}|R")).json()
    assert len(found["entry"]) == 1
    gone = {"tag": [{"system": "urn:tags", "code": "lost", "version": "7"}]}
    removed = await stored.post("/Patient/p/$meta-delete", json=parameters(gone))
    assert labels(removed) == {"security": [SECRET]}
    again = await stored.post("/Patient/p/$meta-delete", json=parameters(gone))
    assert (labels(again), again.headers["etag"]) == ({"security": [SECRET]}, 'W/"3"')
    assert "entry" not in (await stored.get("/Patient?_tag=urn:tags|lost")).json()
    assert (await stored.get("/Patient/p/_history/1")).json()["meta"]["tag"] == [TAG]


async def test_a_profile_that_does_not_hold_is_not_added(stored: httpx.AsyncClient) -> None:
    """Danger: a resource that says of itself what is not so."""
    answer = await stored.post("/Patient/p/$meta-add", json=parameters({"profile": [PROFILE]}))
    assert answer.status_code == 422
    assert (await stored.get("/Patient/p")).json()["meta"]["versionId"] == "1"


async def test_a_version_that_was_overtaken(stored: httpx.AsyncClient) -> None:
    """Danger: labels put on a version that its author did not see."""
    body = parameters({"security": [SECRET]})
    for tag, status in (('W/"7"', 412), ('W/"1"', 200)):
        answer = await stored.post("/Patient/p/$meta-add", json=body, headers={"If-Match": tag})
        assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Parameters"},
        {"resourceType": "Patient"},
        parameters(None),
        parameters({"tag": TAG}),
        parameters({"tag": ["a"]}),
        parameters({"profile": [1]}),
        {"resourceType": "Parameters", "parameter": [{"name": "other", "valueMeta": {}}]},
        {"resourceType": "Parameters", "parameter": parameters({})["parameter"] * 2},
    ],
)
async def test_bad_input(stored: httpx.AsyncClient, body: Any) -> None:
    """Danger: a label that was meant, and dropped."""
    for name in ("add", "delete"):
        answer = await stored.post(f"/Patient/p/$meta-{name}", json=body)
        assert answer.status_code == 400
        assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "meta.input"


@pytest.mark.parametrize(
    ("scopes", "method", "url", "status"),
    [
        ("system/Patient.r", "GET", "/Patient/p/$meta", 200),
        ("system/Patient.s", "GET", "/Patient/p/$meta", 403),
        ("system/Patient.r", "GET", "/Patient/$meta", 403),
        ("system/Patient.s", "GET", "/Patient/$meta", 200),
        ("system/Patient.s", "GET", "/$meta", 403),
        ("system/*.s", "GET", "/$meta", 200),
        ("system/Patient.r", "POST", "/Patient/p/$meta-add", 403),
        ("system/Patient.u", "POST", "/Patient/p/$meta-delete", 403),
        ("system/Patient.ru", "POST", "/Patient/p/$meta-add", 200),
    ],
)
async def test_rights(
    stored: httpx.AsyncClient, asking: Any, scopes: str, method: str, url: str, status: int
) -> None:
    """Danger: labels, which tell much, read or changed by whoever may not."""
    async with asking(scopes) as client:
        content = parameters({"security": [SECRET]}) if method == "POST" else None
        assert (await client.request(method, url, json=content)).status_code == status


async def test_all_is_on_record(stored: httpx.AsyncClient, trail: MemoryTrail) -> None:
    """Danger: a whole type read without a trace."""
    before = len(trail.entries)
    await stored.get("/Patient/$meta")
    await stored.post("/Patient/p/$meta-add", json=parameters({"security": [SECRET]}))
    entries = [(e.action, e.type, e.detail) for e in trail.entries[before:]]
    assert entries[0] == ("view", "Patient", "$meta")
    assert [action for action, _, _ in entries[1:]] == ["read", "update"]


@pytest.mark.parametrize("limit", ["MAX_META_RESOURCES", "MAX_META_LABELS"])
async def test_bounds(
    stored: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Danger: one request that reads, or fills, without end."""
    monkeypatch.setattr(f"hygie.api.operations.gathering.{limit}", 0)
    assert (await stored.get("/Patient/$meta")).status_code == 413


async def test_types_that_are_there(store: Store, stored: httpx.AsyncClient) -> None:
    """Danger: a type passed over."""
    assert "Patient" in await store.kinds()


CODINGS = st.fixed_dictionaries(
    {"system": st.sampled_from("ab"), "code": st.sampled_from("xyz")},
    optional={"display": st.sampled_from("12")},
)
METAS = st.fixed_dictionaries(
    {},
    optional={
        "profile": st.lists(st.sampled_from(["u1", "u2", "u3"]), min_size=1, unique=True),
        "tag": st.lists(CODINGS, min_size=1, max_size=4),
        "security": st.lists(CODINGS, min_size=1, max_size=4),
    },
)


def identities(meta: dict[str, Any]) -> set[Any]:
    return {
        (name, item if name == "profile" else (item["system"], item["code"]))
        for name in LABELS
        for item in meta.get(name, ())
    }


@given(METAS, METAS)
def test_labels_are_sets(meta: dict[str, Any], given_: dict[str, Any]) -> None:
    """Danger: an operation that adds or takes what it was not asked to."""
    added = with_labels(meta, given_)
    assert identities(added) == identities(meta) | identities(given_)
    assert with_labels(added, given_) == added
    removed = without_labels(meta, given_)
    assert identities(removed) == identities(meta) - identities(given_)
    assert without_labels(removed, given_) == removed
    assert all(removed.get(name) != [] for name in LABELS)


def test_extensions_of_a_profile_go_with_it() -> None:
    """Danger: an extension that ends up on another profile."""
    meta = {"profile": ["a", "b", "c"], "_profile": [None, {"id": "b"}]}
    assert without_labels(meta, {"profile": ["a"]}) == {
        "profile": ["b", "c"], "_profile": [{"id": "b"}],
    }  # fmt: skip
    assert without_labels(meta, {"profile": ["b"]}) == {"profile": ["a", "c"]}
