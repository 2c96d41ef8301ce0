"""After a crash: what was acknowledged is there, once, as sent; the rest is whole or absent."""

import asyncio
import random
from collections.abc import Iterable
from typing import Any

import aiohttp
from tests.crash.clients import JSON
from tests.crash.journal import Content, Journal, Known
from tests.crash.resources import SYSTEM, content

TOGETHER = 16
SAMPLE = 100
"""Of resources not touched lately, read again after each crash."""


class Verification:
    """Reads everything back. `losses` says, in words, what is not as it must be."""

    def __init__(self, session: aiohttp.ClientSession, base: str, journal: Journal) -> None:
        self._session = session
        self._base = base
        self._journal = journal
        self._room = asyncio.Semaphore(TOGETHER)
        self.losses: list[str] = []

    async def run(self, *, everything: bool = False) -> None:
        known = self._journal.known
        older = [address for address in known if address not in self._journal.touched]
        sample = older if everything else random.sample(older, min(SAMPLE, len(older)))
        await self._all(self._resource(a) for a in [*self._journal.touched, *sample])
        await self._all(self._group(group) for group in self._journal.groups)
        self._journal.touched.clear()
        self._journal.groups.clear()

    async def _all(self, works: Iterable[Any]) -> None:
        await asyncio.gather(*works)

    async def _resource(self, address: str) -> None:
        status, found = await self._get(address)
        known = self._journal.known[address]
        if known.pending and _is(status, found, known.version + 1, known.next):
            known.version, known.content = known.version + 1, known.next
        elif not _is(status, found, known.version, known.content):
            self.losses.append(f"{address} v{known.version}: {status} {_version(found)}")
        known.pending = False

    async def _group(self, group: list[tuple[str, Content]]) -> None:
        """Resources that were being created when nobody answered."""
        found = [await self._named(type_name, sent) for type_name, sent in group]
        counts = [len(matches) for matches in found]
        if set(counts) not in ({0}, {1}):
            self.losses.append(f"a transaction in pieces, or twice: {counts}")
            return
        if len(group) == 1:
            found = [await self._again(*group[0], found[0])]
        patient = f"Patient/{found[0][0]['id']}" if found[0] else ""
        for (_, sent), matches in zip(group, found, strict=True):
            for one in matches:
                self._adopt(one, sent, patient)

    def _adopt(self, one: dict[str, Any], sent: Content, patient: str) -> None:
        expected = dict(sent or {})
        if "subject" in expected:
            expected["subject"] = {"reference": patient}
        address = f"{one['resourceType']}/{one['id']}"
        if content(one) != expected:
            self.losses.append(f"{address}: another content than was sent")
        self._journal.known[address] = Known(int(one["meta"]["versionId"]), expected)

    async def _again(
        self, type_name: str, sent: Content, found: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """Asked again under a condition, it is made once in all."""
        assert sent
        condition = {"If-None-Exist": f"identifier={_name(sent)}"}
        url = f"{self._base}/{type_name}"
        body = {"resourceType": type_name, **sent}
        async with self._session.post(url, json=body, headers=JSON | condition) as response:
            expected = 200 if found else 201
            if response.status != expected:
                self.losses.append(f"{type_name} asked again: {response.status}, not {expected}")
        after = await self._named(type_name, sent)
        if len(after) != 1:
            self.losses.append(f"{type_name} asked again is there {len(after)} times")
        return after

    async def _named(self, type_name: str, sent: Content) -> list[dict[str, Any]]:
        assert sent
        _, page = await self._get(f"{type_name}?identifier={_name(sent)}")
        return [entry["resource"] for entry in (page or {}).get("entry", [])]

    async def _get(self, path: str) -> tuple[int, dict[str, Any] | None]:
        async with self._room, self._session.get(f"{self._base}/{path}") as response:
            return response.status, await response.json(content_type=None)


def _name(sent: dict[str, Any]) -> str:
    return f"{SYSTEM}|{sent['identifier'][0]['value']}"


def _is(status: int, found: dict[str, Any] | None, version: int, expected: Content) -> bool:
    if expected is None:
        return status == 410
    return status == 200 and _version(found) == version and content(found or {}) == expected


def _version(found: dict[str, Any] | None) -> int:
    return int((found or {}).get("meta", {}).get("versionId", 0))
