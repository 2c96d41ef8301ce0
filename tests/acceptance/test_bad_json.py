"""Bodies that are wrong: a precise refusal, nothing stored, and the server stays up."""

import json
from typing import Any

import pytest
from tests.acceptance.house import JSON, House, issue_of, rule_of

from hygie.limits import MAX_RESOURCE_BYTES

PATIENT = b'{"resourceType":"Patient","active":true}'
DEEP = 10_000
NOWHERE = "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"
UNREADABLE = {
    "truncated": (PATIENT[:-7], "json.truncated"),
    "oversized": (b'{"a":"' + b"x" * MAX_RESOURCE_BYTES + b'"}', "request.size"),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "json.depth"),
    "deep arrays": (b"[" * DEEP + b"]" * DEEP, "json.depth"),
    "invalid UTF-8": (b'{"resourceType":"Patient","name":[{"family":"\xff"}]}', "json.encoding"),
    "1e400": (b'{"resourceType":"Observation","valueInteger":1e400}', "json.number"),
    "duplicate keys": (
        b'{"resourceType":"Patient","active":true,"active":false}', "json.duplicate-key",
    ),
    "unknown type": (b'{"resourceType":"Patiente"}', "resource.type"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused_by_its_name(house: House, what: str) -> None:
    """Guards: a wrong body that is guessed at, half stored, or takes the server down."""
    body, rule = UNREADABLE[what]
    before = house.resources()
    with house.client() as client:
        answer = client.post("/Patient", content=body, headers=JSON)
        assert answer.status_code == (413 if what == "oversized" else 400)
        assert rule_of(answer) == rule
        assert 400 <= client.post("", content=body, headers=JSON).status_code < 500
    assert house.resources() == before
    assert house.is_up()


def test_an_unknown_element_is_refused_with_its_place(house: House) -> None:
    """Guards: data that are dropped in silence because their element is misspelt."""
    body = {"resourceType": "Patient", "name": [{"family": "A"}, {"famille": "B"}]}
    before = house.resources()
    with house.client() as client:
        answer = client.post("/Patient", json=body, headers=JSON)
    assert answer.status_code == 422
    assert issue_of(answer)["expression"] == ["Patient.name[1].famille"]
    assert house.resources() == before


def test_refusals_speak_the_language_that_is_asked_for(house: House) -> None:
    """Guards: a sentence that the one who reads it does not understand."""
    said = {}
    for language in ("fr", "en", "de", "en;q=0.1, fr;q=0.9"):
        with house.client(**{"Accept-Language": language}) as client:
            answer = client.post("/Patient", content=PATIENT[:-7], headers=JSON)
            said[language] = issue_of(answer)["details"]["text"]
    assert said["en"] != said["fr"]
    assert said["de"] == said["en;q=0.1, fr;q=0.9"] == said["fr"]


def test_a_wrong_version_in_if_match_changes_nothing(house: House) -> None:
    """Guards: somebody's correction overwritten by someone who had not seen it."""
    with house.client() as client:
        made = client.post("/Patient", content=PATIENT, headers=JSON)
        path = made.headers["location"].split("/fhir")[1].split("/_history")[0]
        changed = made.json() | {"active": False}
        other = {"If-Match": 'W/"2"'}
        answer = client.put(path, json=changed, headers=JSON | other)
        assert answer.status_code == 412
        assert issue_of(answer)["code"] == "conflict"
        assert client.delete(path, headers=other).status_code == 412
        for nonsense in ("nonsense", 'W/"0"', 'W/"-1"', 'W/"99999999999999999999"'):
            answer = client.put(path, json=changed, headers=JSON | {"If-Match": nonsense})
            assert 400 <= answer.status_code < 500
            issue_of(answer)
        kept = client.get(path)
    assert kept.headers["etag"] == 'W/"1"'
    assert kept.json()["active"] is True


def transaction(entries: int, last: dict[str, Any]) -> bytes:
    resources = [{"resourceType": "Patient", "active": True}] * (entries - 1) + [last]
    entry = [{"resource": r, "request": {"method": "POST", "url": "Patient"}} for r in resources]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entry}).encode()


@pytest.mark.parametrize(
    ("last", "place"),
    [
        ({"resourceType": "Patient", "active": "yes"}, "Bundle.entry[499].resource.active"),
        (
            {
                "resourceType": "Patient",
                "managingOrganization": {"reference": NOWHERE},
            },
            "Bundle.entry[499].resource",
        ),
    ],
)  # fmt: skip
def test_of_a_bundle_whose_500th_entry_is_wrong_nothing_is_stored(
    house: House, last: dict[str, Any], place: str
) -> None:
    """Guards: half a bundle, and nobody knows which half."""
    before = house.resources()
    with house.client() as client:
        answer = client.post("", content=transaction(500, last), headers=JSON)
        assert 400 <= answer.status_code < 500
        assert issue_of(answer)["expression"][0].startswith(place)
        assert house.resources() == before
        right = transaction(500, {"resourceType": "Patient", "active": False})
        assert client.post("", content=right, headers=JSON).status_code == 200
    assert house.resources() == before + 500
