"""What is no message that can be carried out: each with its rule and its place."""

import pytest
from tests.intake.messaging.conftest import observation, patient


def without_header(bundle):
    return {**bundle, "entry": bundle["entry"][1:]}


def changed(number, **elements):
    def change(bundle):
        bundle["entry"][number]["resource"] |= elements
        return bundle

    return change


def entry(number, **parts):
    def change(bundle):
        bundle["entry"][number] |= parts
        return bundle

    return change


REFUSED = [
    (lambda b: {**b, "entry": []}, "message.header", "Bundle.entry[0].resource"),
    (without_header, "message.header", "Bundle.entry[0].resource"),
    (changed(0, focus=[]), "message.no-focus", "Bundle.entry[0].resource.focus"),
    (
        changed(0, focus=[{"reference": "Observation/none"}]),
        "message.focus", "Bundle.entry[0].resource.focus[0]",
    ),
    (
        changed(0, eventCoding={"system": "urn:x", "code": "observation-provide"}),
        "event.unknown", "Bundle.entry[0].resource.event",
    ),
    (
        changed(0, eventCoding={
            "system": "http://terminology.hl7.org/CodeSystem/message-events",
            "code": "patient-link",
        }),
        "event.unknown", "Bundle.entry[0].resource.event",
    ),
    (changed(0, id=""), "message.no-id", "Bundle.entry[0].resource.id"),
    (
        entry(2, request={"method": "DELETE", "url": "Observation/1"}),
        "message.request", "Bundle.entry[2].request",
    ),
    (
        entry(2, resource={"resourceType": "ConceptMap", "id": "s"}),
        "message.not-content", "Bundle.entry[2].resource",
    ),
    (
        entry(2, resource={"resourceType": "Subscription", "id": "s"}),
        "message.not-content", "Bundle.entry[2].resource",
    ),
    (
        changed(2, subject={"reference": "Patient/8001"}),
        "message.patient-outside", "Bundle.entry[2].resource",
    ),
    (
        changed(2, subject={"identifier": {"system": "urn:oid:1.2.3", "value": "8001"}}),
        "message.patient-outside", "Bundle.entry[2].resource.subject",
    ),
    (
        changed(2, performer=[{"reference": "Practitioner?identifier=1"}]),
        "message.reference", "Bundle.entry[2].resource",
    ),
    (
        changed(2, performer=[{"reference": "urn:uuid:0c9f2d4e-8b1a-4c57-9d1c-2f6a1b3c4d5e"}]),
        "message.reference", "Bundle.entry[2].resource",
    ),
    (
        changed(1, link=[{"other": {"reference": "Patient/p"}, "type": "replaces"}]),
        "message.patient-link", "Bundle.entry[1].resource.link",
    ),
    (
        changed(1, identifier=[{"value": "8001"}]),
        "identity.nobody", "Bundle.entry[1].resource.identifier",
    ),
    (
        changed(2, performer=[{"reference": "http://[x/Patient/1"}]),
        "message.patient-outside", "Bundle.entry[2].resource",
    ),
    (
        changed(2, performer=[{"reference": "http://\u2100.example/Patient/1"}]),
        "message.patient-outside", "Bundle.entry[2].resource",
    ),
    (
        changed(1, identifier=[{"system": "urn:oid:1.2.3", "value": f"{n}"} for n in range(101)]),
        "identity.too-many", "Bundle.entry[1].resource.identifier[100]",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rule", "place"), REFUSED)
async def test_the_rule_and_its_place_are_told(send, bundle, everything, change, rule, place):
    """A fault that the sender cannot find; a message carried out in part."""
    receipt = await send(change(bundle(patient(), observation())))
    assert receipt.state == "quarantined"
    assert (receipt.issues[0].rule, receipt.issues[0].location) == (rule, place)
    assert await everything("Patient") == []


async def test_where_a_resource_comes_from_is_not_the_sender_s_to_say(send, bundle, everything):
    """A value of a record that leads to the message of another patient."""
    false = {
        "resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/o"}],
        "recorded": "2026-01-10T12:00:00Z", "agent": [{"who": {"display": "x"}}],
        "entity": [{"role": "source", "what": {"identifier": {
            "system": "urn:hygie:inbox", "value": "1",
        }}}],
    }  # fmt: skip
    receipt = await send(bundle(patient(), observation(), false))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "message.not-content")
    assert await everything("Provenance") == []


async def test_what_r4_forbids_has_its_place_in_the_message(send, bundle, everything):
    """An invalid result let in by another door than the one that is watched."""
    receipt = await send(bundle(patient(), observation(status="perhaps")))
    assert receipt.state == "quarantined"
    assert receipt.issues[0].location == "Bundle.entry[2].resource.status"
    assert await everything("Patient") == []


async def test_two_of_one_identifier_are_not_one(send, bundle):
    """Of two results with one number, the one that is lost."""
    two = observation(id="o2", valueQuantity={"value": 1})
    receipt = await send(bundle(patient(), observation(), two))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "message.twice")


async def test_two_entries_of_one_address(send, bundle):
    """A reference that means one of two, by chance."""
    receipt = await send(bundle(patient(), observation(), observation("O2")))
    assert receipt.state == "quarantined"
    assert receipt.issues[0].location.startswith("Bundle")


async def test_a_response_is_nobody_s_record(send, bundle):
    """Answers to answers, for ever."""
    message = bundle(patient(), observation())
    message["entry"][0]["resource"]["response"] = {"identifier": "X", "code": "ok"}
    receipt = await send(message)
    assert (receipt.state, receipt.issues[0].rule) == ("refused", "event.acknowledgement")


async def test_too_many_entries(send, bundle, monkeypatch):
    """A message that keeps the house busy for an hour."""
    monkeypatch.setattr("hygie.intake.messaging.opening.MAX_BUNDLE_ENTRIES", 2)
    receipt = await send(bundle(patient(), observation()))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "bundle.entries")
