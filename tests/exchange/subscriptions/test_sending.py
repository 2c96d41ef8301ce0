"""Guards the last step of a notification: from a subscription to a real server's hands."""

import asyncio
import hashlib
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest
from tests.exchange.subscriptions.conftest import BASE, EXTENSION, PATIENT, subscription
from tests.outbound.servers import read_request
from tests.outbound.servers import serving as listening

from hygie.exchange.subscriptions.channels.hl7v2.channel import Hl7v2
from hygie.exchange.subscriptions.channels.rest_hook import RestHook
from hygie.exchange.subscriptions.parts import Parts
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused
from hygie.store.store import Store

KEY = bytes(range(24))
ANY_PATIENT = "urn:hygie:topic:any-change:Patient"


@pytest.fixture
async def parts(store: Store) -> AsyncIterator[Parts]:
    """Which sends for good, to this machine only."""
    outbound = Outbound(read_permission("127.0.0.1"))
    ways = {"rest-hook": RestHook(outbound), "hl7v2": Hl7v2(outbound)}
    yield Parts(store, ways, BASE)
    await outbound.close()


def signed_subscription(port: int) -> dict:
    asked = subscription(ANY_PATIENT)
    secret = {
        "url": "urn:hygie:webhook-secret", "valueString": f"whsec_{b64encode(KEY).decode()}"
    }  # fmt: skip
    asked["channel"] |= {"endpoint": f"http://127.0.0.1:{port}/hook", "extension": [secret]}
    return asked


async def test_an_event_is_signed_and_known_again(repository, client, serving, status):
    """A subscriber told twice, or by an impostor, must be able to tell."""
    seen: list[tuple[str, dict[str, str], bytes]] = []
    enough = asyncio.Event()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            # The event is refused once: it comes again under the same identifier.
            code = b"503 Busy" if len(seen) == 2 else b"200 OK"
            writer.write(b"HTTP/1.1 " + code + b"\r\nContent-Length: 0\r\n\r\n")
            if len(seen) == 3:
                enough.set()

    async with listening(speak) as port:
        made = await repository.create(client, signed_subscription(port))
        await status(made.id, "active")
        await repository.update(client, "Patient", "p1", PATIENT)
        async with asyncio.timeout(10):
            await enough.wait()
    assert seen[1][1]["webhook-id"] == seen[2][1]["webhook-id"] == f"{made.id}-1"
    for _, headers, body in seen:
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        proof = b64encode(hmac.new(KEY, text, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{proof}"


async def test_an_inner_address_is_refused_as_it_is_written(repository, client):
    """A subscriber must not have the house ask its own services."""
    asked = signed_subscription(1)
    asked["channel"]["endpoint"] = "http://169.254.169.254/latest/meta-data"
    with pytest.raises(Refused) as refused:
        await repository.create(client, asked)
    assert refused.value.refusal.issues[0].rule == "outbound.never"


async def test_an_admission_reaches_an_interface_engine(repository, client, serving, status):
    """A department that is not told by HL7 v2 of who lies in its beds."""
    got: list[str] = []
    enough = asyncio.Event()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            message = (await reader.readuntil(b"\x1c\r"))[1:-2].decode()
            got.append(message)
            control = message.split("|")[9]
            writer.write(f"\x0bMSH|^~\\&|E\rMSA|AA|{control}\r\x1c\r".encode())
            enough.set()

    await repository.update(client, "Patient", "p1", PATIENT)
    place = {"resourceType": "Location", "id": "l1", "name": "Chambre 12"}
    await repository.update(client, "Location", "l1", place)
    kind = {"url": f"{EXTENSION}channel-type", "valueCoding": {"code": "hl7v2"}}
    asked = subscription("urn:hygie:topic:hl7v2-adt", content="full-resource", channel="message")
    asked["channel"] |= {
        "_type": {"extension": [kind]}, "payload": "x-application/hl7-v2+er7",
    }  # fmt: skip
    stay = {
        "resourceType": "Encounter", "id": "e1", "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/p1"}, "period": {"start": "2026-01-10T08:00:00+01:00"},
        "location": [{"location": {"reference": "Location/l1"}}],
    }  # fmt: skip
    async with listening(speak) as port:
        asked["channel"]["endpoint"] = f"mllp://127.0.0.1:{port}"
        made = await repository.create(client, asked)
        await status(made.id, "active")
        await repository.update(client, "Encounter", "e1", stay)
        async with asyncio.timeout(10):
            await enough.wait()
    (message,) = got
    assert "|ADT^A01^ADT_A01|" in message
    assert "|Martin^" in message or "|Martin|" in message
    assert "Chambre 12" in message
