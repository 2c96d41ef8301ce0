"""Requests of HTTP, on connections to places that were judged."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import ClientResponse, ClientSession
from multidict import CIMultiDict
from yarl import URL

from hygie.limits import BODY_SECONDS
from hygie.outbound.answer import Answer, Download, Header, Reply
from hygie.outbound.body import drain, pieces
from hygie.outbound.connector import session_of
from hygie.outbound.failures import failed, said_of
from hygie.outbound.phrases import NOT_HTTP
from hygie.outbound.place import WEB, Place
from hygie.outbound.resolving import Guard

OURS: Final = {"User-Agent": "Hygie", "Accept-Encoding": "identity"}
"""Sent with every request. Bodies come as they are: none unfolds in memory."""


class Http:
    """Made in the loop that uses it."""

    def __init__(self, guard: Guard, trusted: ssl.SSLContext) -> None:
        self._guard = guard
        self._sessions: dict[str, ClientSession] = {
            scheme: session_of(guard, scheme, trusted) for scheme in WEB
        }

    async def send(
        self, method: str, place: Place, body: bytes, headers: Iterable[Header], seconds: float
    ) -> Answer:
        found = await self._asked(method, place, headers, seconds, body)
        await drain(found)
        return Answer(found.status, found.headers)

    async def ask(
        self, place: Place, body: bytes, headers: Iterable[Header], seconds: float, limit: int
    ) -> Reply:
        with said_of(place.host, seconds):
            async with asyncio.timeout(seconds):
                found = await self._asked("POST", place, headers, seconds, body)
                try:
                    said = b"".join([piece async for piece in pieces(found, place.host, limit)])
                finally:
                    found.release()
        return Reply(found.status, found.headers, said)

    @asynccontextmanager
    async def download(
        self, place: Place, headers: Iterable[Header], limit: int
    ) -> AsyncIterator[Download]:
        found = await self._asked("GET", place, headers, BODY_SECONDS)
        try:
            if found.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise failed("outbound.not-http", NOT_HTTP, place.host)
            yield Download(found.status, found.headers, pieces(found, place.host, limit))
        finally:
            found.release()

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _asked(
        self,
        method: str,
        place: Place,
        headers: Iterable[Header],
        seconds: float,
        body: bytes | None = None,
    ) -> ClientResponse:
        """The head of the answer; its body is the caller's to read, and to release."""
        with said_of(place.host, seconds):
            async with asyncio.timeout(seconds):
                if place.address is not None:
                    # The connector asks for the addresses of names only.
                    await self._guard.addresses(place)
                return await self._sessions[place.scheme].request(
                    method,
                    URL(place.url, encoded=True),
                    data=body,
                    headers=_together(headers),
                    allow_redirects=False,
                )


def _together(headers: Iterable[Header]) -> CIMultiDict[str]:
    """Ours, unless the caller says otherwise; the caller's last word on each name."""
    found = CIMultiDict(OURS)
    for name, value in headers:
        found[name] = value
    return found
