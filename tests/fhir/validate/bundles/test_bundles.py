"""Bundles: what each type must be (R4 §2.36), in order and out of it."""

import copy
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator

HOST = "https://h.test/fhir/"
UUID = "urn:uuid:7b0e7a4e-6b0a-4f0e-8e0e-"


def patient(id_: str, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id_, **members}


def observation(id_: str, subject: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "code": {"text": "Glycémie"},
        "subject": {"reference": subject},
    }


def entry(resource: dict[str, Any], url: str | None = None, **members: Any) -> dict[str, Any]:
    address = HOST + f"{resource['resourceType']}/{resource.get('id')}" if url is None else url
    return {**({"fullUrl": address} if address else {}), "resource": resource, **members}


def bundle(kind: str, *entries: Any, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, **members, "entry": list(entries)}


def found(resource: Any) -> list[tuple[str, str, str]]:
    """Rule, severity and place; what this room does not say is left out."""
    issues = base_validator().validate(resource)
    assert all(issue.text("fr") != issue.text("en") for issue in issues)
    return [
        (issue.rule, issue.severity, issue.location)
        for issue in issues
        if issue.rule.startswith(("bundle", "reference", "invariant.bdl"))
    ]


# --- fullUrl ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, []),
        (UUID + "000000000001", []),
        ("https://h.test/patients?id=1", []),
        ("", ["bundle.full-url-missing"]),
        ("Patient/1", ["bundle.full-url"]),
        (HOST + "Patient/2", ["bundle.full-url-id"]),
        (HOST + "Group/1", ["bundle.full-url-id"]),
        (HOST + "Unicorn/2", []),
    ],
)
def test_full_urls(url: str | None, expected: list[str]) -> None:
    """Danger: an entry filed under the identity of another."""
    rules = [rule for rule, _, place in found(bundle("collection", entry(patient("1"), url)))]
    assert rules == expected


def test_a_server_gives_ids() -> None:
    """Danger: an entry that is said to be on a server, under no id."""
    resource = {"resourceType": "Patient"}
    whole = bundle("collection", entry(resource, HOST + "Patient/1"))
    assert found(whole) == [("bundle.full-url-id", "error", "Bundle.entry[0]")]


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_full_urls_are_optional_in_transactions(kind: str) -> None:
    """Danger: a plain batch refused (R4 §2.36.4)."""
    request = {"method": "POST", "url": "Observation"}
    assert found(bundle(kind, entry(observation("1", "Patient/1"), "", request=request))) == []


def test_the_same_full_url_is_that_of_two_versions() -> None:
    """Danger: two resources with one identity (bdl-7); or the versions of one refused."""
    one, two = (entry(patient("1", meta={"versionId": v})) for v in "12")
    assert found(bundle("collection", one, two)) == []
    assert found(bundle("collection", one, one)) == [
        ("invariant.bdl-7", "error", "Bundle.entry[1]")
    ]


# --- references ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Patient/1", []),
        (HOST + "Patient/1", []),
        (UUID + "000000000001", []),
        ("Patient/9", []),
        ("https://elsewhere.test/Patient/9", []),
        (UUID + "000000000009", [("reference.unresolved", "warning")]),
        ("https://elsewhere.test/Patient/1", [("reference.alike", "warning")]),
        ("Patient/3", [("reference.alike", "warning")]),
        ("Patient/2", [("reference.ambiguous", "error")]),
        ("Patient/2/_history/1", []),
        ("Patient/2/_history/3", [("reference.alike", "warning")]),
        ("Observation/o", [("reference.target", "error")]),
        ("one", [("reference.format", "error")]),
    ],
)
def test_references_in_a_collection(subject: str, expected: list[tuple[str, str]]) -> None:
    """Danger: a reference that leads to nothing, or to two patients, and nobody says so."""
    whole = bundle(
        "collection",
        entry(observation("o", subject)),
        entry(patient("1")),
        entry(patient("3"), UUID + "000000000001"),
        entry(patient("2", meta={"versionId": "1"})),
        entry(patient("2", meta={"versionId": "2"})),
    )
    place = "Bundle.entry[0].resource.subject"
    assert found(whole) == [(rule, severity, place) for rule, severity in expected]


def test_a_relative_reference_needs_a_full_url() -> None:
    """Danger: a relative reference read as one to our own server."""
    whole = bundle("collection", entry(observation("o", "Patient/1"), ""), entry(patient("1")))
    rules = [rule for rule, _, _ in found(whole)]
    assert rules == ["reference.no-full-url", "bundle.full-url-missing"]


def test_a_history_has_several_versions() -> None:
    """Danger: the history of one patient refused for naming the patient."""
    done = {"request": {"method": "PUT", "url": "Patient/1"}, "response": {"status": "200"}}
    versions = [entry(patient("1", meta={"versionId": v}), **done) for v in "12"]
    done = {"request": {"method": "PUT", "url": "Observation/o"}, "response": {"status": "200"}}
    whole = bundle("history", *versions, entry(observation("o", "Patient/1"), **done))
    assert found(whole) == []


def test_the_entries_of_a_bundle_within_a_bundle_are_its_own() -> None:
    """Danger: a reference resolved in the bundle around, by the id of another patient."""
    inner = bundle("collection", entry(observation("o", UUID + "000000000001")))
    whole = bundle(
        "collection",
        entry(inner, UUID + "000000000002"),
        entry(patient("1"), UUID + "000000000001"),
    )
    place = "Bundle.entry[0].resource.entry[0].resource.subject"
    assert found(whole) == [("reference.unresolved", "warning", place)]


# --- documents and messages ---------------------------------------------------------------
def document(*entries: Any, **members: Any) -> dict[str, Any]:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": {"text": "Lettre"},
        "subject": {"reference": "Patient/1"},
        "date": "2026-03-01",
        "author": [{"display": "Dr Faure"}],
        "title": "Lettre",
        **members,
    }
    identifier = {"system": "urn:ietf:rfc:3986", "value": UUID + "000000000000"}
    return bundle(
        "document",
        entry(composition),
        *entries,
        identifier=identifier,
        timestamp="2026-03-01T10:00:00Z",
    )


def test_a_whole_document() -> None:
    """Danger: a good document refused."""
    section = {"title": "s", "section": [{"title": "t", "entry": [{"reference": "Observation/o"}]}]}
    whole = document(entry(patient("1")), entry(observation("o", "Patient/1")), section=[section])
    assert found(whole) == []


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"subject": {"reference": HOST + "Patient/9"}}, "subject"),
        ({"author": [{"reference": "Device/9"}]}, "author[0]"),
        ({"attester": [{"mode": "legal", "party": {"reference": "Basic/9"}}]}, "attester[0].party"),
        ({"event": [{"detail": [{"reference": "Basic/9"}]}]}, "event[0].detail[0]"),
        ({"section": [{"section": [{"entry": [{"reference": "Basic/9"}]}]}]},
         "section[0].section[0].entry[0]"),
    ],
)  # fmt: skip
def test_a_document_holds_what_it_refers_to(members: dict[str, Any], place: str) -> None:
    """Danger: a letter that is signed without the results it speaks of (R4 §3.3.1)."""
    whole = document(entry(patient("1")), **members)
    where = "Bundle.entry[0].resource." + place
    assert ("bundle.not-inside", "error", where) in found(whole)


def test_what_resembles_is_an_error_in_a_document() -> None:
    """Danger: the patient of a document found by guessing."""
    whole = document(entry(patient("1"), UUID + "000000000001"))
    rules = [(rule, place) for rule, _, place in found(whole)]
    assert ("reference.alike", "Bundle.entry[0].resource.subject") in rules
    assert ("bundle.orphan", "Bundle.entry[1]") in rules


def test_nothing_in_a_document_stands_alone() -> None:
    """Danger: the result of another patient rides along unseen."""
    whole = document(entry(patient("1")), entry(patient("2")), entry(observation("o", "Patient/2")))
    assert found(whole) == [
        ("bundle.orphan", "error", "Bundle.entry[2]"),
        ("bundle.orphan", "error", "Bundle.entry[3]"),
    ]


def test_only_a_provenance_refers_backwards() -> None:
    """Danger: a result that the document does not speak of (R4 §3.3.1); or its Provenance lost."""
    agent = {"resourceType": "Device", "id": "d"}
    provenance = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "Composition/c"}],
        "recorded": "2026-03-01T10:00:00Z",
        "agent": [{"who": {"reference": "Device/d"}}],
    }
    whole = document(entry(patient("1")), entry(provenance), entry(agent))
    assert found(whole) == []
    whole["entry"].append(entry(observation("o", "Patient/1")))
    assert found(whole) == [("bundle.backwards", "warning", "Bundle.entry[4]")]


def test_a_style_sheet_belongs_to_a_document() -> None:
    """Danger: a document drawn with a style sheet of nobody's, or its own refused."""
    style = {"resourceType": "Binary", "id": "css", "contentType": "text/css"}
    link = {"relation": "stylesheet", "url": "Binary/css"}
    whole = document(entry(patient("1")), entry(style))
    assert [rule for rule, _, _ in found(whole)] == ["bundle.orphan"]
    assert found({**whole, "link": [link]}) == []
    assert found({**whole, "link": [link, {**link, "url": "Binary/x"}]}) == [
        ("bundle.style", "error", "Bundle.link[1].url")
    ]


def test_a_message_may_hold_more() -> None:
    """Danger: a message refused for what it holds besides; what it is about left out."""
    header = {
        "resourceType": "MessageHeader",
        "id": "m",
        "eventUri": "https://h.test/event",
        "source": {"endpoint": "https://h.test"},
        "focus": [{"reference": "Patient/1"}],
    }
    whole = bundle("message", entry(header), entry(patient("1")), entry(patient("2")))
    assert found(whole) == [("bundle.orphan", "warning", "Bundle.entry[2]")]
    assert [rule for rule, _, _ in found(bundle("message", entry(header)))] == ["bundle.not-inside"]


# --- search results, links, requests ------------------------------------------------------
SELF = {"relation": "self", "url": HOST + "Patient?name=x"}


@pytest.mark.parametrize(
    ("resource", "mode", "expected"),
    [
        (patient("1"), "match", []),
        (observation("1", "Patient/1"), "include", []),
        (observation("1", "Patient/1"), "match", [("bundle.result-type", "error")]),
        (patient("1"), "outcome", [("bundle.result-outcome", "error")]),
        (patient("1"), "", [("bundle.no-mode", "warning")]),
        (observation("1", "Patient/1"), "",
         [("bundle.no-mode", "warning"), ("bundle.result-type", "warning")]),
    ],
)  # fmt: skip
def test_search_results(resource: Any, mode: str, expected: list[tuple[str, str]]) -> None:
    """Danger: what was not asked for is read as found."""
    search = {"search": {"mode": mode}} if mode else {}
    whole = bundle("searchset", entry(resource, **search), link=[SELF])
    assert [(rule, severity) for rule, severity, _ in found(whole)] == expected


def test_links_of_pages() -> None:
    """Danger: two next pages; pages of what is no search."""
    twice = [SELF, SELF, {"relation": "next", "url": "https://h.test/2"}]
    result = entry(patient("1"), search={"mode": "match"})
    assert found(bundle("searchset", result, link=twice)) == [
        ("bundle.link-twice", "error", "Bundle.link[1]")
    ]
    assert found(bundle("collection", entry(patient("1")), link=twice[1:])) == [
        ("bundle.link", "error", "Bundle.link[1].relation")
    ]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"method": "PUT", "url": "Patient/1"}, []),
        ({"method": "PUT", "url": "Patient/2"}, ["bundle.request-id"]),
        ({"method": "PUT", "url": "Patient?identifier=1"}, []),
        ({"method": "PUT", "url": "Group/1"}, ["bundle.request-type"]),
        ({"method": "POST", "url": "Patient", "ifNoneExist": "identifier=1"}, []),
        ({"method": "POST", "url": "Patient", "ifMatch": 'W/"1"'}, ["bundle.request-condition"]),
        ({"method": "POST", "url": "Patient/$match"}, []),
    ],
)
def test_requests(request_: dict[str, str], expected: list[str]) -> None:
    """Danger: a resource written over one of another type or id."""
    whole = bundle("transaction", entry(patient("1"), request=request_))
    assert [rule for rule, _, _ in found(whole)] == expected


# --- in any order, of any size, whatever it holds -----------------------------------------
@given(st.permutations(range(6)))
def test_the_order_of_a_collection_says_nothing(order: list[int]) -> None:
    """Danger: what is found depends on which entry comes first."""
    entries = [
        entry(patient("1")),
        entry(patient("2"), HOST + "Patient/3"),
        entry(observation("a", "Patient/1")),
        entry(observation("b", "Patient/2")),
        entry(observation("c", UUID + "000000000009")),
        entry(observation("d", "Patient/1"), ""),
    ]
    names = {f"Bundle.entry[{at}]": f"Bundle.entry[{was}]" for at, was in enumerate(order)}
    shuffled = found(bundle("collection", *(entries[was] for was in order)))
    back = {(rule, severity, names[place[:15]] + place[15:]) for rule, severity, place in shuffled}
    assert back == set(found(bundle("collection", *entries)))


@pytest.mark.parametrize("kind", ["collection", "document", "message"])
def test_the_cost_is_linear(kind: str) -> None:
    """Danger: 100,000 entries keep a server busy for an hour."""

    def seconds(count: int) -> float:
        resources = [observation(str(n), f"Patient/{n}") for n in range(count)]
        resources += [patient(str(n)) for n in range(count)]
        random.Random(1).shuffle(resources)
        whole = bundle(kind, *map(entry, resources))
        start = time.process_time()
        base_validator().validate(whole)
        return time.process_time() - start

    seconds(100)
    small = min(seconds(250) for _ in range(3))
    assert seconds(8_000) < 200 * max(small, 0.005)  # 32 times; squared, 1,000 times


MEMBERS = ("fullUrl", "resource", "link", "request", "response", "search")
ANY = st.sampled_from([None, 1, "", "x", [], {}, [None], [1], {"reference": 1}, {"id": []}])


@given(st.sampled_from(["document", "message", "searchset", "transaction", "history"]), st.data())
def test_any_entries_are_issues(kind: str, data: Any) -> None:
    """Danger: an exception for a bundle that is none."""
    members = st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, ANY))
    entries = data.draw(st.lists(ANY | members, max_size=3))
    whole = copy.deepcopy(bundle(kind, *entries, link=data.draw(ANY)))
    assert base_validator().validate(whole)
