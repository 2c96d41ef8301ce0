"""What came in and leaves again: what passes, once, with what it comes from; documents answered."""

import base64

import pytest
from tests.exchange.routes.conftest import PERSON

from hygie.bootstrap.gateways import telling
from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.declaration import Condition, Forward, Mllp, Route
from hygie.exchange.routes.departures import Settled
from hygie.exchange.routes.forwarding import Forwarding
from hygie.fhir.policy.standards import base_writing
from hygie.hl7v2.parse import parse
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.intake.sources.declaration import Source
from hygie.store.interactions import Repository

HEAD = "MSH|^~\\&|SIL|LABO|DPI|CH|20260110120000||{event}|{control}|P|2.5|||||FRA|UNICODE UTF-8"
PID = "PID|||8001^^^CH&1.2.3&ISO^PI||MARTIN^ANNE^ANNE^^^^L||19760302|F"
DESTINATION = Mllp(host="127.0.0.1", port=2575)


def message(event: str, control: str, *lines: str, edition: str = "") -> bytes:
    head = HEAD.format(event=event, control=control) + (f"|||{edition}" if edition else "")
    return "\r".join([head, "EVN||20260110120000", PID, *lines, ""]).encode()


def document(control: str, number: str = "D1", content: str = "") -> bytes:
    held = content or base64.b64encode(b"%PDF-1.7").decode()
    return message(
        "MDM^T02^MDM_T02", control,
        f"TXA|1|CR|AP|202601101200||||||||{number}|||||LA",
        f"OBX|1|ED|11502-2^CR||^application^PDF^Base64^{held}||||||F",
        edition="2.0^CISIS_CDA_HL7_V2",
    )  # fmt: skip


class Declared:
    """Sources as declared, in place of the registry."""

    def __init__(self, **sources: Source) -> None:
        self._sources = sources

    async def named(self, name: str) -> Source:
        return self._sources.get(name, Source(name=name))


@pytest.fixture
def gateway(store, routes) -> Gateway:
    repository = Repository(store, base_writing())
    gateway = Gateway(store, repository, Identity(store))
    sources = Declared(labo=Source(name="labo", business_acknowledgement="retour"))
    gateway.tell(telling(store, sources, Forwarding(routes, store.keyring)))
    return gateway


async def leaving(routes, **restricted):
    found = await routes.browsing.browse(Filters(**restricted), 100, PERSON)
    return sorted(found, key=lambda one: one.id)


async def test_what_passes_leaves_as_it_came_with_its_entry(gateway, routes, store):
    """Danger: a message is passed on altered, or cannot be traced back to where it came from."""
    await routes.declare(Route(name="tout", destination=DESTINATION, content=Forward()), PERSON)
    raw = message("ADT^A28", "C1")
    receipt = await gateway.receive("gam", b"\x0b" + raw + b"\x1c\r")
    [one] = await leaving(routes)
    assert (one.entry, one.event, one.notes.control_id) == (receipt.id, "ADT^A28", "C1")
    found = await routes.browsing.departure(one.id, PERSON)
    assert found.content == raw.rstrip(b"\r")
    [patient] = await store.pool.fetch("SELECT patient FROM hygie.departure WHERE patient <> 0")
    assert patient["patient"]


async def test_only_what_the_filter_says_leaves(gateway, routes):
    """Danger: a partner gets what is not for it."""
    for name, content in {
        "gam": Forward(sources=("gam",)),
        "mouvements": Forward(events=("ADT^A01", "ORU^*")),
        "femmes": Forward(where=(Condition(field="PID-8", values=("F",)),)),
        "autre": Forward(where=(Condition(field="PID-3.4.2", values=("9.9",)),)),
    }.items():
        await routes.declare(Route(name=name, destination=DESTINATION, content=content), PERSON)
    await gateway.receive("gam", message("ADT^A28", "C1"))
    await gateway.receive("labo", message("ADT^A01", "C2", "PV1||I|||||||||||||||||V1"))
    assert [(one.route, one.notes.control_id) for one in await leaving(routes)] == [
        ("femmes", "C1"), ("gam", "C1"), ("femmes", "C2"), ("mouvements", "C2"),
    ]  # fmt: skip


async def test_what_is_in_quarantine_leaves_once_it_is_filed_and_once_only(gateway, routes):
    """Danger: what could not be filed is passed on, or never is, or twice."""
    await routes.declare(Route(name="tout", destination=DESTINATION, content=Forward()), PERSON)
    merge = message("ADT^A40", "C1", "MRG|8002^^^CH&1.2.3&ISO^PI")
    receipt = await gateway.receive("gam", merge)
    assert receipt.state == "quarantined"
    assert await leaving(routes) == []
    for number in ("8001", "8002"):
        raw = message("ADT^A28", f"P{number}").replace(b"8001", number.encode())
        await gateway.receive("gam", raw)
    await gateway.replay(receipt.id)
    await gateway.receive("gam", merge)
    left = await leaving(routes)
    assert [one.notes.control_id for one in left] == ["P8001", "P8002", "C1"]


async def test_a_merge_waits_for_what_came_before_it(gateway, routes, store):
    """Danger: the merge reaches the other side before the patient it merges."""
    await routes.declare(Route(name="tout", destination=DESTINATION, content=Forward()), PERSON)
    for number in ("8001", "8002"):
        raw = message("ADT^A28", f"P{number}").replace(b"8001", number.encode())
        await gateway.receive("gam", raw)
    await gateway.receive("gam", message("ADT^A40", "C1", "MRG|8002^^^CH&1.2.3&ISO^PI"))
    lanes = [row["lane"] for row in await store.pool.fetch(
        "SELECT lane FROM hygie.departure ORDER BY id")]  # fmt: skip
    assert lanes[2] == 0
    assert 0 not in lanes[:2]
    assert lanes[0] != lanes[1]


async def test_the_sender_of_a_document_learns_that_it_is_there(gateway, routes):
    """Danger: the laboratory believes in a letter that nobody has, or sends it again and again."""
    await routes.declare(Route(name="retour", destination=DESTINATION), PERSON)
    await gateway.receive("labo", document("C1"))
    await gateway.receive("labo", message("ADT^A28", "C2"))
    await gateway.receive("autre", document("C3", "D2"))
    [one] = await leaving(routes)
    said = parse((await routes.browsing.departure(one.id, PERSON)).content)
    assert (said.name, said.header.text(3), said.header.text(5)) == ("ZAM^Z01", "DPI", "SIL")
    assert (said.header.text(12), said.header.raw(21)) == ("2.6", "2.0^CISIS_CDA_HL7_V2")
    obx = said.require("OBX")
    assert (obx.text(3), obx.text(4), obx.raw(5)) == ("ACK_RECEPTION_DMP", "C1", "Y^^HL70136")
    assert said.first("ERR") is None


async def test_the_sender_of_a_refused_document_learns_why_and_then_that_it_was_mended(
    gateway, routes, store
):
    """Danger: a truncated document is lost without a word."""
    await routes.declare(Route(name="retour", destination=DESTINATION), PERSON)
    await gateway.receive("labo", document("C1", content="!!"))
    await gateway.receive("labo", document("C1"))
    first, *others = await leaving(routes)
    said = parse((await routes.browsing.departure(first.id, PERSON)).content)
    assert said.require("OBX").text(5) == "N"
    assert said.require("ERR").text(5) == "document.base64"
    assert len(others) <= 1


async def test_what_is_said_of_a_document_we_sent_is_noted_with_it(gateway, routes):
    """Danger: the refusal of a document at the DMP reaches the house, and nobody."""
    await routes.declare(Route(name="pfi", destination=DESTINATION, content=Forward()), PERSON)
    await gateway.receive("labo", document("C1"))
    [one] = await leaving(routes, route="pfi")
    await routes.departures.settle("pfi", [Settled(one.id, "sent", "", one.notes)])
    zam = "\r".join([
        "MSH|^~\\&|PFI|X|DPI|CH|20260111||ZAM^Z01^ZAM_Z01|9|P|2.6|||||FRA|UNICODE UTF-8",
        "EVN||20260111", "OBX|1|CWE|ACK_RECEPTION_DMP^Accusé^AckMetierZAM|C1|N^^HL70136||||||F",
        "ERR|||207^Error^HL70357|E|DMPClosed^DMP fermé^DMPERRORCODE", "",
    ])  # fmt: skip
    await gateway.receive("pfi", zam.encode())
    [said] = (await routes.browsing.departure(one.id, PERSON)).notes.confirmations
    assert (said.event, said.taken, said.about) == ("ZAM^Z01", False, "ACK_RECEPTION_DMP")
    assert said.why == "DMP fermé"
