"""Guards `$graphql`: the graph that was asked for, of what may be read, and nothing besides."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest
from tests.conftest import MemoryTrail

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "identifier": [{"system": "urn:oid:1.2.36", "value": "12345"}],
    "name": [
        {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
        {"use": "usual", "given": ["Jim"]},
        {"use": "maiden", "family": "Windsor", "given": ["Peter", "James"]},
    ],
    "birthDate": "1974-12-25",
    "_birthDate": {"extension": [{"url": "urn:t", "valueDateTime": "1974-12-25T14:35:45Z"}]},
    "contact": [{"gender": "female", "name": {"text": "A"}}],
    "multipleBirthInteger": 2,
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p"},
    "code": {"text": "Asthme"},
    "contained": [{"resourceType": "Practitioner", "id": "dr", "active": True}],
    "asserter": {"reference": "#dr"},
    "recorder": {"reference": "Practitioner/none"},
    "clinicalStatus": {
        "coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
        ]
    },
}


@pytest.fixture
async def stored(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for one in (PATIENT, CONDITION, {**CONDITION, "id": "c2", "code": {"text": "Toux"}}):
        response = await client.put(f"/{one['resourceType']}/{one['id']}", json=one)
        assert response.status_code == 201, response.text
    return client


async def data(client: httpx.AsyncClient, url: str, query: str, **variables: Any) -> Any:
    asked = {"query": query, "variables": variables}
    response = await client.post(f"{url}/$graphql", json=asked)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()["data"]


# --- one resource: the examples of R4 graphql.html --------------------------------------------
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{name{family given}}",
         {"name": [{"family": "Chalmers", "given": ["Peter", "James"]}, {"given": ["Jim"]},
                   {"family": "Windsor", "given": ["Peter", "James"]}]}),
        ("{birthDate _birthDate{extension{valueDateTime}}}",
         {"birthDate": "1974-12-25",
          "_birthDate": {"extension": [{"valueDateTime": "1974-12-25T14:35:45Z"}]}}),
        ("{name(use: official){family}}", {"name": [{"family": "Chalmers"}]}),
        ('{name(use: "usual"){given}}', {"name": [{"given": ["Jim"]}]}),
        ("{name(_count: 1, _offset: 1){given}}", {"name": [{"given": ["Jim"]}]}),
        ("{name(use: old){given}}", {}),
        ("{call: active, active, resourceType, __typename, id}",
         {"call": True, "active": True, "resourceType": "Patient", "__typename": "Patient",
          "id": "p"}),
        ("{name(use: official){family} name(use: official){given}}",
         {"name": [{"family": "Chalmers", "given": ["Peter", "James"]}]}),
        ("{contact{__typename gender} multipleBirthInteger photo{url}}",
         {"contact": [{"__typename": "PatientContact", "gender": "female"}],
          "multipleBirthInteger": 2}),
        ("{identifier @flatten{system value} active name @flatten{text given family}}",
         {"system": ["urn:oid:1.2.36"], "value": ["12345"], "active": True,
          "given": ["Peter", "James", "Jim", "Peter", "James"],
          "family": ["Chalmers", "Windsor"]}),
        ("{active name @flatten{text given @first family}}",
         {"active": True, "given": ["Peter", "Jim", "Peter"], "family": ["Chalmers", "Windsor"]}),
        ("""{identifier @flatten{system @singleton value @singleton} active
         name @flatten @first{text given family @singleton}}""",
         {"system": "urn:oid:1.2.36", "value": "12345", "active": True,
          "given": ["Peter", "James"], "family": "Chalmers"}),
        ('{name @flatten @slice(path: "use"){given family @singleton}}',
         {"given.official": ["Peter", "James"], "family.official": "Chalmers",
          "given.usual": ["Jim"], "given.maiden": ["Peter", "James"],
          "family.maiden": "Windsor"}),
        ('{name @flatten @slice(path: "$index"){given family @singleton}}',
         {"given.0": ["Peter", "James"], "family.0": "Chalmers", "given.1": ["Jim"],
          "given.2": ["Peter", "James"], "family.2": "Windsor"}),
        ("{name @first{given}}", {"name": {"given": ["Peter", "James"]}}),
        ("{active @skip(if: true) id @include(if: true)}", {"id": "p"}),
        ("""{...on Patient{id} ...on Group{name} ...on DomainResource{active} ...part}
         fragment part on Patient{birthDate ...part}""",
         {"id": "p", "active": True, "birthDate": "1974-12-25"}),
    ],
)  # fmt: skip
async def test_a_part_of_a_resource(stored: httpx.AsyncClient, query: str, expected: Any) -> None:
    """Danger: another graph than the specification's."""
    assert await data(stored, "/Patient/p", query) == expected


async def test_every_way_of_asking(stored: httpx.AsyncClient) -> None:
    """Danger: a client whose way is refused, or understood otherwise."""
    query = "query a($use: code){name(use: $use){given}} query b{id}"
    variables = {"use": "usual"}
    by_get = {"query": query, "operationName": "a", "variables": json.dumps(variables)}
    by_post = {"query": query, "operationName": "a", "variables": variables}
    raw = {
        "content": "{name(use: usual){given}}",
        "headers": {"Content-Type": "application/graphql"},
    }
    for response in (
        await stored.get("/Patient/p/$graphql", params=by_get),
        await stored.post("/Patient/p/$graphql", json=by_post),
        await stored.post("/Patient/p/$graphql", **raw),
    ):
        assert response.json() == {"data": {"name": [{"given": ["Jim"]}]}}


async def test_decimals_keep_their_digits(stored: httpx.AsyncClient) -> None:
    """Danger: a measure of another precision."""
    content = (
        b'{"resourceType":"Observation","id":"o","status":"final","code":{"text":"a"},'
        b'"valueQuantity":{"value":72.50}}'
    )
    headers = {"Content-Type": "application/fhir+json"}
    assert (await stored.put("/Observation/o", content=content, headers=headers)).status_code == 201
    answer = await stored.post("/Observation/o/$graphql", json={"query": "{valueQuantity{value}}"})
    assert answer.content == b'{"data":{"valueQuantity":{"value":72.50}}}'


# --- other resources --------------------------------------------------------------------------
async def test_references(stored: httpx.AsyncClient) -> None:
    """Danger: the wrong resource, or one that was not asked for."""
    query = "{id subject{reference resource{...on Patient{birthDate}...on Group{name}}}}"
    assert await data(stored, "/Condition/c1", query) == {
        "id": "c1", "subject": {"reference": "Patient/p", "resource": {"birthDate": "1974-12-25"}},
    }  # fmt: skip
    query = "{subject{resource(type: Group){name} resource(type: Patient){id}}}"
    assert await data(stored, "/Condition/c1", query) == {"subject": {"resource": {"id": "p"}}}
    query = "{asserter{resource{...on Practitioner{active}}} contained{...on Practitioner{id}}}"
    assert await data(stored, "/Condition/c1", query) == {
        "asserter": {"resource": {"active": True}}, "contained": [{"id": "dr"}],
    }  # fmt: skip
    query = "{id recorder{reference resource(optional: true){id}}}"
    assert await data(stored, "/Condition/c1", query) == {
        "id": "c1", "recorder": {"reference": "Practitioner/none"},
    }  # fmt: skip


async def test_reverse_references(stored: httpx.AsyncClient) -> None:
    """Danger: conditions of somebody else."""
    other = {**CONDITION, "id": "c3", "subject": {"reference": "Patient/q"}}
    assert (await stored.put("/Condition/c3", json=other)).status_code == 201
    query = "{active ConditionList(_reference: patient, _sort: _id){id code{text}}}"
    assert await data(stored, "/Patient/p", query) == {
        "active": True,
        "ConditionList": [
            {"id": "c1", "code": {"text": "Asthme"}}, {"id": "c2", "code": {"text": "Toux"}},
        ],
    }  # fmt: skip
    query = "{ConditionConnection(_reference: patient){count edges{mode resource{id}}}}"
    found = (await data(stored, "/Patient/p", query))["ConditionConnection"]
    assert found["count"] == 2
    assert sorted(edge["resource"]["id"] for edge in found["edges"]) == ["c1", "c2"]
    assert found["edges"][0]["mode"] == "match"


async def test_the_system_is_searched(stored: httpx.AsyncClient) -> None:
    """Danger: a search that finds others than the same search of the API."""
    assert await data(stored, "", "{Patient(id: p){id active}}") == {
        "Patient": {"id": "p", "active": True}
    }
    query = "{ConditionList(clinical_status: [active, relapse], patient: p, _sort: _id){id}}"
    assert await data(stored, "", query) == {"ConditionList": [{"id": "c1"}, {"id": "c2"}]}
    assert await data(stored, "", "{ConditionList(clinical_status: resolved){id}}") == {
        "ConditionList": []
    }
    query = '{a: PatientList(name: "chalm"){id} b: PatientList(name: "x,chalm"){id}}'
    assert await data(stored, "", query) == {"a": [{"id": "p"}], "b": []}


async def test_pages_of_a_search(stored: httpx.AsyncClient) -> None:
    """Danger: a page lost, or read twice."""
    part = "{count offset pagesize first next previous edges{resource{id}}}}"
    query = "{ConditionConnection(patient: p, _count: 1, _sort: _id)" + part
    first = (await data(stored, "", query))["ConditionConnection"]
    assert (first["count"], first["offset"], first["pagesize"]) == (2, 0, 1)
    assert first["edges"] == [{"resource": {"id": "c1"}}]
    query = "query q($at: ID){ConditionConnection(_cursor: $at)" + part
    second = (await data(stored, "", query, at=first["next"]))["ConditionConnection"]
    assert (second["offset"], second["edges"]) == (1, [{"resource": {"id": "c2"}}])
    assert "next" not in second
    again = (await data(stored, "", query, at=second["first"]))["ConditionConnection"]
    assert again["edges"] == first["edges"]


async def test_a_list_is_whole_or_refused(
    stored: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: what is beyond a page taken for what is not there."""
    room = "hygie.api.operations.graphql.reading"
    monkeypatch.setattr(f"{room}.MAX_PAGE", 1)
    assert len((await data(stored, "", "{ConditionList{id}}"))["ConditionList"]) == 2
    assert len((await data(stored, "", "{ConditionList(_count: 1){id}}"))["ConditionList"]) == 1
    monkeypatch.setattr(f"{room}.MAX_GRAPH_RESOURCES", 1)
    answer = await stored.post("/$graphql", json={"query": "{ConditionList{id}}"})
    assert answer.status_code == 413


# --- refusals, rights, traces, bounds ---------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "query", "status"),
    [
        ("/Patient/p", "{", 400),
        ("/Patient/p", "{colour}", 400),
        ("/Patient/p", "{name}", 400),
        ("/Patient/p", "{active{a}}", 400),
        ("/Patient/p", "{active(a: 1)}", 400),
        ("/Patient/p", '{name(fhirpath: "true"){given}}', 400),
        ("/Patient/p", "{name(period: a){given}}", 400),
        ("/Patient/p", "{name(_count: -1){given}}", 400),
        ("/Patient/p", "{name @singleton{given}}", 400),
        ("/Patient/p", "{name @other{given}}", 400),
        ("/Patient/p", '{name @slice(path: "a.b"){given}}', 400),
        ("/Patient/p", "{id @skip(if: maybe)}", 400),
        ("/Patient/p", "{...on Patent{id}}", 400),
        ("/Patient/p", "{...unknown}", 400),
        ("/Patient/p", "query($a: ID){name(use: $a){given}}", 400),
        ("/Patient/p", "mutation{PatientDelete(id: p){id}}", 400),
        ("/Patient/p", "query a{id} query b{id}", 400),
        ("/Patient/p", "{name @flatten{id: family} id}", 400),
        ("/Patient/p", "{ConditionList{id}}", 400),
        ("/Patient/p", "{ConditionList(_reference: colour){id}}", 400),
        ("/Patient/p", "{ConditionConnection(_cursor: a){count}}", 400),
        ("/Patient/none", "{id}", 404),
        ("/Condition/c1", "{recorder{resource{id}}}", 400),
        ("", "{id}", 400),
        ("", "{Patient{id}}", 400),
        ("", "{Patient(id: none){id}}", 404),
        ("", "{PatientList(colour: blue){id}}", 400),
        ("", '{PatientList(_include: "a"){id}}', 400),
        ("", "{PatientConnection(_cursor: a){count}}", 400),
        ("", "{PatientConnection{colour}}", 400),
        ("", "{__schema{types{name}}}", 400),
    ],
)
async def test_refusals(stored: httpx.AsyncClient, url: str, query: str, status: int) -> None:
    """Danger: a field, an argument or a directive that is dropped in silence."""
    answer = await stored.post(f"{url}/$graphql", json={"query": query})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    fault = answer.json()
    assert fault["data"] is None
    assert fault["errors"][0]["message"]
    assert fault["errors"][0]["extensions"]["resource"]["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("scopes", "url", "query", "status"),
    [
        ("system/Condition.r", "/Condition/c1", "{id}", 200),
        ("system/Condition.s", "/Condition/c1", "{id}", 403),
        ("system/Condition.r", "/Condition/c1", "{subject{resource{id}}}", 403),
        ("system/Condition.r", "/Condition/c1", "{subject{resource(optional: true){id}}}", 200),
        ("system/Patient.r", "", "{Patient(id: p){id}}", 200),
        ("system/Patient.r", "", "{PatientList{id}}", 403),
        ("system/Patient.s", "", "{PatientList{id}}", 200),
        ("system/Patient.r", "/Patient/p", "{ConditionList(_reference: patient){id}}", 403),
    ],
)
async def test_rights(
    stored: httpx.AsyncClient, asking: Any, scopes: str, url: str, query: str, status: int
) -> None:
    """Danger: a graph shows what reads and searches would refuse."""
    async with asking(scopes) as client:
        answer = await client.post(f"{url}/$graphql", json={"query": query})
    assert answer.status_code == status
    if status == 200:
        assert "birthDate" not in answer.text


async def test_every_read_is_on_record(stored: httpx.AsyncClient, trail: MemoryTrail) -> None:
    """Danger: somebody's data read through a graph without a trace."""
    before = len(trail.entries)
    query = "{subject{resource{id}} a: subject{resource{...on Patient{birthDate}}}}"
    await data(stored, "/Condition/c1", query)
    await data(stored, "", "{ConditionList(patient: p){id}}")
    entries = [(entry.action, entry.type) for entry in trail.entries[before:]]
    assert entries == [("read", "Condition"), ("read", "Patient"), ("search", "Condition")]


@pytest.mark.parametrize(
    "query",
    [
        "{" + "subject{resource{...on Condition{" * 300 + "id" + "}}}" * 300 + "}",
        "{" + "id " * 3_000 + "}",
        "{id}" + " " * 40_000,
        "{...a} " + "".join(f"fragment {x} on Condition{{...{y} ...{y} id}} "
                             for x, y in zip("abcdefghijklmnopqrstuvwx", "bcdefghijklmnopqrstuvwxy",
                                             strict=True)) + "fragment y on Condition{id}",
    ],
)  # fmt: skip
async def test_queries_are_bounded(stored: httpx.AsyncClient, query: str) -> None:
    """Danger: a short query that takes a processor for minutes."""
    answer = await stored.post("/Condition/c1/$graphql", json={"query": query})
    assert answer.status_code in (200, 400, 413)


@pytest.mark.parametrize("limit", ["execution.MAX_GRAPH_VALUES", "reading.MAX_GRAPH_READ_BYTES"])
async def test_what_it_takes_is_bounded(
    stored: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Danger: an answer that fills the memory; a chain of references without end."""
    monkeypatch.setattr(f"hygie.api.operations.graphql.{limit}", 5)
    answer = await stored.post("/Patient/p/$graphql", json={"query": "{name{given family}}"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "cursor",
    ['["Condition",[]', '{"type":1}', '["Patient",[["_id","p"]]]', '["Condition",[],"",-1]',
     '["Condition",[["_include","Condition:patient"]]]', '["Condition",[["colour","blue"]]]',
     '["Condition",[],"zzz"]', "é"],
)  # fmt: skip
async def test_cursors_of_somebody_elses_making(stored: httpx.AsyncClient, cursor: str) -> None:
    """Danger: a cursor made by hand that is a fault of the server, or asks for more."""
    query = "query a($at: ID){ConditionConnection(_cursor: $at){edges{resource{id}}}}"
    for at in (urlsafe_b64encode(cursor.encode()).decode(), cursor):
        asked = {"query": query, "variables": {"at": at}}
        answer = await stored.post("/$graphql", json=asked)
        assert (answer.status_code, answer.json()["data"]) == (400, None)


@pytest.mark.parametrize(
    "body", [{}, {"query": 1}, {"query": "{id}", "variables": []}, {"query": "{id}", "more": 1}, []]
)
async def test_bad_bodies(stored: httpx.AsyncClient, body: Any) -> None:
    """Danger: a fault of the server."""
    answer = await stored.post("/Patient/p/$graphql", json=body)
    assert (answer.status_code, answer.json()["data"]) == (400, None)
    assert (await stored.get("/Patient/p/$graphql?query={id}&other=1")).status_code == 400


async def test_searches_that_find_nothing_are_counted_too(stored, monkeypatch):
    """Danger: one query of a few words for each patient asks the database a hundred thousand
    times."""
    monkeypatch.setattr("hygie.api.operations.graphql.reading.MAX_GRAPH_RESOURCES", 4)
    few, many = (" ".join(f"a{one}:BasicList{{id}}" for one in range(size)) for size in (4, 5))
    assert (await stored.post("/$graphql", json={"query": f"{{{few}}}"})).status_code == 200
    refused = await stored.post("/$graphql", json={"query": f"{{{many}}}"})
    assert refused.status_code in (413, 422), refused.text
