"""Guards against contacts, allergies, diagnoses, acts or consents lost, doubled or dropped."""

import pytest
from tests.intake.conftest import segment

FR_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
DOCTOR = "10001234567^LEROY^ALAIN^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"
MOTHER = segment(
    "NK1", {1: "1", 2: "MARTIN^JEANNE", 3: "MTH^Mère", 4: "1 rue A^^PARIS^^75001^FRA^H",
            5: "^PRN^PH^^^^^^^^^0102030405", 7: "N^Parent proche"}
)  # fmt: skip
TRUSTED = segment("NK1", {1: "2", 2: "DURAND^PAUL", 3: "OTH^Ami", 7: "K^Personne de confiance"})
DIAGNOSIS = {1: "1", 3: "I50.1^Insuffisance ventriculaire gauche^CIM10", 5: "20260110", 6: "A",
             15: "1", 16: DOCTOR}  # fmt: skip
ACT = {1: "1", 3: "DZQM006^Échocardiographie^CCAM", 5: "202601101500", 11: DOCTOR}
INSURANCE = {1: "1", 2: "RO", 3: "01751^^^CNAM&1.2.3.4&ISO", 4: "CPAM DE PARIS", 12: "20260101",
             17: "SEL", 36: "276037510669380"}  # fmt: skip


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("gam", raw)
        assert receipt.state == "filed", receipt.issues
        assert receipt.issues == ()


def stay(write, event="ADT^A01", **given):
    return write(event, visit="V1", place="2110^C12^L1", **given)


async def test_contacts(gateway, write, everything):
    """Nobody to call; or the person of trust unknown."""
    await filed(gateway, write("ADT^A28", extra=[MOTHER, TRUSTED]))
    [patient] = await everything("Patient")
    people = {p["name"][0]["family"]: p for p in await everything("RelatedPerson")}
    assert set(people) == {"MARTIN", "DURAND"}
    mother = people["MARTIN"]
    assert mother["patient"] == {"reference": f"Patient/{patient['id']}"}
    assert mother["telecom"][0]["value"] == "0102030405"
    assert [r["coding"][0]["code"] for r in mother["relationship"]] == ["MTH", "N"]
    assert mother["address"][0]["city"] == "PARIS"
    first, second = patient["contact"]
    assert first["name"]["family"] == "MARTIN"
    assert second["relationship"][1]["text"] == "Personne de confiance"


async def test_a_list_of_contacts_takes_the_place_of_the_last(gateway, write, everything):
    """A contact withdrawn and still called; one deleted without trace; one twice."""
    await filed(
        gateway,
        write("ADT^A28", extra=[MOTHER, TRUSTED]),
        write("ADT^A31", extra=[TRUSTED]),
        write("ADT^A31"),
    )
    [patient] = await everything("Patient")
    people = {p["name"][0]["family"]: p["active"] for p in await everything("RelatedPerson")}
    assert people == {"MARTIN": False, "DURAND": True}
    assert [c["name"]["family"] for c in patient["contact"]] == ["DURAND"]
    await filed(gateway, write("ADT^A31", extra=['NK1|1|""']))
    [patient] = await everything("Patient")
    assert "contact" not in patient
    assert {p["active"] for p in await everything("RelatedPerson")} == {False}


@pytest.mark.parametrize(
    "extra", [segment("ROL", {2: "AD", 3: "ODRP", 4: DOCTOR}), segment("PD1", {4: DOCTOR})]
)
async def test_the_treating_doctor(gateway, write, everything, extra):
    """The letter sent to nobody."""
    await filed(gateway, write("ADT^A28", extra=[extra]), write("ADT^A31"))
    [patient] = await everything("Patient")
    [doctor] = patient["generalPractitioner"]
    assert doctor["identifier"]["value"] == "10001234567"
    await filed(gateway, write("ADT^A31", extra=[segment("ROL", {2: "DE", 3: "ODRP", 4: DOCTOR})]))
    [patient] = await everything("Patient")
    assert "generalPractitioner" not in patient


async def test_who_takes_part_in_the_stay(gateway, write, everything):
    """The surgeon who came later unknown; or named twice."""
    role = {2: "AD", 3: "AT^Attending^HL70443", 4: DOCTOR, 5: "202601101300"}
    await filed(gateway, stay(write, extra=[segment("ROL", role)]))
    await filed(gateway, write("ADT^A31", extra=["PV1|1|I", segment("ROL", role)]))
    [found] = await everything("Encounter")
    [participant] = found["participant"]
    assert participant["individual"]["identifier"]["value"] == "10001234567"
    assert participant["type"][0]["coding"][0]["code"] == "AT"


async def test_allergies(gateway, write, everything):
    """An allergy unknown at the prescription; twice for having been sent twice; gone because an
    admission office no longer sends it."""
    penicillin = "AL1|1|DA|PENI^Pénicilline^LOCAL|SV|Œdème de Quincke|20100101"
    await filed(
        gateway, write("ADT^A28", extra=[penicillin]), stay(write, extra=[penicillin]),
        write("ADT^A31", extra=["AL1|1|FA|ARA^Arachide^LOCAL|MO"]),
    )  # fmt: skip
    found = {a["code"]["text"]: a for a in await everything("AllergyIntolerance")}
    assert set(found) == {"Pénicilline", "Arachide"}
    allergy = found["Pénicilline"]
    assert (allergy["category"], allergy["criticality"]) == (["medication"], "high")
    assert allergy["clinicalStatus"]["coding"][0]["code"] == "active"
    assert allergy["reaction"][0]["manifestation"][0]["text"] == "Œdème de Quincke"
    withdrawn = segment("IAM", {1: "1", 2: "DA", 3: "PENI^Pénicilline^LOCAL", 6: "D"})
    await filed(gateway, write("ADT^A31", extra=[withdrawn]))
    found = {a["code"]["text"]: a for a in await everything("AllergyIntolerance")}
    status = found["Pénicilline"]["verificationStatus"]["coding"][0]["code"]
    assert status == "entered-in-error"


async def test_diagnoses_and_acts(gateway, write, everything):
    """A stay without what it was for; the diagnosis doubled by each movement."""
    extra = [segment("DG1", DIAGNOSIS), segment("PR1", ACT)]
    await filed(gateway, stay(write, extra=extra))
    await filed(gateway, stay(write, "ADT^A02", extra=[segment("DG1", DIAGNOSIS | {6: "F"})]))
    [condition] = await everything("Condition")
    [encounter] = await everything("Encounter")
    [procedure] = await everything("Procedure")
    assert condition["code"]["coding"][0]["code"] == "I50.1"
    assert condition["category"][0]["coding"][0]["code"] == "encounter-diagnosis"
    assert condition["verificationStatus"]["coding"][0]["code"] == "confirmed"
    assert condition["encounter"] == procedure["encounter"]
    [diagnosis] = encounter["diagnosis"]
    assert diagnosis["condition"] == {"reference": f"Condition/{condition['id']}"}
    assert (diagnosis["use"]["coding"][0]["code"], diagnosis["rank"]) == ("DD", 1)
    assert (procedure["status"], procedure["performedDateTime"]) == (
        "completed", "2026-01-10T15:00:00+01:00",
    )  # fmt: skip
    assert procedure["performer"][0]["actor"]["identifier"]["value"] == "10001234567"
    withdrawn = segment("DG1", DIAGNOSIS | {6: "", 21: "D"})
    await filed(gateway, stay(write, "ADT^A03", extra=[withdrawn]))
    [condition] = await everything("Condition")
    [encounter] = await everything("Encounter")
    assert condition["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert "diagnosis" not in encounter


async def test_insurance(gateway, write, everything):
    """Who pays: lost, or doubled by each message; one that names nobody."""
    insured = segment("IN1", INSURANCE)
    await filed(gateway, write("ADT^A28", extra=[insured]), stay(write, extra=[insured]))
    [coverage] = await everything("Coverage")
    assert (coverage["status"], coverage["subscriberId"]) == ("active", "276037510669380")
    assert coverage["payor"][0]["display"] == "CPAM DE PARIS"
    assert coverage["period"]["start"] == "2026-01-01"
    assert coverage["relationship"]["coding"][0]["code"] == "self"
    receipt = await gateway.receive("gam", write("ADT^A31", extra=["IN1|1|RO"]))
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "coverage.no-payor")


async def test_a_measure_in_a_movement(gateway, write, everything):
    """A weight that a prescription is made by."""
    weight = "OBX|1|NM|29463-7^Poids^LN||72.5|kg|||||F|||202601101200"
    await filed(gateway, stay(write, extra=[weight]), stay(write, "ADT^A02", extra=[weight]))
    [observation] = await everything("Observation")
    assert str(observation["valueQuantity"]["value"]) == "72.5"
    assert observation["encounter"]["reference"].startswith("Encounter/")


def parts(resource, url):
    [extension] = [e for e in resource["extension"] if e["url"] == url]
    return {
        part["url"]: next(v for name, v in part.items() if name != "url")
        for part in extension["extension"]
    }


async def test_the_french_segments_of_a_patient(gateway, write, everything):
    """The opposition to the shared record, or to break-glass, not known."""
    dmp = segment("ZFA", {1: "ACTIF", 2: "20260101", 6: "Y", 7: "N", 9: "INO", 11: "IC"})
    details = segment("ZFD", {3: "N", 4: "Y", 5: "INSI", 6: "20260105"})
    await filed(gateway, write("ADT^A28", extra=[dmp, details, "ZFP|1|3"]))
    await filed(gateway, write("ADT^A31", extra=["ZFA|FERME|20260110"]))
    [patient] = await everything("Patient")
    assert parts(patient, "urn:hygie:dmp") == {
        "opposed-break-glass": True, "opposed-emergency-centre": False, "feeding": "INO",
        "consultation": "IC", "status": "FERME", "status-date": "2026-01-10",
    }  # fmt: skip
    assert parts(patient, "urn:hygie:identity-details") == {
        "agrees-to-text-messages": False, "collection-mode": "INSI", "insi-date": "2026-01-05",
    }  # fmt: skip
    assert parts(patient, "urn:hygie:occupation") == {"activity": "1", "category": "3"}
    [corrected] = [e for e in patient["extension"] if e["url"].endswith("update-indicator")]
    assert corrected == {
        "url": f"{FR_CORE}fr-core-patient-birthdate-update-indicator", "valueBoolean": True,
    }  # fmt: skip


async def test_the_french_segments_of_a_stay(gateway, write, everything):
    """A patient under constraint not known as such; or the modes of the PMSI lost."""
    visit = segment("ZFV", {1: "750712184^20260109", 4: "20260110", 10: "3"})
    await filed(gateway, stay(write, extra=["ZFM|8||5", visit]))
    [encounter] = await everything("Encounter")
    assert parts(encounter, "urn:hygie:pmsi") == {"entry-mode": "8", "origin": "5"}
    assert parts(encounter, "urn:hygie:visit") == {
        "origin-establishment": "750712184", "placement-start": "2026-01-10", "legal-mode": "3",
    }  # fmt: skip
    assert encounter["status"] == "in-progress"


async def test_unknown_segments_are_told_of(gateway, write):
    """What a sender adds of its own, dropped in silence."""
    receipt = await gateway.receive("gam", write("ADT^A28", extra=["ZZZ|1|x", "ZFA|ACTIF"]))
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "segment.kept")
    assert "ZZZ" in receipt.issues[0].text("fr")


@pytest.mark.parametrize(
    ("extra", "place"),
    [
        ([segment("IN1", INSURANCE | {12: "00000000"})], "IN1-12"),
        ([segment("DG1", DIAGNOSIS | {5: "hier"})], "DG1-5"),
        ([MOTHER, TRUSTED + "|||||||||hier"], "NK1[2]-16"),
        (["ZFA|ACTIF|hier"], "ZFA-2"),
    ],
)
async def test_a_part_that_cannot_be_read_does_not_hold_back_the_movement(
    gateway, write, everything, extra, place
):
    """A patient not admitted for the date of an insurance; or the part dropped without a word."""
    receipt = await gateway.receive("gam", stay(write, extra=extra))
    assert (receipt.state, receipt.issues[0].location) == ("filed", place)
    assert receipt.issues[0].severity == "warning"
    [encounter] = await everything("Encounter")
    assert encounter["status"] == "in-progress"
    assert await everything("Coverage") + await everything("Condition") == []
    assert await everything("RelatedPerson") == []


async def test_an_allergy_that_cannot_be_read_holds_back_its_message(gateway, write, everything):
    """An allergy nobody hears of, in the shadow of an admission."""
    receipt = await gateway.receive("gam", stay(write, extra=["AL1|1|DA|PENI^P^L|SV||hier"]))
    assert (receipt.state, receipt.issues[0].location) == ("quarantined", "AL1-6")
    assert await everything("Encounter") == []


async def test_a_contact_without_a_name(gateway, write, everything):
    """An admission refused for a relationship with nobody."""
    await filed(gateway, stay(write, extra=["NK1|1||SPO^Conjoint"]))
    [patient] = await everything("Patient")
    assert "contact" not in patient
