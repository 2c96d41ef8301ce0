"""Guards against a vaccination lost, given twice in the record, or shown though it was refused."""

from tests.intake.conftest import segment

DOCTOR = "10001234567^LEROY^ALAIN^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"


def dose(*, action="A", status="CP", number="V1^VAC", extra=None):
    return [
        f"ORC|RE||{number}",
        segment("RXA", {1: "0", 2: "1", 3: "20260105", 5: "J07BC01^Engerix B^WC", 6: "1",
                        7: "mL^mL^UCUM", 10: DOCTOR, 15: "LOT42", 16: "20271231",
                        17: "GSK^GlaxoSmithKline", 20: status, 21: action} | (extra or {})),
        segment("RXR", {1: "IM^Intramusculaire^HL70162", 2: "LD^Deltoïde gauche^HL70163"}),
        "OBX|1|NM|30973-2^Rang^LN||2||||||F",
        "OBX|2|ST|VIS^Information remise||oui||||||F",
    ]  # fmt: skip


async def filed(gateway, *raws):
    for raw in raws:
        receipt = await gateway.receive("vaccins", raw)
        assert (receipt.state, receipt.issues) == ("filed", ())


async def test_a_vaccination(gateway, write, everything):
    """Vaccine, lot, dose, site: what a recall needs."""
    await filed(gateway, write("VXU^V04", extra=dose()))
    [found] = await everything("Immunization")
    assert (found["status"], found["occurrenceDateTime"]) == ("completed", "2026-01-05")
    assert found["vaccineCode"]["coding"][0]["system"] == "http://www.whocc.no/atc"
    assert (found["lotNumber"], found["expirationDate"]) == ("LOT42", "2027-12-31")
    assert found["manufacturer"]["display"] == "GlaxoSmithKline"
    assert (str(found["doseQuantity"]["value"]), found["doseQuantity"]["code"]) == ("1", "mL")
    assert found["route"]["coding"][0]["code"] == "IM"
    assert found["protocolApplied"] == [{"doseNumberPositiveInt": 2}]
    assert found["performer"][0]["actor"]["identifier"]["value"] == "10001234567"
    [observation] = await everything("Observation")
    assert observation["partOf"] == [{"reference": f"Immunization/{found['id']}"}]


async def test_a_vaccination_corrected_then_withdrawn(gateway, write, everything):
    """Two doses where one was given; or one that was never given."""
    await filed(gateway, write("VXU^V04", extra=dose()))
    await filed(gateway, write("VXU^V04", extra=dose(action="U", extra={15: "LOT43"})))
    [found] = await everything("Immunization")
    assert (found["status"], found["lotNumber"]) == ("completed", "LOT43")
    await filed(gateway, write("VXU^V04", extra=dose(action="D")))
    [found] = await everything("Immunization")
    assert found["status"] == "entered-in-error"


async def test_a_vaccination_refused_and_one_told(gateway, write, everything):
    """A refusal counted as protection; a told dose taken for one seen."""
    refused = dose(status="RE", number="V2^VAC", extra={18: "00^Refus du patient^NIP002", 6: "999"})
    told = dose(number="V3^VAC", extra={9: "01^Historique^NIP001", 6: "999"})
    await filed(gateway, write("VXU^V04", extra=[*refused, *told]))
    found = {i["status"]: i for i in await everything("Immunization")}
    assert found["not-done"]["statusReason"]["text"] == "Refus du patient"
    assert "doseQuantity" not in found["completed"]
    assert found["completed"]["primarySource"] is False
    assert found["not-done"]["primarySource"] is True


async def test_a_message_that_tells_of_no_vaccine(gateway, write, everything):
    """CVX 998, « rien n’a été administré », shown as a vaccine."""
    nothing = segment("RXA", {1: "0", 2: "1", 3: "20260105", 5: "998^none^CVX", 6: "999"})
    await filed(gateway, write("VXU^V04", extra=["ORC|RE||V4^VAC", nothing]))
    assert await everything("Immunization") == []
