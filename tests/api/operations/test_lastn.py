"""Guards `$lastn`: the last value of each kind, and never an older one in its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import MemoryTrail

from hygie.api.operations.latest import Latest
from hygie.store.contract import StoredResource

LOINC = "http://loinc.org"
VITAL = "http://terminology.hl7.org/CodeSystem/observation-category"
START = datetime(2026, 1, 1, tzinfo=UTC)


def observation(codes: list[str], hour: int, patient: str = "p", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": VITAL, "code": "vital-signs"}]}],
        "code": {"coding": [{"system": LOINC, "code": code} for code in codes]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": (START + timedelta(hours=hour)).isoformat(),
    } | more


async def stored(client: httpx.AsyncClient, *observations: dict[str, Any]) -> None:
    entries = [
        {"resource": one, "request": {"method": "POST", "url": "Observation"}}
        for one in observations
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answer = await client.post("/", json=bundle)
    assert all(e["response"]["status"].startswith("201") for e in answer.json()["entry"])


async def lastn(client: httpx.AsyncClient, query: str) -> list[tuple[str, int]]:
    """First code and hour of each."""
    answer = await client.get(f"/Observation/$lastn?{query}")
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    resources = [entry["resource"] for entry in bundle.get("entry", [])]
    assert bundle["total"] == len(resources)
    return [
        (
            one["code"]["coding"][0]["code"],
            (datetime.fromisoformat(one["effectiveDateTime"]) - START) // timedelta(hours=1),
        )
        for one in resources
    ]


async def test_the_last_of_each_code_is_given(
    client: httpx.AsyncClient, trail: MemoryTrail
) -> None:
    """Danger: an old weight, or another patient's, by which a dose is reckoned."""
    given = [observation(["a"], hour) for hour in (3, 1, 2)]
    given += [observation(["b"], 9), observation(["a"], 99, patient="q"), observation(["c"], 5)]
    await stored(client, *given)
    asked = "patient=p&category=vital-signs"
    assert await lastn(client, asked) == [("b", 9), ("c", 5), ("a", 3)]
    assert await lastn(client, f"{asked}&max=2") == [("b", 9), ("c", 5), ("a", 3), ("a", 2)]
    assert await lastn(client, "subject=Patient/p&code=a,b&max=9") == [
        ("b", 9), ("a", 3), ("a", 2), ("a", 1),
    ]  # fmt: skip
    earlier = f"{asked}&date=lt{(START + timedelta(hours=3)).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    assert await lastn(client, earlier) == [("a", 2)]
    assert await lastn(client, "patient=nobody&category=vital-signs") == []
    assert any(entry.action == "search" for entry in trail.entries)


async def test_translations_are_one_kind(client: httpx.AsyncClient) -> None:
    """Danger: last week's glucose beside today's, because another laboratory named it otherwise."""
    await stored(client, observation(["x", "loinc"], 2), observation(["loinc"], 1))
    assert await lastn(client, "patient=p&category=vital-signs") == [("x", 2)]


async def test_texts_alone_are_told_apart(client: httpx.AsyncClient) -> None:
    """Danger: observations without a code taken for one another."""
    texts = [observation([], hour, code={"text": text}) for hour, text in ((1, "A"), (2, "B"))]
    await stored(client, *texts, observation([], 3, code={"text": "B"}))
    answer = await client.get("/Observation/$lastn?patient=p&category=vital-signs")
    found = [entry["resource"]["code"]["text"] for entry in answer.json()["entry"]]
    assert found == ["B", "A"]


async def test_rare_codes_are_found_behind_many(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a rare value missed because a common one fills the pages before it."""
    small = (("_sort", "-date"), ("_count", "5"))
    monkeypatch.setattr("hygie.api.operations.lastn.NEWEST_FIRST", small)
    common = [observation(["a"], hour) for hour in range(20, 60)]
    rare = [observation(["b", "c"], 7), observation(["c"], 6), observation(["d"], 1)]
    await stored(client, *common, *rare)
    assert await lastn(client, "patient=p&category=vital-signs") == [("a", 59), ("b", 7), ("d", 1)]
    assert await lastn(client, "patient=p&category=vital-signs&max=2") == [
        ("a", 59), ("a", 58), ("b", 7), ("c", 6), ("d", 1),
    ]  # fmt: skip
    monkeypatch.setattr("hygie.api.operations.lastn.MAX_LASTN_READ", 10)
    answer = await client.get("/Observation/$lastn?patient=p&category=vital-signs&max=50")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        "category=vital-signs",
        "patient=p",
        "patient=p,q&category=vital-signs",
        "patient=p&patient=q&category=vital-signs",
        "patient.name=x&category=vital-signs",
        "patient=p&category=vital-signs&max=0",
        "patient=p&category=vital-signs&max=x",
        "patient=p&category=vital-signs&max=1&max=2",
        "patient=p&category=vital-signs&_sort=code",
        "patient=p&category=vital-signs&_include=Observation:patient",
        "patient=p&category=vital-signs&_summary=count",
        "patient=p&category=vital-signs&nothing=x",
    ],
)
async def test_what_cannot_be_answered_is_refused(client: httpx.AsyncClient, query: str) -> None:
    """Danger: an answer to another question than the one that was asked."""
    assert (await client.get(f"/Observation/$lastn?{query}")).status_code == 400


async def test_it_takes_the_right_to_search(asking: Any) -> None:
    """Danger: measurements given to who may not search them."""
    async with asking("system/Observation.r") as other:
        answer = await other.get("/Observation/$lastn?patient=p&category=vital-signs")
    assert answer.status_code == 403


CODES = st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True)


@given(st.lists(CODES, max_size=30), st.integers(1, 3), st.integers(1, 7))
def test_leaving_out_what_is_full_changes_nothing(
    stream: list[list[str]], most: int, size: int
) -> None:
    """Danger: an answer that depends on how many observations were read at a time."""
    every = [
        StoredResource(
            type="Observation", id=str(number), version=1, updated=START,
            body=msgspec.json.encode(observation(codes, 0)),
        )
        for number, codes in enumerate(stream)
    ]  # fmt: skip
    plain = Latest(most)
    for one in every:
        plain.take(one)
    paged, left = Latest(most), list(zip(every, stream, strict=True))
    while left:
        for one, _ in left[:size]:
            paged.take(one)
        full = {code for _, code in paged.full()}
        left = [pair for pair in left[size:] if not full & set(pair[1])]
    assert paged.found() == plain.found()
    seen = {code for codes in stream for code in codes}
    given_codes = {code for one in plain.found() for code in stream[int(one.id)]}
    assert all(code in given_codes for code in seen if [code] in stream)
