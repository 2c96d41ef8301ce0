"""Guards against a definition that is taken and cannot work, or works and is not listed."""

from typing import Any

import httpx
import pytest

from hygie.store.parameters.keeper import Keeper
from hygie.store.store import Store

EYES: dict[str, Any] = {
    "resourceType": "SearchParameter", "url": "http://hospital.test/sp/eyes", "name": "eyes",
    "status": "active", "description": "The colour of eyes", "code": "eyes", "base": ["Patient"],
    "type": "token", "expression": "Patient.extension('http://hospital.test/eyes').value",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"expression": "Patient.nothing"}, "search-parameter.yield"),
        ({"expression": "Patient.name |"}, "fhirpath.syntax"),
        ({"expression": "Patient.descendants()"}, "search-parameter.expression"),
        ({"code": "gender"}, "search-parameter.taken"),
        ({"type": "special"}, "search-parameter.type"),
    ],
)
async def test_what_could_not_be_searched_by_is_refused(
    client: httpx.AsyncClient, said: dict[str, Any], rule: str
) -> None:
    """Danger: a definition accepted in silence, that nothing will ever be found by."""
    answer = await client.post("/SearchParameter", json=EYES | said)
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == rule
    draft = await client.post("/SearchParameter", json=EYES | said | {"status": "draft"})
    assert draft.status_code == 201 or rule == "fhirpath.syntax", draft.text


async def test_it_is_listed_once_it_is_answered(client: httpx.AsyncClient, store: Store) -> None:
    """Danger: a statement that promises a search which is refused, or hides one that works."""
    assert (await client.post("/SearchParameter", json=EYES)).status_code == 201
    keeper = Keeper(store, settle_seconds=0)
    await keeper.look()
    await store.vault.rules.learn()
    assert "eyes" not in await listed(client)
    asked = await client.get("/Patient?eyes=green")
    assert asked.status_code == 400
    assert "0 %" in asked.text
    await keeper.until_done()
    await store.vault.rules.learn()
    assert "eyes" in await listed(client)
    assert (await client.get("/Patient?eyes=green")).status_code == 200
    twice = await client.post("/SearchParameter", json=EYES | {"url": "http://hospital.test/other"})
    assert twice.status_code == 422


async def listed(client: httpx.AsyncClient) -> set[str]:
    (rest,) = (await client.get("/metadata")).json()["rest"]
    (patient,) = (one for one in rest["resource"] if one["type"] == "Patient")
    return {one["name"] for one in patient["searchParam"]}
