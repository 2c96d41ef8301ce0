"""HL7 v2 files that are wrong: a quarantine entry with its place, and nothing lost."""

import json
from pathlib import Path

import pytest
from tests.acceptance.conftest import Intake
from tests.acceptance.house import House, finished
from tests.acceptance.messages import OTHER_UNDER_SAME_ID, REFUSED, RIGHT, WRONG, adt

SYSTEM = "urn:oid:1.2.250.1.999.1"


def family(house: House, ipp: str) -> list[str]:
    """Family names of the patients with this IPP."""
    with house.client() as client:
        found = client.get("/Patient", params={"identifier": f"{SYSTEM}|{ipp}"}).json()
    return [entry["resource"]["name"][0]["family"] for entry in found.get("entry", [])]


def test_every_file_is_accounted_for(intake: Intake) -> None:
    """Guards: a message that is nowhere."""
    told = {key: intake.summary[key] for key in ("filed", "quarantined", "refused", "duplicates")}
    assert intake.summary["files"] == intake.files == sum(told.values())
    assert told == {
        "filed": len(RIGHT) + 1,
        "quarantined": len(WRONG) + 1,
        "refused": len(REFUSED),
        "duplicates": 1,
    }


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_message_waits_in_quarantine_with_its_place(intake: Intake, what: str) -> None:
    """Guards: a message dropped, or stopped without anyone knowing where it is wrong."""
    [entry] = intake.of(f"wrong-{what}")
    assert (entry["rule"], entry["place"]) == (WRONG[what].rule, WRONG[what].place)
    assert all(len(reason) > 20 for reason in entry["reasons"])


def test_nothing_of_a_wrong_message_is_filed(house: House, intake: Intake) -> None:
    """Guards: half a message in a record."""
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11):
        assert family(house, f"W{number}") == []


@pytest.mark.parametrize(
    ("ipp", "name"),
    [("77000123", "KERVOALEN"), ("R2", "LEFEVRE"), ("R3", "CARRIAGE"), ("R4", "HÉLOÏSE-GARÇON")],
)
def test_any_line_end_and_declared_characters_are_read(
    house: House, intake: Intake, ipp: str, name: str
) -> None:
    """Guards: a sender whose line ends or accents are not ours."""
    assert family(house, ipp) == [name]


def test_the_same_message_again_is_known_and_filed_once(house: House, intake: Intake) -> None:
    """Guards: a resent message that makes a second person."""
    assert family(house, "T1") == ["DOUBLON"]


def test_another_content_under_a_used_control_id_waits(house: House, intake: Intake) -> None:
    """Guards: a message taken for the repetition of another, and thrown away."""
    [entry] = intake.of("twice")
    assert (entry["rule"], entry["place"]) == ("intake.control-id-reused", "MSH-10")
    assert family(house, "T2") == []
    shown = json.loads(house.run("quarantine", "show", "--json", str(entry["id"])))
    assert shown["content"].strip() == OTHER_UNDER_SAME_ID.decode().replace("\r", "\n").strip()


def test_a_merge_is_replayed_once_its_patient_has_come(
    house: House, intake: Intake, tmp_path: Path
) -> None:
    """Guards: a message that stays stopped after what it lacked has arrived."""
    [entry] = intake.of("wrong-merge-of-unknown")
    late = RIGHT["cr"].replace(b"R1", b"L1").replace(b"77000123", b"W10")
    (tmp_path / "late.hl7").write_bytes(late.replace(b"KERVOALEN^ROZENN", b"LEFEVRE^LF"))
    assert json.loads(house.run("ingest", "--json", str(tmp_path)))["filed"] == 1
    told = json.loads(house.run("quarantine", "replay", "--json", str(entry["id"])))
    assert told["state"] == "filed", told
    assert family(house, "W10") == ["LEFEVRE"]


def test_sending_everything_again_changes_nothing(
    house: House, intake: Intake, tmp_path: Path
) -> None:
    """Guards: a flow that is repeated after a breakdown and doubles the records."""
    for name, raw in RIGHT.items():
        (tmp_path / f"{name}.hl7").write_bytes(raw)
    before = house.resources()
    again = json.loads(house.run("ingest", "--json", str(tmp_path)))
    assert (again["files"], again["duplicates"]) == (len(RIGHT), len(RIGHT))
    assert house.resources() == before


def test_two_imports_at_once_file_each_message_once(house: House, tmp_path: Path) -> None:
    """Guards: two senders of one flow, and everybody twice."""
    for number in range(30):
        raw = adt("ADT^A28", f"P{number}", ipp=f"P{number}", name=f"PARALLELE{number}^ANNE")
        (tmp_path / f"{number}.hl7").write_bytes(raw.encode())
    imports = [house.launch("ingest", "--json", str(tmp_path)) for _ in range(2)]
    told = [json.loads(finished(command)) for command in imports]
    assert sum(one["filed"] for one in told) == 30, told
    assert sum(one["duplicates"] for one in told) == 30, told
    for number in (0, 29):
        assert family(house, f"P{number}") == [f"PARALLELE{number}"]


def test_one_wrong_line_of_many_does_not_stop_the_others(house: House, tmp_path: Path) -> None:
    """Guards: a file of which all is lost, or all is filed, because of one line."""
    lines = [
        json.dumps({"resourceType": "Organization", "id": f"line{n}", "name": "x"})
        for n in range(5)
    ]
    lines[2] = lines[2][:-3]
    lines[3] = lines[3].replace('"name"', '"nom"')
    (tmp_path / "lines.ndjson").write_text("\n".join(lines))
    told = json.loads(house.run("ingest", "--json", str(tmp_path)))
    assert (told["files"], told["filed"], told["quarantined"]) == (1, 3, 2)
    with house.client() as client:
        statuses = [client.get(f"/Organization/line{n}").status_code for n in range(5)]
    assert statuses == [200, 200, 404, 404, 200]
