"""Guards against an old message, late or sent again, that undoes what a newer one said."""

import base64
from itertools import permutations

import pytest

from hygie.intake import Filters


def at(raw: bytes, moment: str) -> bytes:
    """The message as its sender would have written it at another moment (EVN-2, MSH-7)."""
    return raw.replace(b"20260110120000", moment.encode())


def rules(receipt):
    return [issue.rule for issue in receipt.issues if issue.rule.endswith(".late")]


async def test_an_old_identity_fills_only_what_is_missing(gateway, write, everything):
    """The former name and address back in use, because an old message came late."""
    new = write("ADT^A31", person={5: "DURAND^ANNE^^^^^L"})
    old = write("ADT^A28", person={5: "MARTIN^ANNE^^^^^L", 11: "1 RUE A^^LYON^^69001^^H"})
    await gateway.receive("gam", at(new, "20260111120000"))
    receipt = await gateway.receive("gam", old)
    assert (receipt.state, rules(receipt)) == ("filed", ["person.late"])
    [patient] = await everything("Patient")
    assert patient["name"][0]["family"] == "DURAND"
    assert patient["address"][0]["city"] == "LYON"


async def test_a_replay_of_what_was_filed_changes_no_identity(gateway, write, everything, context):
    """A replay after a change of tables that brings last year's identities back."""
    old = await gateway.receive("gam", write("ADT^A28", person={5: "MARTIN^ANNE^^^^^L"}))
    new = write("ADT^A31", person={5: "DURAND^ANNE^^^^^L"})
    await gateway.receive("gam", at(new, "20260111120000"))
    await gateway.replays.ask(Filters(), "la table a changé", context)
    await gateway.replaying.once()
    [patient] = await everything("Patient")
    assert patient["name"][0]["family"] == "DURAND"
    assert (await gateway.entry(old.id, context)).state == "filed"


async def test_a_clock_that_runs_ahead_is_not_believed(gateway, write, everything):
    """One message of the year 2099 after which no correction is heeded any more."""
    ahead = write("ADT^A31", person={5: "FAUX^ANNE^^^^^L"})
    await gateway.receive("gam", at(ahead, "20990101000000"))
    unsaid = write("ADT^A31", person={5: "DURAND^ANNE^^^^^L"})
    assert rules(await gateway.receive("gam", at(unsaid, "20990102000000"))) == []
    [patient] = await everything("Patient")
    assert patient["name"][0]["family"] == "DURAND"


async def test_a_movement_that_repeats_what_is_known_writes_no_patient(
    gateway, write, zbe, everything
):
    """A new version of the patient, and all that hangs on it, at every transfer."""
    first = write("ADT^A01", visit="V1", extra=[zbe("M1", "202601100800")])
    await gateway.receive("gam", first)
    then = write("ADT^A02", visit="V1", extra=[zbe("M2", "202601110800")])
    await gateway.receive("gam", at(then, "20260111120000"))
    [patient] = await everything("Patient")
    assert patient["meta"]["versionId"] == "1"


def results(write, moment, status, value, codes=("718-7",)):
    obr = f"OBR|1||F1^SIL|58410-2^NFS^LN|||20260110080000|||||||||||||||||LAB|{status}"
    lines = [
        f"OBX|{n}|NM|{code}^x^LN||{value}|g/dL|||||{status}|||20260110080000"
        for n, code in enumerate(codes, 1)
    ]
    return at(write("ORU^R01", extra=[obr, *lines]), moment)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_results_end_as_the_last_word_in_any_order(gateway, write, everything, order):
    """A corrected result that becomes preliminary again, with its wrong value."""
    words = [
        results(write, "20260110130000", "P", "10.0", ("718-7", "789-8")),
        results(write, "20260110140000", "F", "11.0"),
        results(write, "20260110150000", "C", "12.0"),
    ]
    for rank in order:
        receipt = await gateway.receive("labo", words[rank])
        assert receipt.state == "filed"
    [report] = await everything("DiagnosticReport")
    assert (report["status"], len(report["result"])) == ("corrected", 2)
    found = {
        one["code"]["coding"][0]["code"]: (one["status"], str(one["valueQuantity"]["value"]))
        for one in await everything("Observation")
    }
    assert found == {"718-7": ("corrected", "12.0"), "789-8": ("preliminary", "10.0")}
    assert ("result.late" in rules(receipt)) == (order[-1] != 2)


def document(write, moment, status, text=b"one"):
    content = base64.b64encode(b"%PDF-1.7 " + text).decode()
    obr = "OBR|1||F1^SIL|58410-2^NFS^LN|||20260110080000|||||||||||||||||LAB|F"
    obx = f"OBX|1|ED|11502-2^CR^LN||SIL^Application^PDF^Base64^{content}||||||{status}"
    return at(write("ORU^R01", extra=[obr, obx]), moment)


@pytest.mark.parametrize(
    ("last", "expected"), [("D", ("entered-in-error", 0)), ("C", ("current", 1))]
)
async def test_an_original_after_its_end_does_not_stand(gateway, write, everything, last, expected):
    """A report withdrawn for a mix-up of patients, shown as current: the network was slow."""
    first = await gateway.receive("labo", document(write, "20260110150000", last, b"two"))
    assert first.state == "filed"
    receipt = await gateway.receive("labo", document(write, "20260110130000", "F"))
    assert (receipt.state, "document.late" in rules(receipt)) == ("filed", True)
    [reference] = await everything("DocumentReference")
    [binary] = await everything("Binary")
    [report] = await everything("DiagnosticReport")
    assert (reference["status"], len(report.get("presentedForm", []))) == expected
    assert reference["content"][0]["attachment"]["url"] == f"Binary/{binary['id']}"
    assert base64.b64decode(binary["data"]).endswith(b"two")


def notification(write, event, number, parent, status, moment):
    content = base64.b64encode(f"%PDF-1.7 {number}".encode()).decode()
    txa = f"TXA|1|18748-4|TEXT|202601101200||||||||{number}|{parent}||||LA"
    obx = f"OBX|1|ED|11502-2^CR^LN||SIL^Application^PDF^Base64^{content}||||||{status}"
    return at(write(f"MDM^{event}", extra=[txa, obx]), moment)


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_documents_and_their_successors_in_any_order(gateway, write, everything, order):
    """Two letters shown as current, one of them replaced: its successor had come first."""
    words = [
        notification(write, "T02", "D1", "", "F", "20260110120000"),
        notification(write, "T10", "D2", "D1", "C", "20260110130000"),
        notification(write, "T10", "D3", "D2", "C", "20260110140000"),
        notification(write, "T04", "D3", "", "D", "20260110150000"),
    ]
    for rank in order:
        assert (await gateway.receive("dpi", words[rank])).state == "filed"
    found = {d["masterIdentifier"]["value"]: d for d in await everything("DocumentReference")}
    assert {number: one["status"] for number, one in found.items()} == {
        "D1": "superseded", "D2": "superseded", "D3": "entered-in-error",
    }  # fmt: skip
    [relation] = found["D2"]["relatesTo"]
    assert relation["target"]["reference"].endswith(found["D1"]["id"])


async def test_a_document_is_not_replaced_by_that_of_another(gateway, write, everything):
    """The letter of one patient hidden by what another's message says."""
    stranger = (
        notification(write, "T10", "D2", "D1", "C", "20260110130000")
        .replace(b"8001^", b"8002^")
        .replace(b"MARTIN^", b"DURAND^")
    )
    await gateway.receive("dpi", stranger)
    await gateway.receive("dpi", notification(write, "T02", "D1", "", "F", "20260110120000"))
    found = {
        d["masterIdentifier"]["value"]: d["status"] for d in await everything("DocumentReference")
    }
    assert found == {"D1": "current", "D2": "current"}
