"""Guards against a drug, a dose or a rhythm lost; a stopped drug still shown; a dispense alone."""

import pytest
from tests.intake.conftest import segment

DOCTOR = "10001234567^LEROY^ALAIN^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"
DRUG = "N02BE01^PARACETAMOL 1 g cpr^WC"


EIGHT_HOURLY = ("TQ1|1|1|Q8H||||20260110|20260117",)


def line(*, control="NW", number="L1^DPI", encoded=None, timing=EIGHT_HOURLY):
    rxe = {2: DRUG, 3: "1", 5: "g^g^UCUM", 7: "^si douleur", 10: "21", 11: "cp^comprimé"}
    return [
        segment("ORC", {1: control, 2: number, 4: "O9^DPI", 9: "202601101130", 12: DOCTOR}),
        segment("RXE", rxe | (encoded or {})),
        *timing,
        segment("RXR", {1: "PO^Voie orale^HL70162"}),
    ]


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("pharmacie", raw)
        assert receipt.state == "filed", receipt.issues
        assert receipt.issues == ()


@pytest.mark.parametrize("event", ["RDE^O11", "RDE^O01", "OMP^O09"])
async def test_a_prescription(gateway, write, everything, event):
    """What, how much, how often, from when to when, by which way."""
    await filed(gateway, write(event, visit="V1", extra=line()))
    [found] = await everything("MedicationRequest")
    [dosage] = found["dosageInstruction"]
    assert (found["status"], found["intent"]) == ("active", "order")
    assert found["medicationCodeableConcept"]["coding"][0]["code"] == "N02BE01"
    assert (found["groupIdentifier"]["value"], found["identifier"][0]["value"]) == ("O9", "L1")
    assert found["requester"]["identifier"]["value"] == "10001234567"
    assert dosage["text"] == "si douleur"
    repeat = dosage["timing"]["repeat"]
    assert (repeat["frequency"], repeat["period"], repeat["periodUnit"]) == (1, 8, "h")
    assert repeat["boundsPeriod"] == {"start": "2026-01-10", "end": "2026-01-17"}
    assert str(dosage["doseAndRate"][0]["doseQuantity"]["value"]) == "1"
    assert dosage["route"]["coding"][0]["code"] == "PO"
    assert str(found["dispenseRequest"]["quantity"]["value"]) == "21"
    assert found["encounter"]["reference"].startswith("Encounter/")


@pytest.mark.parametrize(
    ("timing", "encoded", "expected"),
    [
        (["TQ1|1||TID"], {}, {"frequency": 3, "period": 1, "periodUnit": "d"}),
        (["TQ1|1||QOD"], {}, {"frequency": 1, "period": 2, "periodUnit": "d"}),
        (["TQ1|1||5ID"], {}, {"frequency": 5, "period": 1, "periodUnit": "d"}),
        (["TQ1|1|||0800~2000"], {}, {"timeOfDay": ["08:00:00", "20:00:00"]}),
        ([], {1: "1^Q12H^D7"}, {"frequency": 1, "period": 12, "periodUnit": "h"}),
        ([], {1: "1^QD^^20260110^20260112"}, {"frequency": 1, "period": 1, "periodUnit": "d"}),
    ],
)
async def test_rhythms(gateway, write, everything, timing, encoded, expected):
    """Every eight hours read as every eight days."""
    await filed(gateway, write("RDE^O11", extra=line(timing=timing, encoded=encoded)))
    [found] = await everything("MedicationRequest")
    repeat = found["dosageInstruction"][0]["timing"]["repeat"]
    assert {name: repeat[name] for name in expected} == expected


async def test_a_rhythm_that_is_no_code_and_one_at_need(gateway, write, everything):
    """A rhythm in words dropped; a drug at need shown as a regular one."""
    timing = ["TQ1|1||CONT^en continu", "TQ1|2||PRN"]
    await filed(gateway, write("RDE^O11", extra=line(timing=timing)))
    [found] = await everything("MedicationRequest")
    [dosage] = found["dosageInstruction"]
    assert dosage["timing"]["code"]["text"] == "en continu"
    assert dosage["asNeededBoolean"] is True


@pytest.mark.parametrize(
    ("control", "expected"),
    [("DC", "stopped"), ("CA", "cancelled"), ("HD", "on-hold"), ("RL", "active"), ("XO", "active")],
)
async def test_what_becomes_of_a_line(gateway, write, everything, control, expected):
    """A drug that was stopped, given all the same."""
    changed = [segment("ORC", {1: control, 2: "L1^DPI"})]
    await filed(gateway, write("RDE^O11", extra=line()), write("RDE^O11", extra=changed))
    [found] = await everything("MedicationRequest")
    assert found["status"] == expected
    assert found["medicationCodeableConcept"]["text"] == "PARACETAMOL 1 g cpr"


async def test_an_order_of_old_versions(gateway, write, everything):
    """ORM^O01 with an RXO: a drug taken for an examination."""
    rxo = segment("RXO", {1: DRUG, 2: "500", 3: "1000", 4: "mg^mg^UCUM", 7: "^avec de l'eau"})
    extra = ["ORC|NW|L2^DPI|||||1^BID", rxo, "ORC|NW|D1^DPI", "OBR|1|D1^DPI||X^NFS"]
    await filed(gateway, write("ORM^O01", extra=extra))
    [found] = await everything("MedicationRequest")
    [dosage] = found["dosageInstruction"]
    assert str(dosage["doseAndRate"][0]["doseRange"]["high"]["value"]) == "1000"
    assert dosage["timing"]["repeat"]["frequency"] == 2
    assert len(await everything("ServiceRequest")) == 1


async def test_a_preparation_of_several_components(gateway, write, everything):
    """The potassium of a perfusion left out of it."""
    rxc = ["RXC|B|GLU5^Glucose 5 %|1000|mL^mL^UCUM", "RXC|A|KCL^Chlorure de potassium|2|g^g^UCUM"]
    await filed(gateway, write("RDE^O11", extra=[*line(), *rxc]))
    [found] = await everything("MedicationRequest")
    [medication] = found["contained"]
    assert found["medicationReference"] == {"reference": f"#{medication['id']}"}
    [_, potassium] = medication["ingredient"]
    assert potassium["itemCodeableConcept"]["text"] == "Chlorure de potassium"
    assert str(potassium["strength"]["numerator"]["value"]) == "2"


async def test_a_dispense_and_a_dose_given_find_their_line(gateway, write, everything):
    """A box handed over, or a dose given, that nobody can tell what for."""
    rxd = segment("RXD", {1: "1", 2: DRUG, 3: "202601101500", 4: "21", 5: "cp", 7: "RX77", 11: "N"})
    rxa = segment("RXA", {1: "0", 2: "1", 3: "202601102000", 4: "202601102000", 5: DRUG, 6: "1",
                          7: "g^g^UCUM", 20: "CP"})  # fmt: skip
    await filed(
        gateway,
        write("RDE^O11", visit="V1", extra=line()),
        write("RDS^O13", visit="V1", extra=["ORC|RE|L1^DPI", rxd]),
        write("RAS^O17", visit="V1", extra=["ORC|RE|L1^DPI", rxa, "RXR|PO^Voie orale"]),
    )
    [request] = await everything("MedicationRequest")
    [dispense] = await everything("MedicationDispense")
    [given] = await everything("MedicationAdministration")
    reference = {"reference": f"MedicationRequest/{request['id']}"}
    assert dispense["authorizingPrescription"] == [reference]
    assert (dispense["status"], dispense["whenHandedOver"]) == (
        "completed", "2026-01-10T15:00:00+01:00",
    )  # fmt: skip
    assert dispense["context"] == given["context"] == request["encounter"]
    assert given["request"] == reference
    assert given["effectivePeriod"]["start"] == "2026-01-10T20:00:00+01:00"
    assert str(given["dosage"]["dose"]["value"]) == "1"


async def test_a_dose_that_was_not_given(gateway, write, everything):
    """A refused dose counted as given."""
    rxa = segment("RXA", {1: "0", 2: "1", 3: "202601102000", 4: "202601102000", 5: DRUG, 6: "999",
                          18: "PATREFUSE^Refus", 20: "RE"})  # fmt: skip
    await filed(gateway, write("RAS^O17", extra=["ORC|RE|L1^DPI", rxa]))
    [given] = await everything("MedicationAdministration")
    assert (given["status"], given["statusReason"][0]["text"]) == ("not-done", "Refus")
    assert "dose" not in given.get("dosage", {})
