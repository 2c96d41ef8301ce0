"""Guards against a search by a value set, or by a hierarchy, that is read as another."""

from typing import Any

import httpx
import pytest

BIRDS = "http://hospital.test/birds"
SONG = "http://hospital.test/song"


def concept(code: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "display": code} | ({"concept": list(children)} if children else {})


@pytest.fixture
async def birds(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A hierarchy, a set of it, and an observation of each bird; one of two; one of none."""
    system = {
        "resourceType": "CodeSystem", "url": BIRDS, "status": "active", "content": "complete",
        "caseSensitive": True, "hierarchyMeaning": "is-a",
        "concept": [concept("bird", concept("song", concept("robin"), concept("wren")),
                            concept("owl"))],
    }  # fmt: skip
    of_song = {
        "resourceType": "ValueSet", "url": SONG, "status": "active",
        "compose": {"include": [{"system": BIRDS, "filter": [
            {"property": "concept", "op": "is-a", "value": "song"}]}]},
    }  # fmt: skip
    for definition in (system, of_song):
        answer = await client.post(f"/{definition['resourceType']}", json=definition)
        assert answer.status_code == 201, answer.text
    for name, codes in (
        ("bird", ["bird"]), ("song", ["song"]), ("robin", ["robin"]), ("owl", ["owl"]),
        ("both", ["owl", "wren"]), ("none", []),
    ):  # fmt: skip
        coding = [{"system": BIRDS, "code": code} for code in codes]
        code = {"text": name} | ({"coding": coding} if coding else {})
        seen = {"resourceType": "Observation", "id": name, "status": "final", "code": code}
        answer = await client.put(f"/Observation/{name}", json=seen)
        assert answer.status_code == 201, answer.text
    return client


async def found(client: httpx.AsyncClient, query: str) -> set[str]:
    answer = await client.get(f"/Observation?{query}")
    assert answer.status_code == 200, answer.text
    return {entry["resource"]["id"] for entry in answer.json().get("entry", [])}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (f"code:in={SONG}", {"song", "robin", "both"}),
        (f"code:not-in={SONG}", {"bird", "owl", "none"}),
        (f"code:below={BIRDS}|song", {"song", "robin", "both"}),
        (f"code:below={BIRDS}|robin,{BIRDS}|owl", {"robin", "owl", "both"}),
        (f"code:above={BIRDS}|robin", {"robin", "song", "bird"}),
        (f"code:in={SONG}&code:above={BIRDS}|owl", {"both"}),
    ],
)
async def test_codes_are_those_of_terminology(
    birds: httpx.AsyncClient, query: str, names: set[str]
) -> None:
    """Danger: a record left out, or one too many, because a hierarchy was read upside down."""
    assert await found(birds, query) == names


async def test_a_chain_asks_terminology_as_well(birds: httpx.AsyncClient) -> None:
    """Danger: what stands within a chain is compared as a code."""
    report = {
        "resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "x"},
        "result": [{"reference": "Observation/robin"}],
    }  # fmt: skip
    assert (await birds.put("/DiagnosticReport/r", json=report)).status_code == 201
    answer = await birds.get(f"/DiagnosticReport?result:Observation.code:in={SONG}")
    assert [entry["resource"]["id"] for entry in answer.json()["entry"]] == ["r"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("code:in=http://hospital.test/unknown", 422),
        (f"code:below={BIRDS}|dragon", 422),
        ("code:below=robin", 400),
        ("code:in=robin", 400),
        ("subject:below=Patient/x", 400),
    ],
)  # fmt: skip
async def test_what_is_not_known_is_refused(
    birds: httpx.AsyncClient, query: str, status: int
) -> None:
    """Danger: an empty answer that looks like "there is none"."""
    answer = await birds.get(f"/Observation?{query}")
    assert answer.status_code == status, answer.text


async def test_a_condition_of_a_write_does_not_ask_terminology(birds: httpx.AsyncClient) -> None:
    """Danger: a conditional write that looks for other codes than its criteria say."""
    answer = await birds.delete(f"/Observation?code:below={BIRDS}|song")
    assert answer.status_code == 400, answer.text
