"""Guards against messages about stays and identities that are lost because of their order."""

import re
from itertools import permutations

import pytest

from hygie.identity.resolve import replaced_by

IPP = "{}^^^CH&1.2.3&ISO^PI"


def recorded(raw: bytes, moment: str) -> bytes:
    """The message, recorded then."""
    return raw.replace(b"EVN||20260110120000", f"EVN||{moment}".encode())


@pytest.fixture
def history(write, zbe):
    """A day of one stay, in the order in which it was recorded."""
    told = [
        ("A01", "M1", "20260110080000", "INSERT", "", "2110^12^1"),
        ("A02", "M2", "20260110100000", "INSERT", "", "3100^7^2"),
        ("A02", "M3", "20260110110000", "INSERT", "", "3100^7^3"),
        ("A12", "M3", "20260110110000", "CANCEL", "A02", "3100^7^2"),
        ("Z99", "M2", "20260110103000", "UPDATE", "A02", "3100^8^1"),
        ("A03", "M4", "20260110180000", "INSERT", "", "3100^8^1"),
    ]
    return [
        recorded(
            write(
                f"ADT^{event}", visit="V{}", place=place, person={3: IPP.format("800{}")},
                extra=[zbe(number, start, action, original, unit="")],
            ),
            f"2026011018{rank:02d}00",
        )
        for rank, (event, number, start, action, original, place) in enumerate(told)
    ]  # fmt: skip


def of_visit(raw: bytes, number: int) -> bytes:
    return anew(raw.replace(b"{}", str(number).encode()), str(number))


def anew(raw: bytes, mark: str = "x") -> bytes:
    """The message, sent as another one: its control id is marked."""
    return re.sub(rb"\|(C\d+)\|P\|", rb"|\g<1>" + mark.encode() + rb"|P|", raw)


def told_of(stay):
    """What a stay says, its own id and version and patient aside."""
    names = ("id", "meta", "subject", "identifier")
    return {name: value for name, value in stay.items() if name not in names}


async def test_any_order_of_arrival_files_the_same_stay(gateway, history, everything):
    """A message refused for coming late, and the patient in the bed it told of no more."""
    orders = [list(range(6)), *list(permutations(range(6)))[37::80]]
    for number, order in enumerate(orders, start=1):
        for rank in order:
            receipt = await gateway.receive("gam", of_visit(history[rank], number))
            assert receipt.state == "filed", receipt.issues
    stays = await everything("Encounter")
    assert len(stays) == len(orders)
    for stay in stays:
        assert told_of(stay) == told_of(stays[0])
    [stay] = [one for one in stays if one["identifier"][0]["value"] == "V1"]
    assert stay["status"] == "finished"
    assert len(stay["location"]) == 2
    assert stay["location"][1]["period"]["start"].startswith("2026-01-10T10:30")


async def test_a_rule_broken_is_told_or_quarantined(gateway, strict, write, zbe, everything):
    """A source that must keep the order, and does not, believed as any other."""
    entry = write("ADT^A01", visit="V1", extra=[zbe("M1", "20260110080000")])
    odd = [
        write("ADT^A12", visit="V1", extra=[zbe("M9", "20260110090000", "CANCEL", "A02")]),
        write("ADT^Z99", visit="V1", extra=[zbe("M8", "20260110090000", "UPDATE", "A02")]),
    ]
    await strict.receive("gam", entry)
    for raw in odd:
        receipt = await strict.receive("gam", raw)
        assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "movement.unknown")
        assert receipt.issues[0].location == "ZBE"
    [stay] = await everything("Encounter")
    assert len([one for one in stay["extension"] if "movement" in one["url"]]) == 1
    for raw in odd:
        again = await gateway.receive("other", anew(raw))
        assert (again.state, again.issues[0].rule) == ("filed", "movement.unknown")


async def test_a_discharge_of_nobody_admitted_is_filed_and_told(gateway, write, zbe, everything):
    """A stay that ended and that nobody ever sees."""
    raw = write("ADT^A03", visit="V1", extra=[zbe("M1", "20260110080000")])
    receipt = await gateway.receive("gam", raw)
    assert (receipt.state, receipt.issues[0].rule) == ("filed", "movement.not-admitted")
    [stay] = await everything("Encounter")
    assert stay["status"] == "finished"


async def test_what_is_said_of_a_merged_record_leaves_the_survivor_its_name(
    gateway, write, everything
):
    """A late message of the record merged away, and the survivor under the wrong name."""
    for person in ({}, {3: IPP.format(8002), 5: "MARTIN^ANA^^^^^L"}):
        await gateway.receive("gam", write("ADT^A28", person=person))
    await gateway.receive("gam", write("ADT^A40", extra=[f"MRG|{IPP.format(8002)}"]))
    late = write("ADT^A31", person={3: IPP.format(8002), 5: "MARTIN^ANA^^^^^L"})
    assert (await gateway.receive("gam", late)).state == "filed"
    patients = {patient["active"]: patient for patient in await everything("Patient")}
    assert replaced_by(patients[False]) == patients[True]["id"]
    assert patients[True]["name"][0]["given"] == ["ANNE"]


async def test_merges_in_any_order_end_with_one_patient(gateway, write, zbe, everything):
    """The stay of a patient merged twice, left with the one in between."""
    first = write("ADT^A40", person={3: IPP.format(2)}, extra=[f"MRG|{IPP.format(1)}"])
    other = write("ADT^A40", person={3: IPP.format(3)}, extra=[f"MRG|{IPP.format(2)}"])
    stay = write(
        "ADT^A01", person={3: IPP.format(1)}, visit="V1", extra=[zbe("M1", "20260110080000")]
    )
    known = [write("ADT^A28", person={3: IPP.format(number)}) for number in (2, 3)]
    for raw in (stay, *known, other, first):
        assert (await gateway.receive("gam", raw)).state == "filed"
    [encounter] = await everything("Encounter")
    patients = {one["identifier"][0]["value"]: one for one in await everything("Patient")}
    assert encounter["subject"]["reference"] == f"Patient/{patients['3']['id']}"
    assert replaced_by(patients["1"]) == patients["2"]["id"]
    assert replaced_by(patients["2"]) == patients["3"]["id"]
    back = write("ADT^A40", person={3: IPP.format(1)}, extra=[f"MRG|{IPP.format(3)}"])
    receipt = await gateway.receive("gam", back)
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "merge.cycle")


async def test_links_say_that_records_go_together(gateway, write, everything):
    """Two records said to be linked made one; or a link that stays when it is taken back."""
    second = f"PID|||{IPP.format(8002)}||MARTIN^ANNE^^^^^L||19760302|F"
    link, unlink = (write(f"ADT^{event}", extra=[second]) for event in ("A24", "A37"))
    assert (await gateway.receive("gam", link)).state == "filed"
    patients = await everything("Patient")
    assert len(patients) == 2
    for one, other in (patients, patients[::-1]):
        reference = {"reference": f"Patient/{other['id']}"}
        assert one["link"] == [{"other": reference, "type": "seealso"}]
    assert (await gateway.receive("gam", unlink)).state == "filed"
    assert all("link" not in patient for patient in await everything("Patient"))
    alone = await gateway.receive("gam", write("ADT^A24"))
    assert (alone.state, alone.issues[0].location) == ("quarantined", "PID[2]")


INS = "{}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"


async def test_a_number_that_changed_still_finds_its_patient(gateway, write, everything):
    """Results under the old number that make a second record."""
    await gateway.receive("gam", write("ADT^A28"))
    change = write("ADT^A47", person={3: IPP.format(9001)}, extra=[f"MRG|{IPP.format(8001)}"])
    assert (await gateway.receive("gam", change)).state == "filed"
    await gateway.receive("gam", write("ADT^A31"))
    [patient] = await everything("Patient")
    uses = {item["value"]: item["use"] for item in patient["identifier"]}
    assert uses == {"9001": "usual", "8001": "old"}
    await gateway.receive("gam", write("ADT^A28", person={3: IPP.format(7001)}))
    taken = write("ADT^A47", person={3: IPP.format(7001)}, extra=[f"MRG|{IPP.format(9001)}"])
    receipt = await gateway.receive("gam", taken)
    assert (receipt.state, receipt.issues[0].rule) == (
        "quarantined", "identity.number-of-another",
    )  # fmt: skip


async def test_an_ins_given_by_mistake_is_deleted(gateway, write, everything):
    """PAM-FR §4.4.3, 4.4.4: the matricule of somebody else that stays in the record."""
    number = "276037510669326"
    person = {3: f"{IPP.format(8001)}~{INS.format(number)}", 32: "VALI"}
    await gateway.receive("gam", write("ADT^A28", person=person))
    [patient] = await everything("Patient")
    assert number in {item["value"] for item in patient["identifier"]}
    gone = {3: f"{IPP.format(8001)}~{INS.format(chr(34) * 2)}", 32: "PROV"}
    delete = write("ADT^A47", person=gone, extra=[f"MRG|{INS.format(number)}"])
    receipt = await gateway.receive("gam", delete)
    assert receipt.state == "filed", receipt.issues
    [patient] = await everything("Patient")
    assert number not in {item["value"] for item in patient["identifier"]}


async def test_a_stay_opened_under_the_wrong_patient_goes_to_the_right_one(
    gateway, write, zbe, everything
):
    """A stay and its results left with somebody else; a late message that takes it back."""
    account = {18: "D1^^^CH&1.2.5&ISO^AN"}
    wrong = {3: IPP.format(8002), 5: "DURAND^LUC^^^^^L", 7: "19500101", 8: "M"}
    entry = write("ADT^A01", person=wrong | account, visit="V1",
                  extra=[zbe("M1", "20260110080000")])  # fmt: skip
    result = write("ORU^R01", person=wrong, visit="V1",
                   extra=["OBR|1||R1|2823-3^K^LN|||20260110||||||||||||||||||F",
                          "OBX|1|NM|2823-3^K^LN||4|mmol/L|||||F"])  # fmt: skip
    move = recorded(
        write("ADT^A44", person=account, extra=[f"MRG|{wrong[3]}||{account[18]}"]),
        "20260110150000",
    )
    assert (await gateway.receive("gam", move)).issues[0].rule == "merge.unknown-patient"
    for raw in (entry, result):
        assert (await gateway.receive("gam", raw)).state == "filed"
    receipt = await gateway.receive("gam", anew(move))
    assert receipt.state == "filed", receipt.issues
    right = next(p for p in await everything("Patient") if p["name"][0]["family"] == "MARTIN")
    for kind in ("Encounter", "Observation", "DiagnosticReport"):
        [found] = await everything(kind)
        assert found["subject"]["reference"] == f"Patient/{right['id']}"
    late = write("ADT^A02", person=wrong, visit="V1", extra=[zbe("M2", "20260110090000")])
    assert (await gateway.receive("gam", late)).state == "filed"
    after = recorded(
        write("ADT^A02", person=wrong, visit="V1", extra=[zbe("M3", "20260110160000")]),
        "20260110160000",
    )
    assert (await gateway.receive("gam", after)).issues[0].rule == "visit.of-another"
    [stay] = await everything("Encounter")
    assert stay["subject"]["reference"] == f"Patient/{right['id']}"
