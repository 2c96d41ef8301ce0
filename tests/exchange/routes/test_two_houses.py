"""One house feeds another: what is filed here is filed there, the same, whatever breaks between."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.conftest import TEMPLATE, MemoryTrail, administer, database
from tests.exchange.routes.conftest import PERSON
from tests.exchange.routes.peers import control_of
from tests.outbound.servers import serving

from hygie.exchange.routes import sending, service
from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.checks import Reach
from hygie.exchange.routes.declaration import Mllp, Produce, Route
from hygie.exchange.routes.registry import Routes
from hygie.exchange.routes.service import Service
from hygie.fhir.codec import decode
from hygie.fhir.policy.standards import base_writing
from hygie.fhir.search.query import Query
from hygie.hl7v2.framing import frame
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.intake.acknowledgement import acknowledgement
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store import register
from hygie.store.interactions import Repository
from hygie.store.keys.envelope import unlock
from hygie.store.store import Store
from hygie.trace import Context

PDF = base64.b64encode(b"%PDF-1.7 lettre").decode()
LATER = base64.b64encode(b"%PDF-1.7 lettre, corrig\xc3\xa9e").decode()
ASKS = Context(actor="test", kind="system")


@dataclass
class House:
    store: Store
    gateway: Gateway
    routes: Routes

    async def all(self, type_: str) -> list[dict[str, Any]]:
        page = await self.store.search(ASKS, Query(type=type_, count=1000))
        return [decode(match.body) for match in page.matches]


@pytest.fixture
async def houses(cluster, tmp_path) -> AsyncIterator[tuple[House, House]]:
    async with contextlib.AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(house(cluster, "house_a", tmp_path / "a")),
            await stack.enter_async_context(house(cluster, "house_b", tmp_path / "b")),
        )


@contextlib.asynccontextmanager
async def house(cluster, name, folder):
    await administer(
        cluster.dsn(), f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy"
    )
    dsn = database(cluster.dsn(), name)
    keys = await unlock(dsn, folder / "master.key", generate=True)
    store = await Store.open(dsn, keys, lambda pool: MemoryTrail(), zone=ZoneInfo("Europe/Paris"))
    repository = Repository(store, base_writing())
    routes = Routes(store, Outbound(read_permission("127.0.0.1")), Reach((), ()))
    yield House(store, Gateway(store, repository, Identity(store)), routes)
    await store.close()
    await administer(cluster.dsn(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(sending, "RETRY_SECONDS", (0.05,) * 6)
    monkeypatch.setattr(sending, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(service, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(register, "LOOK_SECONDS", 0.05)


class Listener:
    """The MLLP door of a house; now and then it breaks off before, or after, it has answered."""

    def __init__(self, house: House, *, breaks: int = 0) -> None:
        self.house = house
        self.breaks = breaks
        self.got: list[str] = []
        self.refused: list[tuple[str, str]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            raw = (await reader.readuntil(b"\x1c\r"))[1:-2]
            self.got.append(control_of(raw))
            if self.breaks and len(self.got) % self.breaks == 1:
                return
            receipt = await self.house.gateway.receive("amont", raw)
            if receipt.answered not in ("filed", "kept"):
                self.refused.append((receipt.event, receipt.issues[0].rule))
            if self.breaks and len(self.got) % self.breaks == 2:
                return
            writer.write(frame(acknowledgement(raw, receipt, datetime.now(UTC))))
            await writer.drain()


@contextlib.asynccontextmanager
async def sent_on(origin: House, port: int, content: Produce | None = None):
    """The routes of `origin`, served until what it has to tell is taken, or dead."""
    destination = Mllp(host="127.0.0.1", port=port, connections=3)
    route = Route(
        name="aval", destination=destination, content=content or Produce(), timeout_seconds=5
    )
    await origin.routes.declare(route, PERSON)
    outbound = Outbound(read_permission("127.0.0.1"))
    async with serve(origin, outbound):
        while not await origin.store.outbox.place("routes"):  # noqa: ASYNC110 - of a database
            await asyncio.sleep(0.01)
        yield
        await told(origin)
    await outbound.close()


@contextlib.asynccontextmanager
async def serve(origin: House, outbound: Outbound):
    task = asyncio.create_task(
        Service(origin.store, origin.routes, outbound, lambda _, message: message).serve()
    )
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def told(origin: House) -> None:
    """Once the outbox was read to its end, and nothing waits."""
    async with asyncio.timeout(30):
        while True:
            behind = await origin.store.outbox.read("routes", 1)
            waiting = await origin.routes.browsing.browse(Filters(states=("waiting",)), 1, PERSON)
            if not behind and not waiting:
                return
            await asyncio.sleep(0.02)


class Sender:
    """Writes messages as a hospital's systems do, and files them."""

    def __init__(self, origin: House) -> None:
        self.origin = origin
        self.count = 0

    async def __call__(self, event: str, *lines: str, person: str = "8001", at: str = "1200"):
        self.count += 1
        stamp = f"20260110{at}00"
        head = (
            f"MSH|^~\\&|GAM|CH^1.2.9^ISO|HYGIE|CH|{stamp}||{event}|C{self.count}|P|2.5^FRA^2.11|||||"
            "FRA|UNICODE UTF-8"
        )
        ins = "276037510669380^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
        numbers = f"{person}^^^CH&1.2.3&ISO^PI" + (f"~{ins}" if person == "8001" else "")
        pid = (
            f"PID|||{numbers}||MARTIN^ANNE^ANNE LUCIE^^^^L~DURAND^^^^^^D||19760302|F|||"
            "1 rue A^^LYON^^69001^FRA^H~^^^^^^BDL^^51066||^PRN^PH^^^^^^^^^0601020304"
            + "|" * 19 + ("VALI" if person == "8001" else "PROV")
        )  # fmt: skip
        raw = "\r".join([head, f"EVN||{stamp}", pid, *lines, ""]).encode()
        receipt = await self.origin.gateway.receive("gam", raw)
        assert receipt.state == "filed", (event, receipt.issues)

    async def move(
        self, event: str, number: str, at: str, *, action: str = "INSERT", original: str = "",
        place: str = "2110^12^1", start: str = "", kind: str = "I", recorded: str = "",
    ):  # fmt: skip
        await self(
            f"ADT^{event}",
            f"PV1||{kind}|{place}||||10003^HOUSE^GREGORY^^^DR^^^&1.2.250.1.71.4.2.1&ISO"
            + "|" * 12 + "V1^^^CH&1.2.4&ISO^VN",
            f"ZBE|{number}^CH^1.2.6^ISO|20260110{start or at}00||{action}|N|{original}|"
            "Cardiologie^^^^^&1.2.5&ISO^UF^^^2110||HMS",
            at=recorded or at,
        )  # fmt: skip


async def history(sends: Sender) -> None:
    """Admission, transfers, a correction, a cancellation, results, letters, another patient."""
    await sends("ADT^A28")
    await sends("ADT^A28", person="8002")
    await sends.move("A01", "M1", "0800")
    await sends.move("A02", "M2", "0900", place="2120^3^2")
    await sends.move("Z99", "M2", "0905", action="UPDATE", original="A02", start="0910")
    await sends.move("A21", "M3", "1000")
    await sends.move("A52", "M3", "1010", action="CANCEL", original="A21", start="1000")
    visit = "PV1||I|" + "|" * 16 + "V1^^^CH&1.2.4&ISO^VN"
    obr = "OBR|1|P1^DPI|1001^LABO^1.2.7^ISO|34555-3^Créatinine^LN|||202601101030|" + "|" * 14 + (
        "202601101100||CH|{status}"
    )  # fmt: skip
    obx = "OBX|1|NM|2160-0^Créatinine^LN||{value}|umol/L^µmol/L^UCUM|45-84|H|||F|||202601101030"
    await sends("ORU^R01^ORU_R01", visit, obr.format(status="P"), obx.format(value="92.50"),
                "NTE|1||à contrôler")  # fmt: skip
    await sends(
        "ORU^R01^ORU_R01", visit, obr.format(status="C"), obx.format(value="72.5"),
        "OBX|2|ST|600-7^Bactéries^LN||E. coli|||A|||F",
        f"OBX|3|ED|11502-2^CR de biologie^LN||^application^PDF^Base64^{PDF}||||||F",
    )  # fmt: skip
    txa = "TXA|1|CR|AP|202601101200|||||10003^HOUSE^GREGORY|||{number}^DPI|{parent}||||LA"
    held = "OBX|1|ED|34133-9^Lettre^LN||^application^PDF^Base64^{data}||||||{status}"
    mask = "OBX|2|CWE|INVISIBLE_PATIENT^Non visible||Y||||||F"
    await sends("MDM^T02^MDM_T02", visit, txa.format(number="D1", parent=""),
                held.format(data=PDF, status="F"), mask)  # fmt: skip
    await sends("MDM^T10^MDM_T02", visit, txa.format(number="D2", parent="D1^DPI"),
                held.format(data=LATER, status="C"), mask)  # fmt: skip
    await sends("MDM^T02^MDM_T02", visit, txa.format(number="D3", parent=""),
                held.format(data=PDF, status="F"))  # fmt: skip
    await sends("MDM^T04^MDM_T02", visit, txa.format(number="D3", parent=""),
                held.format(data=PDF, status="D"))  # fmt: skip
    await sends.move("A03", "M4", "1500")
    await sends("ADT^A31", person="8002", at="1600")


async def same(here: House, there: House) -> None:
    """The same patients, stays, results and documents, by what they say."""
    for type_, told_of in WHAT.items():
        one = sorted((told_of(item) for item in await here.all(type_)), key=repr)
        other = sorted((told_of(item) for item in await there.all(type_)), key=repr)
        assert one == other, type_
        assert one, type_


def _identifiers(resource):
    return sorted((one.get("system", ""), one["value"]) for one in resource.get("identifier", []))


def _patient(one):
    names = [(n.get("use"), n.get("family"), tuple(n.get("given", []))) for n in one["name"]]
    links = [link["type"] for link in one.get("link", [])]
    telecoms = [t["value"] for t in one.get("telecom", [])]
    return (_identifiers(one), names, one["gender"], one["birthDate"], one.get("active"), links,
            one.get("address"), telecoms)  # fmt: skip


def _encounter(one):
    places = [(p["status"], p["period"]) for p in one.get("location", [])]
    moves = [e for e in one.get("extension", []) if e["url"].startswith("urn:hygie:movement")]
    return (_identifiers(one), one["status"], one["class"]["code"], one["period"], places,
            len(moves), [p["individual"] for p in one.get("participant", [])])  # fmt: skip


def _observation(one):
    value = {name: item for name, item in one.items() if name.startswith("value")}
    notes = [note["text"] for note in one.get("note", [])]
    return (one["status"], one["code"], value, one.get("effectiveDateTime"), notes,
            one.get("interpretation"), one.get("referenceRange"), one.get("category"))  # fmt: skip


def _report(one):
    return (_identifiers(one), one["status"], one["code"], one.get("effectiveDateTime"),
            one.get("issued"), len(one.get("result", [])),
            [form["hash"] for form in one.get("presentedForm", [])])  # fmt: skip


def _document(one):
    return (one.get("masterIdentifier"), one["status"], one.get("docStatus"), one.get("date"),
            one["content"][0]["attachment"]["hash"], one.get("type"), one.get("securityLabel"),
            [link["code"] for link in one.get("relatesTo", [])])  # fmt: skip


def _named(one):
    return one["name"], _identifiers(one)


WHAT = {
    "Patient": _patient, "Encounter": _encounter, "Observation": _observation,
    "DiagnosticReport": _report, "DocumentReference": _document, "Location": _named,
    "Organization": _named,
}  # fmt: skip


async def test_one_house_feeds_another_and_merges_follow(houses):
    """Danger: two establishments hold two truths of one patient, or two patients of one."""
    here, there = houses
    listener = Listener(there)
    async with serving(listener) as port, sent_on(here, port):
        sends = Sender(here)
        await history(sends)
        await told(here)
        await same(here, there)
        await sends("ADT^A40", "MRG|8002^^^CH&1.2.3&ISO^PI", at="1700")
    assert listener.refused == []
    # What changes nothing here (the last A31) is not told.
    assert len(listener.got) == len(set(listener.got)) == 15
    await same(here, there)
    assert sorted(one["active"] for one in await there.all("Patient")) == [False, True]


async def test_a_line_that_breaks_again_and_again_loses_and_doubles_nothing(houses):
    """Danger: what was filed and not acknowledged is filed twice, or given up."""
    here, there = houses
    listener = Listener(there, breaks=3)
    async with serving(listener) as port, sent_on(here, port):
        await history(Sender(here))
    assert len(listener.got) > len(set(listener.got))
    assert listener.refused == []
    await same(here, there)


async def test_a_sender_that_is_killed_again_and_again_loses_and_doubles_nothing(houses):
    """Danger: the process that tells of changes dies between two of its writes."""
    here, there = houses
    listener = Listener(there)
    async with serving(listener) as port:
        async with sent_on(here, port):
            pass
        outbound = Outbound(read_permission("127.0.0.1"))
        filing = asyncio.create_task(history(Sender(here)))
        for pause in (0.13, 0.29, 0.05, 0.41, 0.17, 0.23):
            async with serve(here, outbound):
                await asyncio.sleep(pause)
        await filing
        async with serve(here, outbound):
            await told(here)
        await outbound.close()
    assert listener.refused == []
    await same(here, there)


async def test_only_what_a_route_asks_for_is_told(houses):
    """Danger: a partner is told of stays that are none of its business."""
    here, there = houses
    listener = Listener(there)
    content = Produce(messages=("adt",), units=("9999",), criteria=("Patient?family=nobody",))
    async with serving(listener) as port, sent_on(here, port, content):
        await history(Sender(here))
    assert listener.got == []


async def test_two_houses_that_tell_each_other_do_not_echo(houses):
    """Danger: one movement goes round and round between two houses."""
    here, there = houses
    first, second = Listener(there), Listener(here)
    back = Produce(except_sources=("amont",))
    async with serving(first) as port, serving(second) as other:  # noqa: SIM117
        async with sent_on(there, other, back), sent_on(here, port, back):
            await history(Sender(here))
            await told(here)
    assert second.got == []
    await same(here, there)
