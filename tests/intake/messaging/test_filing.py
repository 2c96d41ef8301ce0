"""FHIR messages carried out: whose they are, what they write, what they must not."""

import json

import pytest
from tests.intake.messaging.conftest import AT, observation, patient

from hygie.fhir.codec import encode
from hygie.intake.sources.declaration import Source


async def test_a_result_is_filed_for_the_patient_it_is_about(send, bundle, everything):
    """A message that is kept and never seen in any record."""
    receipt = await send(bundle(patient(), observation()))
    assert (receipt.state, receipt.event) == ("filed", "message^observation-provide")
    (one,) = await everything("Patient")
    (found,) = await everything("Observation")
    assert found["subject"]["reference"] == f"Patient/{one['id']}"
    assert found["id"] != "o"
    assert one["id"] != "p"


async def test_a_known_patient_is_found_whatever_wire_told_of_him(
    send, bundle, everything, gateway, write
):
    """A second record beside the one that HL7 v2 made."""
    await gateway.receive("gam", write("ADT^A28"))
    await send(bundle(patient(name=[{"use": "official", "family": "AUTRE"}]), observation()))
    (one,) = await everything("Patient")
    assert one["name"][0]["family"] == "MARTIN", "who is only referred to is not changed"


async def test_a_patient_in_focus_is_told_of(send, bundle, everything):
    """A change of address that nobody takes up; an older message that undoes it."""
    told = patient(telecom=[{"system": "phone", "value": "01"}])
    older = patient(telecom=[{"system": "phone", "value": "00"}])
    asked = {"focus": ["Patient/p"], "event": "admin-notify"}
    await send(bundle(told, **asked))
    late = bundle(older, **asked, number="M0", timestamp="2026-01-09T12:00:00+01:00")
    assert [issue.rule for issue in (await send(late)).issues] == ["person.late"]
    (one,) = await everything("Patient")
    assert one["telecom"] == told["telecom"]


async def test_a_qualified_ins_attributes(send, bundle, everything):
    """An INS that the sender did not qualify, used as if it were."""
    ins = {"use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "276037512345640"}
    local = patient()["identifier"]
    receipt = await send(bundle(patient(identifier=[*local, ins]), observation()))
    assert "ins.not-qualified" in {issue.rule for issue in receipt.issues}
    (one,) = await everything("Patient")
    assert not any(i["system"] == ins["system"] for i in one["identifier"])


async def test_the_same_business_identifier_is_the_same_result(send, bundle, everything, store):
    """A corrected result filed beside the one it corrects."""
    await send(bundle(patient(), observation()))
    newer = observation(status="corrected", valueQuantity={"value": 12.0})
    await send(bundle(patient(), newer, number="M2", timestamp="2026-01-10T13:00:00+01:00"))
    late = bundle(patient(), observation(), number="M3", timestamp="2026-01-10T11:00:00+01:00")
    assert "message.late" in {issue.rule for issue in (await send(late)).issues}
    (found,) = await everything("Observation")
    assert found["status"] == "corrected"


async def test_once_in_effect(send, bundle, everything, gateway):
    """The same message again, and a result counted twice."""
    plain = observation()
    del plain["identifier"]
    message = bundle(patient(), plain)
    first = await send(message)
    again = await send(message)
    assert (again.state, again.answered, again.original) == ("duplicate", "filed", first.id)
    reused = await send({**message, "timestamp": "2026-01-11T12:00:00+01:00"})
    assert (reused.state, reused.issues[0].rule) == ("quarantined", "intake.control-id-reused")
    assert reused.issues[0].location == "Bundle.entry[0].resource.id"
    assert (await gateway.replay(reused.id)).state == "filed"
    assert len(await everything("Observation")) == 1


async def test_the_original_is_kept_and_leads_to_what_it_made(send, bundle, gateway):
    """Resources of which nobody can say any more what they came from."""
    message = bundle(patient(), observation())
    receipt = await send(message)
    entry = await gateway.entry(receipt.id)
    assert json.loads(entry.content or b"") == message
    kinds = {one.partition("/")[0] for one in await gateway.produced(receipt.id)}
    assert kinds == {"Patient", "Observation"}
    assert entry.subject.startswith("Patient/")


async def test_a_dry_run_writes_nothing(bundle, gateway, everything, context):
    """A technician who tries a message on the live system changes a record."""
    raw = json.dumps(bundle(patient(), observation())).encode()
    trial = await gateway.try_out("lab", raw, context)
    assert trial.state == "filed"
    assert {e.after["resourceType"] for e in trial.effects} >= {"Patient", "Observation"}
    assert await everything("Patient") == []
    assert (await gateway.receive("lab", raw)).state == "filed"


async def test_what_points_to_the_focus_is_filed_and_strangers_are_told_of(
    send, bundle, everything
):
    """An allergy left out because the arrow points the other way."""
    allergy = {
        "resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/p"},
        "code": {"text": "Pénicilline"}, "clinicalStatus": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
            "code": "active",
        }]},
    }  # fmt: skip
    stranger = {"resourceType": "Organization", "id": "x", "name": "Ailleurs"}
    receipt = await send(bundle(patient(), observation(), allergy, stranger))
    assert receipt.state == "filed"
    (issue,) = receipt.issues
    assert (issue.rule, issue.location) == ("message.unreached", "Bundle.entry[4]")
    assert len(await everything("AllergyIntolerance")) == 1
    assert await everything("Organization") == []


async def test_a_directory_is_not_changed_by_who_mentions_it(send, bundle, everything):
    """A laboratory that renames a surgeon by a result."""
    doctor = {
        "resourceType": "Practitioner", "id": "d", "name": [{"family": "VRAI"}],
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10001"}],
    }  # fmt: skip
    told = observation(performer=[{"reference": "Practitioner/d"}])
    await send(bundle(patient(), told, doctor))
    await send(bundle(patient(), told, {**doctor, "name": [{"family": "FAUX"}]}, number="M2"))
    (found,) = await everything("Practitioner")
    assert found["name"][0]["family"] == "VRAI"


async def test_a_stay_made_of_movements_is_not_replaced(
    send, bundle, everything, gateway, write, zbe
):
    """A message without movements that wipes those of a stay."""
    moved = write("ADT^A01", visit="V1", extra=[zbe("M1", "202601101200")])
    assert (await gateway.receive("gam", moved)).state == "filed"
    (stay,) = await everything("Encounter")
    told = {
        "resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"},
        "identifier": [{"system": "urn:oid:1.2.4", "value": "V1"}],
        "subject": {"reference": "Patient/p"},
    }  # fmt: skip
    result = observation(encounter={"reference": "Encounter/e"})
    receipt = await send(bundle(patient(), told, result))
    assert [issue.rule for issue in receipt.issues] == ["message.stay-held"]
    assert await everything("Encounter") == [stay]
    (found,) = await everything("Observation")
    assert found["encounter"]["reference"] == f"Encounter/{stay['id']}"


async def test_a_result_of_another_patient_stays_his(send, bundle, everything):
    """A number used twice at the sender, and a result that changes records."""
    await send(bundle(patient(), observation()))
    other = patient("9002", name=[{"use": "official", "family": "DURAND"}], birthDate="1950-01-01")
    receipt = await send(bundle(other, observation(), number="M2"))
    assert receipt.issues[0].rule == "message.of-another"
    assert receipt.issues[0].location == "Bundle.entry[2].resource.identifier"
    assert len(await everything("Patient")) == 1


async def test_what_the_house_notes_is_not_the_sender_s_to_say(send, bundle, everything):
    """A date of last word in the future, after which nobody else is heard."""
    word = {"url": "urn:hygie:word", "extension": [
        {"url": "at", "valueInstant": "2999-01-01T00:00:00Z"}, {"url": "of", "valueString": "self"}
    ]}  # fmt: skip
    poisoned = bundle(patient(), observation(extension=[word]), timestamp="2998-01-01T00:00:00Z")
    await send(poisoned)
    (found,) = await everything("Observation")
    assert b"299" not in encode(found)


async def test_addresses_of_the_sender_stay_complete(send, bundle, everything):
    """ "Organization/1" of the laboratory taken for the first unit of this house."""
    told = observation(performer=[{"reference": "Organization/1"}])
    await send(bundle(patient(), told))
    (found,) = await everything("Observation")
    assert found["performer"] == [{"reference": f"{AT}/Organization/1"}]


async def test_an_event_of_one_s_own_is_carried_out_once_it_is_declared(
    send, bundle, gateway, monkeypatch
):
    """Any code believed; or a national one that nobody can allow."""
    message = bundle(patient(), observation(), event="servicerequest-request")
    receipt = await send(message)
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "event.unknown")
    assert receipt.event == "message^?"

    async def named(name):
        return Source(name=name, events=("message^servicerequest-request",))

    monkeypatch.setattr(gateway._rooms, "named", named)
    monkeypatch.setattr(gateway._describe, "_named", named)
    assert (await gateway.replay(receipt.id)).state == "filed"


async def test_loops_and_thousands_of_entries_end(send, bundle, everything):
    """A message whose references go round for ever, or that takes a lock for each entry."""
    around = [[{"reference": f"Observation/o{(n + 1) % 800}"}] for n in range(800)]
    many = [observation(f"N{n}", id=f"o{n}", derivedFrom=to) for n, to in enumerate(around)]
    receipt = await send(bundle(patient(), *many, focus=["Observation/o0"]))
    assert receipt.state == "filed"
    assert len(await everything("Observation")) == 800


@pytest.mark.parametrize("body", [b'{"resourceType":"Bundle","type":"message","entry":[', b"{}"])
async def test_what_cannot_be_read_is_kept_with_its_reason(gateway, body):
    """A message cut on its way, of which nothing remains."""
    assert (await gateway.receive("lab", body, "fhir")).state == "quarantined"
