"""Terminology asked as clients ask it."""

import json

import httpx

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator

FHIR = {"Content-Type": "application/fhir+json"}
GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
OWN = {
    "resourceType": "ValueSet", "url": "http://example.org/vs", "status": "active",
    "compose": {"include": [{
        "system": "http://hl7.org/fhir/administrative-gender", "concept": [{"code": "male"}]
    }]},
}  # fmt: skip


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["expansion"].get("contains", [])]


async def test_a_value_set_is_expanded_by_get_and_by_post(client: httpx.AsyncClient) -> None:
    """Danger: a client that follows the specification gets no list to choose from."""
    got = await client.get("/ValueSet/$expand", params={"url": GENDER})
    assert sorted(codes(got)) == ["female", "male", "other", "unknown"]
    asked = {"resourceType": "Parameters", "parameter": [{"name": "url", "valueUri": GENDER}]}
    posted = await client.post("/ValueSet/$expand", content=json.dumps(asked), headers=FHIR)
    assert sorted(codes(posted)) == sorted(codes(got))
    names = {answer.json()["expansion"]["identifier"] for answer in (got, posted)}
    assert len(names) == 2


async def test_a_stored_set_is_expanded_by_its_id_and_by_its_url(
    client: httpx.AsyncClient,
) -> None:
    """Danger: what the establishment defined itself is not known to its own server."""
    made = await client.post("/ValueSet", content=json.dumps(OWN), headers=FHIR)
    assert made.status_code == 201
    assert codes(await client.get(f"/ValueSet/{made.json()['id']}/$expand")) == ["male"]
    by_url = await client.get("/ValueSet/$expand", params={"url": OWN["url"]})
    assert codes(by_url) == ["male"]


async def test_what_is_not_known_is_named(client: httpx.AsyncClient) -> None:
    """Danger: an empty list is taken for "nothing fits"."""
    answer = await client.get("/ValueSet/$expand", params={"url": "http://example.org/none"})
    assert answer.status_code in (404, 422)
    [issue] = answer.json()["issue"]
    assert "http://example.org/none" in issue["details"]["text"]


async def test_terminology_is_read_only_with_a_scope_for_it(asking) -> None:
    """Danger: a token for results reads what was not given to it."""
    async with asking("system/Observation.rs") as narrow:
        answer = await narrow.get("/ValueSet/$expand", params={"url": GENDER})
    assert answer.status_code == 403


async def test_a_body_that_is_no_parameters_is_refused(client: httpx.AsyncClient) -> None:
    """Danger: a value set sent in place of parameters is taken for none."""
    answer = await client.post("/ValueSet/$expand", content=json.dumps(OWN), headers=FHIR)
    assert answer.status_code == 400


async def test_a_code_is_checked_looked_up_and_compared(client: httpx.AsyncClient) -> None:
    """Danger: an operation is listed, and answers otherwise over HTTP than the engine does."""
    gender = "http://hl7.org/fhir/administrative-gender"
    asked = {"url": GENDER, "system": gender, "code": "male"}
    checked = (await client.get("/ValueSet/$validate-code", params=asked)).json()
    assert {"name": "result", "valueBoolean": True} in checked["parameter"]
    wrong = (await client.get("/ValueSet/$validate-code", params=asked | {"code": "x"})).json()
    assert {"name": "result", "valueBoolean": False} in wrong["parameter"]
    of_system = {"url": gender, "code": "male"}
    checked = (await client.get("/CodeSystem/$validate-code", params=of_system)).json()
    assert {"name": "result", "valueBoolean": True} in checked["parameter"]
    found = await client.get("/CodeSystem/$lookup", params={"system": gender, "code": "male"})
    assert {"name": "display", "valueString": "Male"} in found.json()["parameter"]
    same = {"system": gender, "codeA": "male", "codeB": "male"}
    compared = (await client.get("/CodeSystem/$subsumes", params=same)).json()
    assert compared["parameter"] == [{"name": "outcome", "valueCode": "equivalent"}]


async def test_accept_language_chooses_the_words(client: httpx.AsyncClient) -> None:
    """Danger: a French reader gets English words where there are French ones."""
    system = {
        "resourceType": "CodeSystem", "url": "http://example.org/cs", "status": "active",
        "content": "complete", "language": "en",
        "concept": [{"code": "a", "display": "Heart", "designation": [
            {"language": "fr", "value": "Cœur"}
        ]}],
    }  # fmt: skip
    assert (await client.post("/CodeSystem", json=system, headers=FHIR)).status_code == 201
    asked = {"system": "http://example.org/cs", "code": "a"}
    for language, word in (("fr", "Cœur"), ("en", "Heart"), ("", "Cœur")):
        headers = {"Accept-Language": language}
        found = await client.get("/CodeSystem/$lookup", params=asked, headers=headers)
        assert {"name": "display", "valueString": word} in found.json()["parameter"], language


async def test_what_terminology_can_do_is_said_truthfully(client: httpx.AsyncClient) -> None:
    """Danger: a client is promised a nomenclature, or a parameter, that is not there."""
    answer = await client.get("/metadata", params={"mode": "terminology"})
    assert answer.status_code == 200
    stated = decode(answer.content)
    assert base_validator().validate(stated) == []
    for one in (stated["codeSystem"][0], stated["codeSystem"][-1]):
        asked = {"system": one["uri"], "code": "no such code"}
        found = await client.get("/CodeSystem/$lookup", params=asked)
        assert "no such code" in found.text
    other = await client.get("/metadata", params={"mode": "normative"})
    assert other.status_code == 400


TREE = {
    "resourceType": "CodeSystem", "url": "http://example.org/tree", "status": "active",
    "content": "complete", "hierarchyMeaning": "is-a",
    "concept": [{"code": "animal", "concept": [{"code": "dog"}, {"code": "cat"}]}],
}  # fmt: skip


async def closed(client: httpx.AsyncClient, *codes: str, **more: str) -> httpx.Response:
    coding = {"system": "http://example.org/tree"}
    sent = [{"name": "name", "valueString": "mine"}]
    sent += [{"name": "concept", "valueCoding": coding | {"code": code}} for code in codes]
    sent += [{"name": name, "valueString": value} for name, value in more.items()]
    return await client.post("/$closure", json={"resourceType": "Parameters", "parameter": sent})


def pairs(answer: httpx.Response) -> list[tuple[str, str, str]]:
    assert answer.status_code == 200, answer.text
    return [
        (element["code"], target["equivalence"], target["code"])
        for group in answer.json().get("group", [])
        for element in group["element"]
        for target in element["target"]
    ]


async def test_a_closure_table_grows_and_is_told_again(asking) -> None:
    """Danger: a client's table of what is a kind of what has holes after it lost an answer."""
    async with asking("system/*.cruds") as client:
        assert (await client.post("/CodeSystem", json=TREE)).status_code == 201
        assert (await closed(client, "dog")).status_code == 404
        assert pairs(await closed(client)) == []
        assert pairs(await closed(client, "animal")) == []
        second = await closed(client, "dog")
        assert pairs(second) == [("dog", "subsumes", "animal")]
        third = await closed(client, "cat", "dog")
        assert pairs(third) == [("cat", "subsumes", "animal")]
        again = await closed(client, version="2")
        assert sorted(pairs(again)) == [
            ("cat", "subsumes", "animal"), ("dog", "subsumes", "animal"),
        ]  # fmt: skip
        assert again.json()["version"] == third.json()["version"] == "4"
        assert (await closed(client, version="9")).status_code == 404


async def test_a_closure_table_is_its_clients_own(asking, store) -> None:
    """Danger: one client sees, or fills, the table of another; codes are readable on disk."""
    async with asking("system/*.cruds") as client:
        await client.post("/CodeSystem", json=TREE)
        await closed(client)
        await closed(client, "animal")
    rows = await store.pool.fetch("SELECT sealed FROM hygie.closure")
    assert all(b"animal" not in row["sealed"] for row in rows)


async def test_codes_are_translated_by_a_stored_map(client: httpx.AsyncClient) -> None:
    """Danger: a decision of the establishment is not used by those who translate."""
    target = {"code": "male", "equivalence": "equivalent"}
    group = {
        "source": "urn:oid:1.2.3", "target": "http://hl7.org/fhir/administrative-gender",
        "element": [{"code": "H", "target": [target]}],
    }  # fmt: skip
    concept_map = {
        "resourceType": "ConceptMap", "url": "http://example.org/map", "status": "active",
        "group": [group],
    }  # fmt: skip
    assert (await client.post("/ConceptMap", json=concept_map)).status_code == 201
    asked = {"url": "http://example.org/map", "system": "urn:oid:1.2.3", "code": "H"}
    answer = (await client.get("/ConceptMap/$translate", params=asked)).json()
    assert {"name": "result", "valueBoolean": True} in answer["parameter"]
    assert '"male"' in json.dumps(answer)
