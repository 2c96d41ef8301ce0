"""Guards against appointments lost, doubled, kept once cancelled, or shown at the wrong hour."""

import pytest
from tests.intake.conftest import segment

DOCTOR = "10001234567^LEROY^ALAIN^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^RPPS"


def booking(*, number="R1^AGENDA", start="202601200900", end="202601200930", code="", sch=None):
    return [
        segment("SCH", {2: number, 6: "ROUTINE^Routine", 7: "CONTROL^Contrôle^HL70276",
                        8: "NORMAL^Normal^HL70277", 25: code} | (sch or {})),
        segment("TQ1", {7: start, 8: end}),
        "NTE|1||Venir à jeun",
        segment("RGS", {1: "1", 2: "A"}),
        segment("AIS", {1: "1", 2: "A", 3: "CSCARDIO^Consultation de cardiologie^LOCAL"}),
        segment("AIP", {1: "1", 2: "A", 3: DOCTOR}),
        segment("AIL", {1: "1", 2: "A", 3: "2110^C12^^CH"}),
        segment("AIG", {1: "1", 2: "A", 3: "ECHO3^Échographe 3"}),
    ]  # fmt: skip


async def filed(gateway, *raws, warnings=()):
    for raw in raws:
        receipt = await gateway.receive("agenda", raw)
        assert receipt.state == "filed", receipt.issues
        assert tuple(i.rule for i in receipt.issues) == warnings


async def test_a_new_appointment(gateway, write, everything):
    """Who, when, where, for what, with whom: one of these lost."""
    await filed(gateway, write("SIU^S12", extra=booking()))
    [found] = await everything("Appointment")
    [patient] = await everything("Patient")
    [place] = await everything("Location")
    assert (found["status"], found["start"], found["end"]) == (
        "booked", "2026-01-20T09:00:00+01:00", "2026-01-20T09:30:00+01:00",
    )  # fmt: skip
    assert found["serviceType"][0]["text"] == "Consultation de cardiologie"
    assert found["reasonCode"][0]["coding"][0]["code"] == "CONTROL"
    assert found["comment"] == "Venir à jeun"
    actors = [p["actor"] for p in found["participant"]]
    assert actors[0] == {"reference": f"Patient/{patient['id']}"}
    assert actors[1]["identifier"]["value"] == "10001234567"
    assert actors[2] == {"reference": f"Location/{place['id']}"}
    assert actors[3] == {"display": "Échographe 3"}


@pytest.mark.parametrize(
    ("event", "code", "expected"),
    [
        ("S13", "", "booked"), ("S14", "Started", "arrived"), ("S14", "Complete", "fulfilled"),
        ("S15", "Cancelled", "cancelled"), ("S15", "", "cancelled"), ("S16", "", "cancelled"),
        ("S17", "", "entered-in-error"), ("S26", "", "noshow"), ("S14", "Noshow", "noshow"),
        ("S19", "Pending", "pending"),
    ],
)  # fmt: skip
async def test_what_becomes_of_an_appointment(gateway, write, everything, event, code, expected):
    """A patient awaited who has cancelled; or the same appointment twice."""
    moved = booking(start="202601210900", end="202601210930", code=code)
    await filed(gateway, write("SIU^S12", extra=booking()), write(f"SIU^{event}", extra=moved))
    [found] = await everything("Appointment")
    assert (found["status"], found["start"][:10]) == (expected, "2026-01-21")


async def test_a_cancellation_that_says_no_more_than_the_number(gateway, write, everything):
    """The doctor and the hour forgotten with the cancellation: nobody could be told."""
    await filed(gateway, write("SIU^S12", extra=booking()))
    await filed(
        gateway, write("SIU^S15", extra=[segment("SCH", {2: "R1^AGENDA", 6: "PAT^Patient"})])
    )
    [found] = await everything("Appointment")
    assert (found["status"], found["start"][:10]) == ("cancelled", "2026-01-20")
    assert len(found["participant"]) == 4
    assert found["cancelationReason"]["text"] == "Patient"


async def test_times_of_older_versions(gateway, write, everything):
    """The hour of a sender of 2.3, in SCH-11 or at the resource, with a length and no end."""
    old = [segment("SCH", {2: "R1^A", 9: "20", 10: "MIN", 11: "^^^202601200900"})]
    await filed(gateway, write("SIU^S12", extra=old))
    resource = [
        segment("SCH", {1: "P2^A"}), segment("AIS", {3: "X^X", 4: "202601201000", 7: "1", 8: "H"})
    ]  # fmt: skip
    await filed(gateway, write("SIU^S12", extra=resource))
    found = {a["minutesDuration"]: a for a in await everything("Appointment")}
    assert found[20]["end"] == "2026-01-20T09:20:00+01:00"
    assert found[60]["end"] == "2026-01-20T11:00:00+01:00"


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ([], ("hl7.segment-missing", "SCH")),
        (booking(number=""), ("appointment.no-number", "SCH-2")),
        (booking(start="", end=""), ("appointment.no-moment", "SCH-11")),
    ],
)
async def test_appointments_that_cannot_be_filed(gateway, write, extra, expected):
    """An appointment that nothing can move any more, or that has no hour."""
    receipt = await gateway.receive("agenda", write("SIU^S12", extra=extra))
    issue = receipt.issues[0]
    assert (receipt.state, issue.rule, issue.location) == ("quarantined", *expected)


async def test_an_appointment_is_not_shared(gateway, write, everything):
    """The appointment of one patient given to another by the reuse of its number."""
    other = {3: "8002^^^CH&1.2.3&ISO^PI", 5: "DURAND^LUC^^^^^L"}
    await filed(gateway, write("SIU^S12", extra=booking()))
    receipt = await gateway.receive("agenda", write("SIU^S13", person=other, extra=booking()))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "appointment.of-another")


async def test_the_appointment_of_an_order(gateway, write, everything):
    """An examination booked twice, because its appointment does not know its order."""
    await filed(gateway, write("ORM^O01", extra=["ORC|NW|D1^DPI", "OBR|1|D1^DPI||X^Écho"]))
    await filed(gateway, write("SIU^S12", extra=booking(sch={26: "D1^DPI"})))
    [found] = await everything("Appointment")
    [order] = await everything("ServiceRequest")
    assert found["basedOn"] == [{"reference": f"ServiceRequest/{order['id']}"}]


async def test_an_appointment_without_end(gateway, write):
    """An appointment refused for the length that the agenda does not know."""
    raw = write("SIU^S12", extra=booking(end=""))
    await filed(gateway, raw, warnings=("appointment.no-end",))
