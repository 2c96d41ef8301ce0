"""Clients that write all they can over HTTP until nobody answers, and remember every answer."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import aiohttp
from tests.crash.journal import Journal
from tests.crash.resources import SYSTEM, TYPES, content, make

JSON = {"Content-Type": "application/fhir+json"}
GONE = (aiohttp.ClientError, TimeoutError, ConnectionError, asyncio.IncompleteReadError)
REQUEST_SECONDS = 20
Work = Callable[[], Awaitable[None]]
OBSERVATIONS = 3


class NobodyAnswersError(Exception):
    """The server is gone, or says that it cannot: whether the write was done is not known."""


class Client:
    """One connection. Its resources are its own: no two clients write to the same."""

    borne: ClassVar[frozenset[int]] = frozenset({429})
    """Refusals that it bears, without knowing whether its write was done."""

    def __init__(
        self, session: aiohttp.ClientSession, base: str, journal: Journal, name: str
    ) -> None:
        self._session = session
        self._base = base
        self._journal = journal
        self._name = name
        self._count = 0
        self.mine: list[str] = []
        self.faults: list[str] = []
        self.stopping = False

    async def run(self) -> None:
        """Writes until nobody answers, or told to stop after the answer it waits for."""
        kinds, weights = zip(*self.works(), strict=True)
        try:
            while not self.stopping:
                await random.choices(kinds, weights)[0]()
        except NobodyAnswersError:
            return

    def works(self) -> list[tuple[Work, int]]:
        """What it does, and how often each."""
        return [
            (self._create, 3), (self._put, 3), (self._conditional, 1), (self.update, 4),
            (self._delete, 1), (self._small_bundle, 2),
        ]  # fmt: skip

    # --- what it asks for -----------------------------------------------------------------------

    async def _create(self) -> None:
        await self._new("POST", {})

    async def _conditional(self) -> None:
        name = self._next()
        await self._new("POST", {"If-None-Exist": f"identifier={SYSTEM}|{name}"}, name)

    async def _new(self, method: str, headers: dict[str, str], name: str = "") -> None:
        type_name = random.choice(TYPES)
        resource = make(type_name, name or self._next(), 0)
        group = [(type_name, content(resource))]
        self._journal.groups.append(group)
        answer = await self._send(method, type_name, resource, headers, expected=201)
        self._journal.groups.remove(group)
        self._keep(answer, group[0][1])

    async def _put(self) -> None:
        type_name, name = random.choice(TYPES), self._next()
        resource = make(type_name, name, 0, id=name)
        group = [(type_name, content(resource))]
        self._journal.groups.append(group)
        answer = await self._send("PUT", f"{type_name}/{name}", resource, {}, expected=201)
        self._journal.groups.remove(group)
        self._keep(answer, group[0][1])

    async def update(self) -> None:
        if not self.mine:
            return
        address = random.choice(self.mine)
        type_name, id_ = address.split("/")
        known = self._journal.known[address]
        subject = {} if known.content is None else _links(known.content)
        resource = make(type_name, self._next(), known.version, id=id_, **subject)
        self._journal.asked(address, content(resource))
        answer = await self._send("PUT", address, resource, {}, expected=0)
        self._journal.answered(address, int(answer["meta"]["versionId"]))

    async def _delete(self) -> None:
        alive = [a for a in self.mine[-20:] if self._journal.known[a].content is not None]
        if not alive:
            return
        address = random.choice(alive)
        self._journal.asked(address, None)
        await self._send("DELETE", address, None, {}, expected=204)
        self._journal.answered(address, self._journal.known[address].version + 1)

    async def _small_bundle(self) -> None:
        await self.bundle(OBSERVATIONS)

    async def bundle(self, observations: int) -> list[str]:
        """A patient and observations of theirs: all, or none. Addresses, the patient's first."""
        patient = make("Patient", self._next(), 0)
        urn = f"urn:uuid:{random.randbytes(4).hex()}-0000-4000-8000-000000000000"
        subject = {"subject": {"reference": urn}}
        others = [make("Observation", self._next(), n, **subject) for n in range(observations)]
        entries = [
            {"resource": r, "request": {"method": "POST", "url": r["resourceType"]}}
            for r in (patient, *others)
        ]
        entries[0]["fullUrl"] = urn
        group = [(r["resourceType"], content(r)) for r in (patient, *others)]
        self._journal.groups.append(group)
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = await self._send("POST", "", bundle, {}, expected=200)
        self._journal.groups.remove(group)
        places = [place(entry["response"]["location"]) for entry in answer["entry"]]
        linked = {"subject": {"reference": places[0][0]}}
        for (address, version), (type_name, sent) in zip(places, group, strict=True):
            kept = sent if type_name == "Patient" else sent | linked
            self._journal.created(address, version, kept)
            self.mine.append(address)
        return [address for address, _ in places]

    # --- how ------------------------------------------------------------------------------------

    def _keep(self, answer: dict[str, Any], sent: dict[str, Any]) -> None:
        address = f"{answer['resourceType']}/{answer['id']}"
        self._journal.created(address, int(answer["meta"]["versionId"]), sent)
        self.mine.append(address)

    def _next(self) -> str:
        self._count += 1
        return f"{self._name}-{self._count}"

    async def _send(
        self, method: str, path: str, body: Any, headers: dict[str, str], *, expected: int
    ) -> Any:
        """The answer. Raises when there is none, or one that does not say whether it was done."""
        try:
            async with self._session.request(
                method, f"{self._base}/{path}".rstrip("/"), json=body, headers=JSON | headers
            ) as response:
                raw = await response.read()
                if response.status in (200, 201, 204) and expected in (0, response.status):
                    return await response.json(content_type=None) if raw else None
                if response.status < 500 and response.status not in self.borne:
                    self.faults.append(f"{method} answered {response.status}: {raw[:300]!r}")
                raise NobodyAnswersError
        except GONE as gone:
            raise NobodyAnswersError from gone


class Tender(Client):
    """Goes on changing what it has made: the record that a command is about."""

    borne = Client.borne | {410}

    def works(self) -> list[tuple[Work, int]]:
        return [(self.update, 1)]


def place(location: str) -> tuple[str, int]:
    """Address and version of ".../Patient/1/_history/2"."""
    address, version = location.split("/_history/")
    return "/".join(address.split("/")[-2:]), int(version)


def _links(sent: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sent.items() if key == "subject"}


def sessions(token: str) -> aiohttp.ClientSession:
    """A session that never asks twice by itself: what was asked is written down once."""
    session = aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"},
        timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS),
        connector=aiohttp.TCPConnector(limit=0),
    )
    session._retry_connection = False
    return session
