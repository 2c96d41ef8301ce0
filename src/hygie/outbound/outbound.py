"""The one door by which the house sends, and fetches."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from hygie.limits import OUTBOUND_SECONDS
from hygie.outbound.answer import Answer, Download, Header, Reply
from hygie.outbound.permission import Permission
from hygie.outbound.place import Place, read_place
from hygie.outbound.resolving import Guard, Names, by_system
from hygie.outbound.trust import Identity, trusted

if TYPE_CHECKING:
    from hygie.outbound.http import Http

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Outbound:
    """Requests to places that may be sent to. Safe for concurrent use by tasks of one loop.

    Each method raises `Refused`: FORBIDDEN or UNPROCESSABLE when nothing may be sent there, BUSY
    when nothing came of it this time (no such name, unreachable, not trusted, too slow).
    """

    def __init__(
        self,
        permission: Permission,
        authorities: Path | None = None,
        names: Names = by_system,
    ) -> None:
        """`authorities`: certificates (PEM) that are trusted beside the machine's own."""
        self._permission = permission
        self._names = names
        self._guard = Guard(permission, names)
        self._authorities = authorities
        self._trusted: ssl.SSLContext | None = None
        self._http: Http | None = None
        self._others: WeakSet[asyncio.StreamWriter] = WeakSet()

    def bearing(self, identity: Identity) -> "Outbound":
        """Another door, its owner's to close, which shows this certificate to whoever asks for
        one: the files as they are now. Refused UNPROCESSABLE when they do not go together."""
        door = Outbound(self._permission, self._authorities, self._names)
        door._trusted = trusted(self._authorities, identity)
        return door

    async def check(self, url: str) -> None:
        """Whether `url` may be sent to now. Says nothing of later: each request is judged again."""
        await self.check_place(read_place(url))

    async def check_place(self, place: Place) -> None:
        await self._guard.addresses(place)

    async def post(
        self, url: str, body: bytes, headers: Iterable[Header], seconds: float = OUTBOUND_SECONDS
    ) -> Answer:
        """What `url` says to `body`, within `seconds`. Redirects are not followed; of the answer
        only the head counts."""
        return await self.send("POST", url, body, headers, seconds)

    async def send(
        self, method: str, url: str, body: bytes, headers: Iterable[Header], seconds: float
    ) -> Answer:
        """The same by another method (PUT)."""
        return await self._web().send(method, read_place(url), body, headers, seconds)

    async def ask(
        self, url: str, body: bytes, headers: Iterable[Header], seconds: float, limit: int
    ) -> Reply:
        """What `url` says to `body`, its answer read whole within `seconds`: at most `limit`
        bytes. Redirects are not followed."""
        return await self._web().ask(read_place(url), body, headers, seconds, limit)

    def download(
        self, url: str, headers: Iterable[Header] = (), limit: int = 0
    ) -> AbstractAsyncContextManager[Download]:
        """The answer to a GET, its body piece by piece: at most `limit` bytes (0: any number), no
        slower than MIN_BODY_BYTES_PER_SECOND after the first BODY_SECONDS. The time that the
        reader takes for itself is not counted."""
        return self._web().download(read_place(url), headers, limit)

    async def connect(self, place: Place, seconds: float) -> Streams:
        """A connection for another protocol than HTTP; by TLS, verified by name, when the scheme of
        `place` ends with `s`."""
        from hygie.outbound.failures import said_of  # noqa: PLC0415 - loads the HTTP client

        with said_of(place.host, seconds):
            async with asyncio.timeout(seconds):
                streams = await self._connected(place)
        self._others.add(streams[1])
        return streams

    async def dial(self, place: Place, seconds: float) -> socket.socket:
        """A connected socket, for a protocol with its own encryption (SSH): its owner closes it,
        and proves who is at the other end."""
        from hygie.outbound.failures import said_of  # noqa: PLC0415 - loads the HTTP client

        with said_of(place.host, seconds):
            async with asyncio.timeout(seconds):
                return await self._dialled(place)

    async def close(self) -> None:
        """Ends all connections."""
        for writer in self._others:
            writer.close()
        if self._http is not None:
            await self._http.close()

    async def _connected(self, place: Place) -> Streams:
        tls = self._authority() if place.scheme.endswith("s") else None
        last: OSError = OSError()
        for address in await self._guard.addresses(place):
            try:
                return await asyncio.open_connection(
                    str(address), place.port, ssl=tls, server_hostname=place.host if tls else None
                )
            except ssl.SSLError:
                raise
            except OSError as failure:
                last = failure
        raise last

    async def _dialled(self, place: Place) -> socket.socket:
        loop, last = asyncio.get_running_loop(), OSError()
        for address in await self._guard.addresses(place):
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
            made = socket.socket(family, socket.SOCK_STREAM)
            made.setblocking(False)  # noqa: FBT003 - the library's own
            try:
                await loop.sock_connect(made, (str(address), place.port))
            except OSError as failure:
                made.close()
                last = failure
            except BaseException:
                made.close()
                raise
            else:
                return made
        raise last

    def _web(self) -> "Http":
        if self._http is None:
            from hygie.outbound import http  # noqa: PLC0415 - loaded by the first request

            self._http = http.Http(self._guard, self._authority())
        return self._http

    def _authority(self) -> ssl.SSLContext:
        if self._trusted is None:
            self._trusted = trusted(self._authorities)
        return self._trusted
