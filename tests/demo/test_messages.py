"""The messages are the standards' own: they parse, they validate, they agree with each other."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hygie.demo import DemoMessage, generate
from hygie.demo.catalogue import drugs
from hygie.demo.clinic import Timed
from hygie.demo.clock import ZONE
from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.hl7v2.message import Message
from hygie.hl7v2.parse import parse
from hygie.intake.mapping.person import read_person
from hygie.refusal import Refused

LAST_DAYS = timedelta(days=10)
"""The deliberately wrong messages all come within them."""


@pytest.fixture(scope="module")
def sound(timed: list[Timed], today: date) -> list[Timed]:
    """Messages of before the wrong ones."""
    limit = datetime.combine(today, datetime.min.time()) - LAST_DAYS
    return [item for item in timed if item.when < limit]


@pytest.fixture(scope="module")
def hl7(sound: list[Timed]) -> list[Message]:
    return [parse(item.message.raw) for item in sound if item.message.kind == "hl7v2"]


@pytest.fixture(scope="module")
def bundles(sound: list[Timed]) -> list[dict[str, Any]]:
    return [decode(item.message.raw) for item in sound if item.message.kind == "fhir"]


def digest(messages: Iterator[DemoMessage]) -> str:
    whole = hashlib.sha256()
    for message in messages:
        whole.update(repr(message).encode())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Guards against figures and screenshots that nobody could reproduce."""
    day = date(2026, 1, 1)
    assert digest(generate(3, 12, day)) == digest(generate(3, 12, day))
    assert digest(generate(3, 12, day)) != digest(generate(4, 12, day))


def test_time_goes_forward_and_stops_today(timed: list[Timed], today: date) -> None:
    """Guards against a result before its patient, and against the future."""
    moments = [item.when for item in timed]
    assert moments == sorted(moments)
    assert moments[-1] < datetime.combine(today, datetime.min.time())


def test_the_mix_of_sources(messages: list[DemoMessage]) -> None:
    """Guards against a clinic in which one department is silent."""
    sources = Counter(message.source for message in messages)
    assert sources.keys() == {"gam", "labo", "imagerie", "soins", "courriers", "portail"}
    assert sources.pop("portail") == 4  # mistakes only
    assert min(sources.values()) > 30
    assert 12 * 140 < len(messages) < 30 * 140


def test_admissions_follow_pam_fr(hl7: list[Message]) -> None:
    """Guards against ADT messages that French systems would not recognise."""
    admissions = [message for message in hl7 if message.type == "ADT"]
    for message in admissions:
        head = message.header
        assert [head.raw(n) for n in (12, 17, 18, 21)] == [
            "2.5^FRA^2.11", "FRA", "UNICODE UTF-8", "2.11^IHE_FRANCE-2.11-PAM",
        ]  # fmt: skip
        pid = message.require("PID")
        assert not any(pid.raw(n) for n in (10, 17, 22))
        born = [f for f in pid.repetitions(11) if f.text(7) == "BDL"]
        assert len(born) == 1
        assert len(born[0].text(9)) == 5
        assert "A08" not in message.name
    events = {message.event for message in admissions}
    assert events >= {"A01", "A02", "A03", "A04", "A05", "A11", "A12", "A13", "A28", "A31", "A40"}


def test_no_matricule_without_a_qualified_identity(hl7: list[Message]) -> None:
    """Guards against sending an INS that is not qualified, which the rules forbid."""
    for message in hl7:
        pid = message.require("PID")
        kinds = [field.text(5) for field in pid.repetitions(3)]
        status = [field.text(1) for field in pid.repetitions(32)]
        assert kinds[0] == "PI"
        if "INS" in kinds:
            assert status[0] == "VALI"
            ins = pid.repetitions(3)[1]
            assert ins.text(4, 2) == "1.2.250.1.213.1.4.10"
            assert re.fullmatch(r"\d{5}(\d\d|2[AB])\d{8}", ins.text(1))


class Stay:
    """A slow, literal reading of PAM: what a visit may go through."""

    def __init__(self) -> None:
        self.moves: list[tuple[str, str, str]] = []

    def take(self, event: str, number: str, start: str, action: str) -> None:
        if event in ("A11", "A12", "A13"):
            assert action == "CANCEL"
            undone = {"A11": ("A01", "A04"), "A12": ("A02",), "A13": ("A03",)}[event]
            last = self.moves.pop()
            assert last[0] in undone
            assert last[1] == number
            return
        assert action == "INSERT"
        assert number not in [move[1] for move in self.moves]
        assert not self.moves or self.moves[-1][2] <= start
        assert "A03" not in [move[0] for move in self.moves]
        admitted = any(move[0] in ("A01", "A04") for move in self.moves)
        assert admitted == (event in ("A02", "A03"))
        self.moves.append((event, number, start))


def test_movements_make_sense(hl7: list[Message]) -> None:
    """Guards against a discharge before admission and a cancellation of what is not current."""
    stays: dict[str, Stay] = {}
    owners: dict[str, set[str]] = {}
    for message in hl7:
        zbe = message.first("ZBE")
        if zbe is None:
            continue
        number = message.require("PV1").require(19)
        stay = stays.setdefault(number, Stay())
        stay.take(message.event, zbe.require(1), zbe.require(2), zbe.require(4))
        owners.setdefault(number, set()).add(message.require("PID").require(7))
        assert not zbe.raw(3)
    assert len(stays) > 100
    assert all(len(births) == 1 for births in owners.values())


def test_results_are_whole(hl7: list[Message]) -> None:
    """Guards against a result without code, unit or range, and a flag against its range."""
    numbers = 0
    for message in hl7:
        for obx in message.all("OBX"):
            assert obx.text(3, 3) == "LN"
            assert obx.text(11) in ("F", "P")
            if obx.text(2) != "NM":
                continue
            numbers += 1
            assert obx.text(6, 3) == "UCUM"
            value, flag = float(obx.text(5)), obx.text(8)
            bounds = re.fullmatch(r"([\d.]+)-([\d.]+)", obx.text(7))
            if bounds:
                low, high = map(float, bounds.groups())
                expected = "L" if value < low else "H" if value > high else "N"
                assert flag in (expected, expected * 2)
    assert numbers > 1_000


def test_results_are_compatible_with_life(hl7: list[Message]) -> None:
    """Guards against noise that no body would show: a pH of 7.8, a sodium of 170."""
    lived = {
        "2744-1": (7.1, 7.6), "2951-2": (115, 160), "2823-3": (2.4, 7.0), "718-7": (5, 20),
        "2019-8": (20, 90), "4548-4": (4, 14), "2000-8": (1.7, 3.3), "6690-2": (0.8, 40),
    }  # fmt: skip
    seen = set()
    for message in hl7:
        for obx in message.all("OBX"):
            if obx.text(2) == "NM" and obx.text(3) in lived:
                low, high = lived[obx.text(3)]
                assert low <= float(obx.text(5)) <= high, obx.text(3)
                seen.add(obx.text(3))
    assert seen == lived.keys()


def test_order_numbers_are_not_shared(hl7: list[Message]) -> None:
    """Guards against a report that would overwrite another patient's."""
    owners: dict[str, set[str]] = {}
    for message in hl7:
        for obr in message.all("OBR"):
            birth = message.require("PID").require(7)
            owners.setdefault(obr.require(3), set()).add(birth)
    assert all(len(births) == 1 for births in owners.values())


def test_bundles_are_valid(bundles: list[dict[str, Any]]) -> None:
    """Guards against FHIR that our own validator refuses."""
    validator = base_validator()
    for bundle in bundles:
        assert validator.validate(bundle) == []


def test_bundles_name_patients_by_their_identifier(bundles: list[dict[str, Any]]) -> None:
    """Guards against references that only one server could resolve."""
    for bundle in bundles:
        for entry in bundle["entry"]:
            resource = entry["resource"]
            about = resource.get("subject") or resource.get("patient")
            about = about or resource.get("securityContext")
            assert re.fullmatch(r"Patient\?identifier=urn:oid:[\d.]+\|8\d{7}", about["reference"])


def test_what_is_given_once_does_not_go_on(bundles: list[dict[str, Any]]) -> None:
    """Guards against an antibiotic of the induction among the current treatments."""
    once = {drug.label for drug in drugs().values() if not drug.times}
    given = [
        resource
        for bundle in bundles
        for resource in (entry["resource"] for entry in bundle["entry"])
        if resource["resourceType"] == "MedicationRequest"
        and resource["medicationCodeableConcept"]["text"] in once
        and resource["category"][0]["coding"][0]["code"] == "inpatient"
    ]
    assert given
    assert {resource["status"] for resource in given} == {"completed"}


def test_letters_are_whole_documents(bundles: list[dict[str, Any]]) -> None:
    """Guards against a document whose size or fingerprint does not match what it points to."""
    seen = 0
    for bundle in bundles:
        resources = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
        for reference in resources.values():
            if reference["resourceType"] != "DocumentReference":
                continue
            seen += 1
            for attachment in (content["attachment"] for content in reference["content"]):
                held = attachment.get("data") or resources[attachment["url"]]["data"]
                content = base64.b64decode(held)
                digest_of = hashlib.sha1(content, usedforsecurity=False).digest()
                assert len(content) == attachment["size"]
                assert base64.b64decode(attachment["hash"]) == digest_of
                assert "{" not in content.decode("latin-1")
    assert seen > 50


def test_wrong_ones_cannot_be_read_or_are_not_valid(timed: list[Timed], today: date) -> None:
    """Guards against a demonstration without quarantine, and against too much of it."""
    refused = Counter(filter(None, map(fault, (item.message for item in timed))))
    assert sum(refused.values()) >= 8
    assert len(refused) >= 5


def fault(message: DemoMessage) -> str:
    """The rule by which the text alone is refused; empty when it can be read."""
    try:
        if message.kind == "hl7v2":
            parsed = parse(message.raw)
            read_person(parsed, ZONE)
            return "" if parsed.event != "A77" else "unknown-event"
        issues = base_validator().validate(decode(message.raw))
    except Refused as refused:
        return refused.refusal.issues[0].rule
    return issues[0].rule if issues else ""
