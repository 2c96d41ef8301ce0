"""WebSockets of one process: which subscriptions each is bound to, and what is sent on it.

STU 1.1, §Websockets. Events that are sent were written by the dispatcher, in whichever process that
is; here they are read, from where the subscription's last socket came to.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from hygie.exchange.subscriptions.asking import WEBSOCKET
from hygie.exchange.subscriptions.binding import Binding, open_binding
from hygie.exchange.subscriptions.composing import Parcel
from hygie.exchange.subscriptions.events import CHANNEL, EVERYBODY, RELOAD, Event, Progress
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.roster import Held
from hygie.exchange.subscriptions.telling import Listener
from hygie.limits import MAX_SOCKET_SUBSCRIPTIONS, MAX_SOCKETS, READER_SECONDS
from hygie.store.outages import AWAY

Send = Callable[[bytes], Awaitable[None]]
"""Sends one message; returns once there is room for another."""
BIND: Final = re.compile(r"bind-with-token:?\s+([A-Za-z0-9_-]{1,65536})")
LOOK_SECONDS: Final = 1.0
"""How often one looks without being told: rights end without notice, and heartbeats are due."""
ASK_SECONDS: Final = 30.0
"""How often the database is asked for events that nobody told of."""
UNBOUND_SECONDS: Final = 30.0
"""For a socket to be bound to anything."""


@dataclass(eq=False, slots=True)
class Bound:
    """One subscription on one socket."""

    key: int
    token: int
    """Of the client who bound it: it ends with that."""
    client: str
    """Who bound it: it ends when another has written the subscription since."""
    sent: int
    """Number of the last event that was sent on this socket."""
    last_sent: float


class Post:
    """One socket's. Ends by returning from `run`."""

    def __init__(self, hub: "Hub", send: Send) -> None:
        self._hub = hub
        self._send = send
        self._bound: dict[int, Bound] = {}
        self._patient_until = monotonic() + UNBOUND_SECONDS
        self._looked = self._asked = monotonic()
        self._due: set[int] = set()
        self._woken = asyncio.Event()

    @property
    def keys(self) -> Iterable[int]:
        return self._bound.keys()

    async def hear(self, text: str) -> bool:
        """What the client says: a token to bind with. False ends the socket: it was none."""
        found = BIND.fullmatch(text.strip())
        binding = open_binding(self._hub.parts.store.keyring, found[1]) if found else None
        if binding is None:
            return False
        await self._hub.parts.judge.refresh()
        for held in await self._hub.load(binding.subscriptions):
            if len(self._bound) >= MAX_SOCKET_SUBSCRIPTIONS:
                return False
            if self._is_open(held, binding):
                await self._bind(held, binding)
        self.wake()
        return bool(self._bound)

    async def _bind(self, held: Held, binding: Binding) -> None:
        known = self._bound.get(held.key)
        sent = known.sent if known else held.delivered
        self._bound[held.key] = Bound(
            held.key, binding.token, binding.client, sent, monotonic()
        )  # fmt: skip
        self._patient_until = 0.0
        await self._deliver(self._hub.parts.composer.notice(held, "handshake"))

    def wake(self, keys: Collection[int] | None = None) -> None:
        """There may be something to send for these; for all, if it is not known for which."""
        self._due.update(self._bound if keys is None else self._bound.keys() & keys)
        self._woken.set()

    async def run(self) -> None:
        """Sends, until nothing is bound any more."""
        while self._bound or monotonic() < self._patient_until:
            self._woken.clear()
            while self._due:
                await self._send_due(self._due.pop())
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            await self._look()

    async def _look(self) -> None:
        """What ends without notice, and silence, in memory; and, seldom, whether all was heard."""
        now = monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        await self._hub.parts.judge.refresh()
        for bound in list(self._bound.values()):
            held = self._open(bound)
            if held is None:
                del self._bound[bound.key]
            else:
                await self._beat(held, bound)
        if now - self._asked >= ASK_SECONDS:
            self._asked = now
            self.wake()

    async def _send_due(self, key: int) -> None:
        """Sends what waits for one subscription."""
        bound = self._bound.get(key)
        while bound is not None and (held := self._open(bound)) is not None:
            count = held.asked.target.max_count
            events = await self._hub.parts.queues.after(key, bound.sent, count)
            if not events:
                return
            parcel = await self._hub.composed(held, events)
            await self._deliver(parcel)
            bound.sent, bound.last_sent = parcel.last, monotonic()
            held.delivered = max(held.delivered, parcel.last)
            self._hub.parts.queues.note(Progress(key, parcel.last, 0))
        self._bound.pop(key, None)

    async def _beat(self, held: Held, bound: Bound) -> None:
        period = held.asked.target.heartbeat_seconds
        if period and monotonic() - bound.last_sent >= period:
            bound.last_sent = monotonic()
            await self._deliver(self._hub.parts.composer.notice(held, "heartbeat"))

    async def _deliver(self, parcel: Parcel) -> None:
        """Raises `TimeoutError` when the other side reads nothing for long."""
        async with asyncio.timeout(READER_SECONDS):
            await self._send(parcel.body)

    def _open(self, bound: Bound) -> Held | None:
        """The subscription, if it is still to be sent on this socket."""
        held = self._hub.roster.get(bound.key)
        return held if held is not None and self._is_open(held, bound) else None

    def _is_open(self, held: Held, bearer: Binding | Bound) -> bool:
        author, interest = held.author, held.interest
        if held.asked.status != "active" or held.asked.channel != WEBSOCKET:
            return False
        if author is None or interest is None or author.name != bearer.client:
            return False
        if not self._hub.parts.standing.in_force(bearer.token):
            return False
        rights = self._hub.parts.judge(author)
        return all(rights.allow(type_) for type_ in interest.topic.types)


class Hub:
    """For the tasks of one event loop."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.roster = parts.roster()
        self._posts: set[Post] = set()
        self._listening: asyncio.Task[None] | None = None

    def open(self, send: Send) -> Post | None:
        """A new socket's; None when there are too many."""
        if len(self._posts) >= MAX_SOCKETS:
            return None
        post = Post(self, send)
        self._posts.add(post)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        return post

    def close(self, post: Post) -> None:
        self._posts.discard(post)
        if not self._posts and self._listening is not None:
            self._listening.cancel()
            self._listening = None

    async def load(self, ids: Iterable[str]) -> list[Held]:
        """These subscriptions, as they are now."""
        keyring = self.parts.store.keyring
        keys = [keyring.reference("Subscription", id_) for id_ in ids]
        await self.roster.reload(keys)
        return [held for held in map(self.roster.get, keys) if held is not None]

    async def composed(self, held: Held, events: list[Event]) -> Parcel:
        if held.author is None or held.interest is None:
            raise AssertionError("nobody is told on nobody's behalf")
        target = held.asked.target
        rights = self.parts.judge(held.author)
        listener = Listener(held.id, held.author, rights, target.content, held.interest.topic)
        told = await self.parts.telling.told(listener, events)
        return self.parts.composer.notification(held, told)

    async def _listen(self) -> None:
        """Wakes the sockets concerned, for as long as there are any. What is missed while the
        database is away is looked for all the same, every second."""
        while True:
            with suppress(*AWAY):
                await self._listen_on_one()
            await asyncio.sleep(LOOK_SECONDS)

    async def _listen_on_one(self) -> None:
        """As long as its connection lasts."""
        heard: asyncio.Queue[str] = asyncio.Queue()

        def hear(*said: Any) -> None:
            heard.put_nowait(said[3])

        async with self.parts.store.pool.acquire() as connection:
            await connection.add_listener(CHANNEL, hear)
            try:
                while not connection.is_closed():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_SECONDS):
                            await self._heed(await heard.get())
            finally:
                await connection.remove_listener(CHANNEL, hear)

    async def _heed(self, said: str) -> None:
        """Empty, or no key: everybody looks."""
        keys = {int(key) for key in said.strip(RELOAD + EVERYBODY).split(",") if key}
        if said.startswith(RELOAD):
            bound = {key for post in self._posts for key in post.keys}
            await self.roster.reload(keys & bound)
        for post in self._posts:
            post.wake(keys or None)
