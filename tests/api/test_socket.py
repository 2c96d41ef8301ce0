"""Guards the WebSocket: who may bind it, what is sent on it, when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.exchange.subscriptions.conftest import PATIENT, numbers, parameters, subscription

from hygie.exchange.subscriptions.leader import Leader

FHIR = {"Content-Type": "application/fhir+json"}
ANY_PATIENT = "urn:hygie:topic:any-change:Patient"


class Socket:
    """The other side of a WebSocket."""

    def __init__(self, app: Any) -> None:
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/fhir/ws", "headers": [], "root_path": ""}
        self.task = asyncio.create_task(app(scope, self._said.get, self._heard.put))

    def say(self, text: str) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            return await self._heard.get()

    async def bundle(self) -> dict[str, Any]:
        message = await self.hear()
        assert message["type"] == "websocket.send", message
        return json.loads(message["text"])


@asynccontextmanager
async def opened(app: Any) -> AsyncIterator[Socket]:
    socket = Socket(app)
    assert (await socket.hear())["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        socket.leave()
        await asyncio.wait_for(socket.task, 10)


@pytest.fixture
async def leading(subscriptions) -> AsyncIterator[None]:
    """The process that dispatches."""

    async def lead() -> None:
        while True:
            if await subscriptions.events.any():
                await Leader(subscriptions).lead()
            await asyncio.sleep(0.01)

    task = asyncio.create_task(lead())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def active(client: Any, **extensions: int) -> str:
    """The id of a subscription that waits for a WebSocket."""
    resource = subscription(ANY_PATIENT, channel="websocket", **extensions)
    response = await client.post("/Subscription", content=json.dumps(resource), headers=FHIR)
    assert response.status_code == 201, response.text
    id_ = response.json()["id"]
    async with asyncio.timeout(10):
        while (await client.get(f"/Subscription/{id_}")).json()["status"] != "active":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return id_


async def token(client: Any, id_: str) -> str:
    response = await client.get(f"/Subscription/{id_}/$get-ws-binding-token")
    assert response.status_code == 200, response.text
    found = {one["name"]: one for one in response.json()["parameter"]}
    assert found["websocket-url"]["valueUrl"] == "ws://hospital.test/fhir/ws"
    assert found["subscription"]["valueString"] == id_
    return found["token"]["valueString"]


async def change(repository: Any, context: Any, number: int) -> None:
    family = PATIENT | {"name": [{"family": f"Martin{number}"}]}
    await repository.update(context, "Patient", "p1", family)


async def test_events_come_as_they_happen(client, app, leading, repository, context):
    """Who listens must hear everything, in order, and what happened while nobody listened."""
    id_ = await active(client)
    async with opened(app) as socket:
        socket.say(f"bind-with-token: {await token(client, id_)}")
        assert parameters(await socket.bundle())["type"] == "handshake"
        for number in range(3):
            await change(repository, context, number)
        assert numbers([await socket.bundle() for _ in range(3)]) == [1, 2, 3]
    await change(repository, context, 9)
    async with opened(app) as socket:
        socket.say(f"bind-with-token: {await token(client, id_)}")
        await socket.bundle()
        assert numbers([await socket.bundle()]) == [4]


async def test_several_subscriptions_share_a_socket(client, app, leading, repository, context):
    """Browsers open few sockets."""
    ids = [await active(client), await active(client)]
    async with opened(app) as socket:
        for id_ in ids:
            socket.say(f"bind-with-token: {await token(client, id_)}")
            await socket.bundle()
        await change(repository, context, 1)
        told = [parameters(await socket.bundle())["subscription"]["reference"] for _ in ids]
    assert sorted(one.rpartition("/")[2] for one in told) == sorted(ids)


async def test_strangers_are_sent_away(app):
    """What is no token of ours binds nothing, and says nothing of why."""
    for text in ("bind-with-token: abcd", "hello", "bind-with-token: " + "A" * 70_000, ""):
        async with opened(app) as socket:
            socket.say(text)
            assert await socket.hear() == {"type": "websocket.close", "code": 1008}


async def test_only_its_author_binds_a_subscription(client, asking, access, app, leading):
    """Another client, who may read the Subscription, must not listen in."""
    id_ = await active(client)
    secret = await access.create_token("other", "system/*.rs", timedelta(hours=1))
    response = await client.get(
        f"/Subscription/{id_}/$get-ws-binding-token", headers={"Authorization": f"Bearer {secret}"}
    )
    assert response.status_code == 403


async def test_who_writes_a_subscription_anew_is_not_listened_to_by_who_wrote_it_before(
    client, access, app, leading
):
    """Danger: a socket that was bound by one client goes on with the rights of another."""
    id_ = await active(client)
    former = await token(client, id_)
    secret = await access.create_token("other", "system/*.cruds", timedelta(hours=1))
    other = {**FHIR, "Authorization": f"Bearer {secret}"}
    async with opened(app) as before, opened(app) as after:
        before.say(f"bind-with-token: {former}")
        await before.bundle()
        anew = subscription(ANY_PATIENT, channel="websocket") | {"id": id_}
        response = await client.put(
            f"/Subscription/{id_}", content=json.dumps(anew), headers=other
        )  # fmt: skip
        assert response.status_code == 200, response.text
        assert (await before.hear())["type"] == "websocket.close"
        async with asyncio.timeout(10):
            while (await client.get(f"/Subscription/{id_}")).json()["status"] != "active":  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        after.say(f"bind-with-token: {former}")
        assert (await after.hear())["type"] == "websocket.close"


async def test_a_lesser_token_of_the_same_client_hears_no_more_than_it_may_read(
    client, access, leading
):
    """Danger: a token for Subscriptions alone, of a client that has another, hears of patients."""
    id_ = await active(client)
    secret = await access.create_token("tester", "system/Subscription.rs", timedelta(hours=1))
    response = await client.get(
        f"/Subscription/{id_}/$get-ws-binding-token", headers={"Authorization": f"Bearer {secret}"}
    )
    assert response.status_code == 403


async def test_it_ends_with_the_token(client, access, app, leading):
    """A token that was revoked must not be listened with any longer."""
    id_ = await active(client)
    async with opened(app) as socket:
        socket.say(f"bind-with-token: {await token(client, id_)}")
        await socket.bundle()
        for known in await access.list_tokens():
            await access.revoke_token(known.id)
        socket_end = await socket.hear()
    assert socket_end["type"] == "websocket.close"


async def test_it_ends_with_the_subscription(client, app, leading):
    """Nobody waits on what will never come."""
    id_ = await active(client)
    async with opened(app) as socket:
        socket.say(f"bind-with-token: {await token(client, id_)}")
        await socket.bundle()
        await client.delete(f"/Subscription/{id_}")
        assert (await socket.hear())["type"] == "websocket.close"


async def test_silence_is_broken_by_heartbeats(client, app, leading, monkeypatch):
    """Who hears nothing must be able to tell quiet from broken."""
    monkeypatch.setattr("hygie.exchange.subscriptions.asking.MIN_HEARTBEAT_SECONDS", 1)
    id_ = await active(client, heartbeat_period=1)
    async with opened(app) as socket:
        socket.say(f"bind-with-token: {await token(client, id_)}")
        await socket.bundle()
        assert parameters(await socket.bundle())["type"] == "heartbeat"
