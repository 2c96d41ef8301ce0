"""From a commit to what subscribers hear: 300 changes a second, 10,000 active subscriptions.

One result a change, for a patient drawn at random; each patient has one subscriber, most by
rest-hook, some by WebSocket. Time runs from the server's answer to the change, which it gives once
it is committed, to the arrival of the notification.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bench.harness import Figure, Result
from bench.house import House, Served, directory, free_port, served
from hygie.bootstrap import open_house
from hygie.exchange.subscriptions.backport import CONTENT, FILTER
from hygie.settings import Settings
from hygie.trace import Context

SUBSCRIPTIONS = 10_000
SOCKETS = 5
ON_SOCKETS = 500
CHANGES_PER_SECOND = 300
SECONDS = 20
WARM_UP_SECONDS = 4
OF_A_CLIENT = 1_600
TOGETHER = 200
GOAL_MS = 200
TOPIC = "urn:hygie:topic:result-available"
CONTEXT = Context(actor="bench", kind="system")


class Heard:
    """When each change was answered, and when it was heard of."""

    def __init__(self) -> None:
        self.answered: dict[str, float] = {}
        self.commits_ms: list[float] = []
        """From the sending of each change to its answer."""
        self.heard: dict[str, tuple[str, float]] = {}
        """Id of an Observation -> way, moment."""

    def take(self, way: str, notification: Any) -> None:
        now = time.perf_counter()
        for one in notification["entry"][0]["resource"]["parameter"]:
            for part in one.get("part", ()):
                if part["name"] == "focus":
                    id_ = part["valueReference"]["reference"].rpartition("/")[2]
                    self.heard.setdefault(id_, (way, now))

    def delays_ms(self, way: str) -> list[float]:
        """From the answer; a notification that came before it took no time."""
        return sorted(
            max(0.0, (moment - self.answered[id_]) * 1_000)
            for id_, (by, moment) in self.heard.items()
            if by == way and id_ in self.answered
        )


def run() -> Result:
    with directory() as data:
        tokens = asyncio.run(_fill(data, port := free_port()))
        os.environ["HYGIE_OUTBOUND_ALLOW"] = f"127.0.0.1:{port}"
        try:
            with served(data) as server:
                heard, spent, changes = asyncio.run(_measure(server, tokens, port))
        finally:
            del os.environ["HYGIE_OUTBOUND_ALLOW"]
    about = f"{SUBSCRIPTIONS} active subscriptions, {CHANGES_PER_SECOND} changes a second"
    return Result(bench="subscriptions", data=about, figures=tuple(_figures(heard, spent, changes)))


def _figures(heard: Heard, spent: float, changes: int) -> Sequence[Figure]:
    figures = []
    for way in ("rest-hook", "websocket"):
        delays = heard.delays_ms(way)
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            delay = round(delays[int(len(delays) * share)], 1)
            figures.append(
                Figure(
                    name=f"{way}, {name}", ours=delay, unit="ms",
                    goal=GOAL_MS if name == "p95" else None, note=f"{len(delays)} notifications",
                )
            )  # fmt: skip
    commits = sorted(heard.commits_ms)
    figures += [
        Figure(name=f"a change's own answer, {name}", ours=round(commits[at], 1), unit="ms")
        for name, at in (("p50", len(commits) // 2), ("p95", int(len(commits) * 0.95)))
    ]
    missing = len(heard.answered) - len(heard.heard)
    figures += [
        Figure(name="changes never heard of", ours=missing, unit="changes"),
        Figure(name="changes", ours=changes / SECONDS, unit="/s"),
        Figure(
            name="the server's processor time a change",
            ours=round(spent / changes * 1e3, 2),
            unit="ms",
        ),
    ]
    return figures


# --- before ----------------------------------------------------------------------------------
async def _fill(data: Path, port: int) -> list[str]:
    """Patients, and a subscription for each, active already; the tokens of the clients."""
    settings = Settings(data=data, outbound_allow=f"127.0.0.1:{port}")
    async with open_house(settings, "bench") as opened:
        patients = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(SUBSCRIPTIONS)]
        await _write(opened, patients)
        firsts = range(0, SUBSCRIPTIONS, OF_A_CLIENT)
        return [await _subscribe(opened, first, port) for first in firsts]


async def _subscribe(opened: House, first: int, port: int) -> str:
    """Those of one client."""
    name = f"ward{first}"
    secret = await opened.access.create_token(name, "system/*.cruds", timedelta(hours=10))
    client = await opened.access.client(secret)
    if client is None:
        raise RuntimeError("a new token is in force")
    context = Context(actor=name, kind="client", token=client.token, sight=client.sight)
    numbers = range(first, min(first + OF_A_CLIENT, SUBSCRIPTIONS))
    asked = [_subscription(n, port) for n in numbers]
    for start in range(0, len(asked), TOGETHER):
        entries = [
            {"resource": one, "request": {"method": "PUT", "url": f"Subscription/{one['id']}"}}
            for one in asked[start : start + TOGETHER]
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        await opened.repository.bundle(context, bundle)
    await _write(opened, [one | {"status": "active"} for one in asked])
    return secret


def _subscription(number: int, port: int) -> dict[str, Any]:
    on_socket = number < ON_SOCKETS
    return {
        "resourceType": "Subscription",
        "id": f"s{number}",
        "status": "requested",
        "reason": "bench",
        "criteria": TOPIC,
        "_criteria": {
            "extension": [{"url": FILTER, "valueString": f"Observation?patient=Patient/p{number}"}]
        },
        "channel": {
            "type": "websocket" if on_socket else "rest-hook",
            "endpoint": f"http://127.0.0.1:{port}/hook",
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": CONTENT, "valueCode": "id-only"}]},
        },
    }


async def _write(opened: House, resources: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(resources), TOGETHER):
        async with opened.store.transaction(CONTEXT) as transaction:
            await transaction.write_many(resources[start : start + TOGETHER])


# --- measured --------------------------------------------------------------------------------
async def _measure(server: Served, tokens: Sequence[str], port: int) -> tuple[Heard, float, int]:
    heard = Heard()
    runner = await _receiver(heard, port)
    headers = {"Authorization": f"Bearer {tokens[0]}", "Content-Type": "application/fhir+json"}
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:
        sockets = await _sockets(session, server, heard)
        await _change(session, server, heard, WARM_UP_SECONDS)
        await asyncio.sleep(1)
        heard.answered.clear()
        heard.heard.clear()
        heard.commits_ms.clear()
        before = server.processor_s()
        changes = await _change(session, server, heard, SECONDS)
        await asyncio.sleep(2)
        spent = server.processor_s() - before
        for task in sockets:
            task.cancel()
    await runner.cleanup()
    return heard, spent, changes


async def _receiver(heard: Heard, port: int) -> web.AppRunner:
    async def take(request: web.Request) -> web.Response:
        heard.take("rest-hook", json.loads(await request.read()))
        return web.Response()

    application = web.Application()
    application.router.add_post("/hook", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def _sockets(
    session: aiohttp.ClientSession, server: Served, heard: Heard
) -> list[asyncio.Task[None]]:
    tasks = []
    share = ON_SOCKETS // SOCKETS
    for first in range(0, ON_SOCKETS, share):
        ids = [{"name": "id", "valueId": f"s{n}"} for n in range(first, first + share)]
        body = json.dumps({"resourceType": "Parameters", "parameter": ids})
        address = f"{server.address}/fhir/Subscription/$get-ws-binding-token"
        async with session.post(address, data=body) as answer:
            given = {p["name"]: p for p in (await answer.json())["parameter"]}
        socket = await session.ws_connect(f"{server.address}/fhir/ws", headers={})
        await socket.send_str(f"bind-with-token: {given['token']['valueString']}")
        for _ in ids:
            await socket.receive_json()
        tasks.append(asyncio.create_task(_listen(socket, heard)))
    return tasks


async def _listen(socket: aiohttp.ClientWebSocketResponse, heard: Heard) -> None:
    async for message in socket:
        heard.take("websocket", json.loads(message.data))


async def _change(
    session: aiohttp.ClientSession, server: Served, heard: Heard, seconds: float
) -> int:
    """Changes at their times, however long answers take; how many."""
    start, sent = time.perf_counter(), 0
    running: set[asyncio.Task[None]] = set()
    while (now := time.perf_counter() - start) < seconds:
        while sent < now * CHANGES_PER_SECOND:
            task = asyncio.create_task(_result(session, server, heard))
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        await asyncio.sleep(0.002)
    await asyncio.gather(*running)
    return sent


async def _result(session: aiohttp.ClientSession, server: Served, heard: Heard) -> None:
    socketed = random.random() < 0.2
    number = random.randrange(ON_SOCKETS) if socketed else random.randrange(SUBSCRIPTIONS)
    body = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/p{number}"},
        "effectiveDateTime": "2026-01-01T08:00:00+01:00",
        "valueQuantity": {"value": random.randrange(50, 120), "unit": "/min"},
    }
    sent = time.perf_counter()
    async with session.post(f"{server.address}/fhir/Observation", data=json.dumps(body)) as answer:
        place = answer.headers["location"].split("/")
        await answer.read()
    now = heard.answered[place[-3]] = time.perf_counter()
    heard.commits_ms.append((now - sent) * 1_000)
