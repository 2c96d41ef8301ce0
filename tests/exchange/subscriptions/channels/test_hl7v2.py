"""Messages to a real MLLP listener: what they say, and what becomes of each acknowledgement."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outbound.servers import hang, serving

from hygie.exchange.subscriptions.channels import Delivered, Retry, Target
from hygie.exchange.subscriptions.channels.hl7v2.channel import Hl7v2
from hygie.hl7v2.delimiters import STANDARD
from hygie.hl7v2.escapes import unescape
from hygie.hl7v2.message import Message
from hygie.hl7v2.parse import parse
from hygie.hl7v2.writing import text
from hygie.intake.mapping.engine import Context
from hygie.intake.mapping.movement import read_change
from hygie.intake.mapping.person import read_person
from hygie.intake.mapping.shipped import shipped
from hygie.intake.mapping.visit import require_visit
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
INS = {
    "use": "official", "system": "urn:oid:1.2.250.1.213.1.4.8", "value": "276037510669326"
}  # fmt: skip
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:oid:1.2.3", "value": "8001"}, INS],
    "name": [{"use": "official", "family": "MARTIN|&^", "given": ["ANNE"]}],
    "birthDate": "1976-03-02",
    "gender": "female",
}
STAY: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "e1",
    "identifier": [{"system": "urn:oid:1.2.4", "value": "V1"}],
    "status": "in-progress",
    "class": {"code": "IMP"},
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-01-10T08:00:00+01:00"},
    "location": [{"location": {"reference": "Location/l1"}, "status": "active"}],
    "serviceProvider": {"reference": "Organization/o1"},
}
PLACE = {
    "resourceType": "Location", "id": "l1",
    "identifier": [{"system": "x:lieu", "value": "2110/12/1"}],
}  # fmt: skip
UNIT = {
    "resourceType": "Organization", "id": "o1", "name": "Cardiologie",
    "identifier": [{"system": "x", "value": "2110"}],
}  # fmt: skip
RESULT: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "r1",
    "status": "corrected",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": "Créatinine"}]},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2026-01-10",
    "valueQuantity": {
        "value": 72.5, "unit": "µmol/L", "code": "umol/L", "system": "http://unitsofmeasure.org"
    },
    "referenceRange": [{"low": {"value": 45}, "high": {"value": 84}}],
}  # fmt: skip


def notification(focus: dict[str, Any], *context: dict[str, Any]) -> bytes:
    def reference(one: dict[str, Any]) -> str:
        return f"https://hygie.test/fhir/{one['resourceType']}/{one['id']}"

    event = [
        {"name": "event-number", "valueString": "1"},
        {"name": "timestamp", "valueInstant": "2026-01-10T09:30:00Z"},
        {"name": "focus", "valueReference": {"reference": reference(focus)}},
    ]
    status = {
        "resourceType": "Parameters",
        "parameter": [{"name": "notification-event", "part": event}],
    }
    resources = [{"fullUrl": reference(one), "resource": one} for one in (focus, *context)]
    entries = [{"fullUrl": "urn:uuid:1", "resource": status}, *resources]
    return json.dumps({"resourceType": "Bundle", "type": "history", "entry": entries}).encode()


def target(port: int, topic: str = "adt", **changes: Any) -> Target:
    plain = Target(
        "s1",
        f"mllp://127.0.0.1:{port}",
        "x-application/hl7-v2+er7",
        "full-resource",
        timeout_seconds=5,
        topic=f"urn:hygie:topic:hl7v2-{topic}",
    )
    return replace(plain, **changes)


@pytest.fixture
async def channel() -> AsyncIterator[Hl7v2]:
    outbound = Outbound(read_permission("127.0.0.1"))
    yield Hl7v2(outbound)
    await outbound.close()


class Engine:
    """An interface engine: keeps what it gets, and answers as told."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.got: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            framed = await reader.readuntil(b"\x1c\r")
            assert framed.startswith(b"\x0b")
            self.got.append(framed[1:-2])
            code = self.answers.pop(0) if self.answers else "AA"
            control = self.message.header.text(10)
            said = f"MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|{code}|{control}\r"
            writer.write(b"\x0b" + said.encode() + b"\x1c\r")
            await writer.drain()

    @property
    def message(self) -> Message:
        return parse(self.got[-1])


async def told(channel: Hl7v2, body: bytes, topic: str = "adt", **changes: Any) -> Message:
    engine = Engine()
    async with serving(engine) as port:
        assert await channel.deliver(target(port, topic, **changes), body) == Delivered()
    return engine.message


async def test_an_admission_is_read_as_it_was_meant(channel: Hl7v2) -> None:
    """Guards: a message that another system, or we ourselves, would file otherwise."""
    message = await told(channel, notification(STAY, PATIENT, PLACE, UNIT))
    assert message.name == "ADT^A01"
    assert message.header.text(12) == "2.5"
    assert message.header.text(18) == "UNICODE UTF-8"
    person = read_person(message, PARIS)
    assert [(one.system, one.value) for one in person.local] == [("urn:oid:1.2.3", "8001")]
    assert person.traits.birth_name == "MARTIN|&^"
    assert (person.traits.birth_date, person.traits.gender) == ("1976-03-02", "female")
    visit = require_visit(Context(message, PARIS, "{}-{}".format, shipped()))
    assert (visit.system, visit.number, visit.patient_class) == ("urn:oid:1.2.4", "V1", "I")
    change = read_change(message, PARIS, lambda kind, key: f"{kind}-{key}")
    assert (change.fact.action, change.fact.event) == ("INSERT", "A01")
    assert change.fact.start == "2026-01-10T08:00:00+01:00"
    pv1 = message.require("PV1")
    assert [pv1.text(3, number) for number in (1, 2, 3)] == ["2110", "12", "1"]
    assert message.require("ZBE").text(7, 10) == "2110"


async def test_a_patient_without_numbers_is_known_by_ours(channel: Hl7v2) -> None:
    """Guards: a message refused for want of PID-3; an unqualified matricule that leaves in it."""
    unqualified = {"system": "urn:hygie:ins-non-qualifie:1.2.250.1.213.1.4.8", "value": "276"}
    body = notification(STAY, PATIENT | {"identifier": [unqualified, INS]})
    pid = (await told(channel, body)).require("PID")
    assert [field.text() for field in pid.repetitions(3)] == ["p1"]


async def test_the_last_movement_is_what_is_told(channel: Hl7v2) -> None:
    """Guards: a transfer told as an admission, or under another number than it has."""
    parts = [
        {"url": "event", "valueCode": "A02"},
        {"url": "start", "valueDateTime": "2026-01-11T08:00:00+01:00"},
        {"url": "id", "valueString": "1.2.6|M2"},
    ]
    stay = STAY | {"extension": [{"url": "urn:hygie:movement", "extension": parts}]}
    message = await told(channel, notification(stay, PATIENT))
    assert message.name == "ADT^A02"
    assert [message.require("ZBE").text(1, part) for part in (1, 3)] == ["M2", "1.2.6"]
    assert message.require("ZBE").text(2) == "20260111080000+0100"
    ended = STAY | {"status": "finished", "period": {"end": "2026-01-12T08:00:00+01:00"}}
    assert (await told(channel, notification(ended, PATIENT))).name == "ADT^A03"


@pytest.mark.parametrize("status", ["PROV", "RECUP", "VALI", "QUAL"])
async def test_an_ins_leaves_only_with_a_qualified_identity(channel: Hl7v2, status: str) -> None:
    """Guards: another person's INS, sent on with our word for it (RNIV)."""
    extension = [{"url": "urn:hygie:identity-status", "valueCode": status}]
    body = notification(STAY, PATIENT | {"extension": extension})
    pid = (await told(channel, body)).require("PID")
    kinds = [field.text(5) for field in pid.repetitions(3)]
    assert ("INS" in kinds) == (status == "QUAL")


async def test_a_result_is_told_with_its_digits(channel: Hl7v2) -> None:
    """Guards: a figure, a unit or a status other than those of the laboratory."""
    body = notification(RESULT, PATIENT).replace(b"72.5", b"7.250e1")
    message = await told(channel, body, "oru")
    assert message.name == "ORU^R01"
    obx = message.require("OBX")
    fields = [obx.text(number) for number in (2, 3, 5, 6, 7, 11, 14)]
    assert fields == ["NM", "2160-0", "72.50", "umol/L", "45-84", "C", "20260110"]
    assert obx.text(3, 3) == "LN"


async def test_components_and_unknown_values_are_told(channel: Hl7v2) -> None:
    """Guards: half a blood pressure; a curve that vanishes without a word."""
    code = RESULT["code"]
    pressure = {name: value for name, value in RESULT.items() if name != "valueQuantity"}
    pressure["component"] = [
        {"code": code, "valueQuantity": {"value": 120}},
        {"code": code, "valueSampledData": {"origin": {"value": 0}}},
    ]
    message = await told(channel, notification(pressure, PATIENT), "oru")
    assert [(obx.text(4), obx.text(2)) for obx in message.all("OBX")] == [
        ("1.1", "NM"),
        ("1.2", ""),
    ]
    assert "consultez Hygie" in message.require("NTE").text(3)


async def test_a_report_tells_its_results(channel: Hl7v2) -> None:
    """Guards: a report that arrives empty."""
    report = {
        "resourceType": "DiagnosticReport", "id": "d1", "status": "final",
        "code": {"text": "Bilan"}, "subject": {"reference": "Patient/p1"},
        "result": [{"reference": "Observation/r1"}],
    }  # fmt: skip
    message = await told(channel, notification(report, RESULT, PATIENT), "oru")
    assert message.require("OBR").text(25) == "F"
    assert len(list(message.all("OBX"))) == 1


async def test_each_attempt_is_the_same_message(channel: Hl7v2) -> None:
    """Guards: one event filed twice by whoever got it twice; a connection for every message."""
    engine = Engine("AE", "AR", "AA")
    body = notification(STAY, PATIENT)
    async with serving(engine) as port:
        asked = target(port, headers=(("MSH-4", "CHU & Co"), ("MSH-5", "DPI")))
        outcomes = [await channel.deliver(asked, body, [("webhook-id", "s1-1")]) for _ in range(3)]
        later = await channel.deliver(asked, body, [("webhook-id", "s1-2")])
    assert [type(outcome) for outcome in (*outcomes, later)] == [Retry, Retry, Delivered, Delivered]
    assert engine.got[0] == engine.got[1] == engine.got[2] != engine.got[3]
    assert engine.connections == 1
    assert engine.message.header.text(4) == "CHU & Co"
    assert engine.message.header.text(5) == "DPI"


async def test_an_answer_to_something_else_is_none(channel: Hl7v2) -> None:
    """Guards: a message taken for filed because an older one was."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\x1c\r")
        writer.write(b"\x0bMSH|^~\\&|E\rMSA|AA|OTHER\r\x1c\r")

    async with serving(speak) as port:
        outcome = await channel.deliver(target(port), notification(STAY, PATIENT))
    assert isinstance(outcome, Retry)


async def hung_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\x1c\r")


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"\x0b" + b"x" * 65_536)
        await writer.drain()


@pytest.mark.parametrize("speaks", [hang, hung_up, endless])
async def test_a_bad_destination_is_left_in_time(
    channel: Hl7v2, speaks: Callable[..., Awaitable[None]]
) -> None:
    """Guards: a queue behind an engine that hangs, cuts, or never ends what it says."""
    async with serving(speaks) as port:
        before = monotonic()
        asked = target(port, timeout_seconds=0.5)
        assert isinstance(await channel.deliver(asked, notification(STAY, PATIENT)), Retry)
        assert monotonic() - before < 5


async def test_a_late_answer_is_not_that_of_the_next(channel: Hl7v2) -> None:
    """Guards: acknowledgements shifted by one after a pause."""
    engine, first = Engine(), True

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal first
        if first:
            first = False
            await hang(reader, writer)
        await engine(reader, writer)

    async with serving(speak) as port:
        body = notification(STAY, PATIENT)
        slow = target(port, timeout_seconds=0.3)
        assert isinstance(await channel.deliver(slow, body), Retry)
        assert await channel.deliver(target(port), body) == Delivered()


async def test_a_handshake_reaches_the_destination_and_files_nothing(channel: Hl7v2) -> None:
    """Guards: a message without an event in somebody's record; an engine that is not there."""
    status = {"resourceType": "Parameters", "parameter": []}
    body = json.dumps({"resourceType": "Bundle", "entry": [{"resource": status}]}).encode()
    engine = Engine()
    async with serving(engine) as port:
        assert await channel.deliver(target(port), body) == Delivered()
    assert engine.got == []
    assert isinstance(await Hl7v2(Outbound(read_permission("127.0.0.1"))).deliver(
        target(port), body), Retry)  # fmt: skip


async def test_without_its_patient_nothing_is_told(channel: Hl7v2) -> None:
    """Guards: a message of nobody, when the subscriber may not read patients."""
    async with serving(Engine()) as port:
        assert isinstance(await channel.deliver(target(port), notification(STAY)), Retry)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"topic": "urn:hygie:topic:patient-merged"}, "subscription.topic"),
        ({"mime_type": "application/fhir+json"}, "subscription.payload"),
        ({"content": "id-only"}, "subscription.content"),
        ({"max_count": 2}, "subscription.content"),
        ({"headers": (("MSH-9", "x"),)}, "subscription.header"),
        ({"endpoint": "https://127.0.0.1/"}, "outbound.address"),
        ({"endpoint": "mllp://127.0.0.2:9"}, "outbound.forbidden"),
        ({"endpoint": "mllp://93.184.215.14:2575"}, "outbound.forbidden"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    channel: Hl7v2, changes: dict[str, Any], rule: str
) -> None:
    """Guards: a feed accepted that can only fail; health data in clear on the Internet."""
    with pytest.raises(Refused) as refused:
        await channel.admit(target(9, **changes))
    assert refused.value.refusal.issues[0].rule == rule


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_every_text_comes_back(value: str) -> None:
    """Guards: a field cut, or a segment made, by what somebody wrote into a name."""
    written = text(value)
    assert not set(written) & set("|^&~\r\n\x0b\x1c")
    assert unescape(written, STANDARD) == value
