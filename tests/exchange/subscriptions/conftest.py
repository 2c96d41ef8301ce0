"""A store with its subscriptions, a client that may do everything, and a channel that remembers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from hygie.access import Access
from hygie.exchange.subscriptions.channels import Delivered, Header, Outcome, Target
from hygie.exchange.subscriptions.door import Door
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.service import serve
from hygie.fhir.policy.standards import base_writing
from hygie.store.interactions import Repository
from hygie.store.store import Store
from hygie.trace import Context

BASE = "http://hospital.test/fhir"
EXTENSION = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Martin"}]}


class MemoryChannel:
    """Takes everything, unless told what to answer; remembers what it took, in order."""

    def __init__(self) -> None:
        self.taken: list[tuple[Target, bytes]] = []
        self.answers: list[Outcome] = []
        self.changed = asyncio.Event()

    async def admit(self, target: Target) -> None:
        return

    async def deliver(self, target: Target, body: bytes, headers: Sequence[Header] = ()) -> Outcome:
        outcome = self.answers.pop(0) if self.answers else Delivered()
        if isinstance(outcome, Delivered):
            self.taken.append((target, body))
        self.changed.set()
        return outcome

    def bundles(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken if body]

    async def until(self, enough: Callable[["MemoryChannel"], bool]) -> None:
        async with asyncio.timeout(30):
            while not enough(self):
                self.changed.clear()
                await self.changed.wait()


def parameters(bundle: dict[str, Any]) -> dict[str, Any]:
    """The status of a notification: name -> value; events under "notification-event"."""
    found: dict[str, Any] = {"notification-event": []}
    for one in bundle["entry"][0]["resource"]["parameter"]:
        values = [value for name, value in one.items() if name.startswith("value")]
        if values:
            found[one["name"]] = values[0]
        else:
            part = {
                p["name"]: next(v for n, v in p.items() if n.startswith("value"))
                for p in one["part"]
            }
            found["notification-event"].append(part)
    return found


def numbers(bundles: Sequence[dict[str, Any]]) -> list[int]:
    """Of every event told, in the order in which they came."""
    return [
        int(event["event-number"])
        for bundle in bundles
        for event in parameters(bundle)["notification-event"]
    ]


def subscription(
    criteria: str,
    *filters: str,
    content: str = "id-only",
    channel: str = "rest-hook",
    **extensions: int,
) -> dict[str, Any]:
    """As a client writes it."""
    given = {"heartbeat_period": "valueUnsignedInt", "timeout": "valueUnsignedInt",
             "max_count": "valuePositiveInt"}  # fmt: skip
    resource: dict[str, Any] = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "test",
        "criteria": criteria,
        "channel": {
            "type": channel,
            "endpoint": "https://other.test/hook",
            "payload": "application/fhir+json",
            "_payload": {
                "extension": [{"url": f"{EXTENSION}payload-content", "valueCode": content}]
            },
        },
    }
    if filters:
        listed = [{"url": f"{EXTENSION}filter-criteria", "valueString": one} for one in filters]
        resource["_criteria"] = {"extension": listed}
    if extensions:
        resource["channel"]["extension"] = [
            {"url": EXTENSION + name.replace("_", "-"), given[name]: value}
            for name, value in extensions.items()
        ]
    return resource


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def access(store: Store, trail: Any) -> Access:
    return Access(store.pool, store.keyring, trail)


@pytest.fixture
def parts(store: Store, channel: MemoryChannel) -> Parts:
    return Parts(store, {"rest-hook": channel}, BASE)


@pytest.fixture
def repository(store: Store, parts: Parts) -> Repository:
    return Repository(store, base_writing(), gates={"Subscription": Door(parts)})


@pytest.fixture
async def client(access: Access) -> Context:
    """A machine client that may do everything."""
    return await bearer(access, "system/*.cruds")


async def bearer(access: Access, scopes: str, name: str = "ward") -> Context:
    """A client with a new token of these scopes."""
    secret = await access.create_token(name, scopes, timedelta(hours=1))
    known = await access.client(secret)
    assert known is not None
    return Context(
        actor=known.name, kind="client", request="test", token=known.token, sight=known.sight
    )


@pytest.fixture
async def serving(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """What runs beside a server."""
    monkeypatch.setattr("hygie.exchange.subscriptions.service.PAUSE_SECONDS", 0.02)
    task = asyncio.create_task(serve(parts))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def status(store: Store, context: Context) -> Callable[..., Any]:
    """Waits until a Subscription has a status; the resource."""

    async def wait(id_: str, *wanted: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while True:
                stored = await store.read(context, "Subscription", id_)
                resource: dict[str, Any] = json.loads(stored.body)
                if resource["status"] in wanted:
                    return resource
                await asyncio.sleep(0.01)

    return wait
