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
GONE = 410
SAMPLE = 100
"""Of resources not touched lately, read again after each crash."""


class Verification:
    """Reads everything back and searches for it. `losses` and `duplicates` say, in words, what is
    not as it must be."""

    def __init__(self, session: aiohttp.ClientSession, base: str, journal: Journal) -> None:
        self._session = session
        self._base = base
        self._journal = journal
        self._room = asyncio.Semaphore(TOGETHER)
        self.losses: list[str] = []
        self.duplicates: list[str] = []
        self.verified = 0
        self._searched: set[str] = set()

    async def run(self, *, everything: bool = False) -> None:
        known = self._journal.known
        older = [address for address in known if address not in self._journal.touched]
        sample = random.sample(older, min(SAMPLE, len(older)))
        self._searched = {*self._journal.touched, *sample}
        addresses = [*self._journal.touched, *(older if everything else sample)]
        self.verified += len(addresses) + len(self._journal.groups)
        await self._all(self._resource(address) for address in addresses)
        await self._all(self._group(group) for group in self._journal.groups)
        self._journal.touched.clear()
        self._journal.groups.clear()

    async def _all(self, works: Iterable[Any]) -> None:
        await asyncio.gather(*works)

    async def _resource(self, address: str) -> None:
        status, found = await self._get(address)
        known = self._journal.known[address]
        if known.erased:
            await self._erased(address, known, status)
            return
        if known.doomed and status == GONE:
            return
        if known.pending and _is(status, found, known.version + 1, known.next):
            known.version, known.content = known.version + 1, known.next
        elif not _is(status, found, known.version, known.content):
            self.losses.append(f"{address} v{known.version}: {status} {_version(found)}")
        known.pending = False
        if address in self._searched:
            await self._found(address, known)

    async def _found(self, address: str, known: Known) -> None:
        """By its index, it is there once: each change gave it another name."""
        if known.content is None:
            return
        type_name, _, _ = address.partition("/")
        found = await self._named(type_name, known.content)
        if [f"{type_name}/{one['id']}" for one in found] != [address]:
            wrong = self.duplicates if len(found) > 1 else self.losses
            wrong.append(f"{address} searched by its name: {len(found)} found")

    async def _erased(self, address: str, known: Known, status: int) -> None:
        """Not read, not found, not among its past versions."""
        type_name, _, id_ = address.partition("/")
        given = [status != GONE]
        queries = [f"{type_name}?_id={id_}"]
        if known.content is not None:
            queries.append(f"{type_name}?identifier={_name(known.content)}")
        given += [bool(_resources((await self._get(query))[1])) for query in queries]
        _, versions = await self._get(f"{address}/_history")
        given.append(any("resource" in entry for entry in (versions or {}).get("entry", [])))
        if any(given):
            self.losses.append(f"{address} was erased, and is given out: {given}")

    async def _group(self, group: list[tuple[str, Content]]) -> None:
        """Resources that were being created when nobody answered."""
        found = [await self._named(type_name, sent) for type_name, sent in group]
        counts = [len(matches) for matches in found]
        if max(counts) > 1:
            self.duplicates.append(f"created {counts} times")
            return
        if len(set(counts)) > 1:
            self.losses.append(f"a transaction in pieces: {counts}")
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
            wrong = self.duplicates if after else self.losses
            wrong.append(f"{type_name} asked again is there {len(after)} times")
        return after

    async def _named(self, type_name: str, sent: Content) -> list[dict[str, Any]]:
        assert sent
        _, page = await self._get(f"{type_name}?identifier={_name(sent)}")
        return _resources(page)

    async def _get(self, path: str) -> tuple[int, dict[str, Any] | None]:
        async with self._room, self._session.get(f"{self._base}/{path}") as response:
            return response.status, await response.json(content_type=None)


def _resources(page: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in (page or {}).get("entry", []) if "resource" in entry]


def _name(sent: dict[str, Any]) -> str:
    return f"{SYSTEM}|{sent['identifier'][0]['value']}"


def _is(status: int, found: dict[str, Any] | None, version: int, expected: Content) -> bool:
    if expected is None:
        return status == GONE
    return status == 200 and _version(found) == version and content(found or {}) == expected


def _version(found: dict[str, Any] | None) -> int:
    return int((found or {}).get("meta", {}).get("versionId", 0))
