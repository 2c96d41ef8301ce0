"""HTTP connections to addresses that were judged, and to no others."""

import socket
import ssl
from typing import Final

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult

from hygie.limits import (
    MAX_ANSWER_HEADER_BYTES,
    MAX_ANSWER_HEADERS,
    MAX_OUTBOUND_CONNECTIONS,
    MAX_OUTBOUND_CONNECTIONS_PER_PLACE,
    OUTBOUND_IDLE_SECONDS,
)
from hygie.outbound.place import Place
from hygie.outbound.resolving import Guard

_UNBOUNDED: Final = ClientTimeout(total=None, sock_connect=None)
"""Each request has its own deadline, which also counts the name and the wait for a place."""


class JudgedNames(AbstractResolver):
    """Names of one scheme, as the guard resolves and judges them, for each new connection."""

    def __init__(self, guard: Guard, scheme: str) -> None:
        self._guard = guard
        self._scheme = scheme

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._guard.addresses(Place(self._scheme, host, port))
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET6 if address.version == 6 else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
            if family in (socket.AF_UNSPEC, socket.AF_INET6 if address.version == 6 else family)
        ]

    async def close(self) -> None:
        """It holds nothing."""


def session_of(guard: Guard, scheme: str, trusted: ssl.SSLContext) -> ClientSession:
    """For requests of one scheme: no cookies, no proxy of the environment, bodies as they come."""
    connector = TCPConnector(
        resolver=JudgedNames(guard, scheme),
        use_dns_cache=False,
        ssl=trusted,
        limit=MAX_OUTBOUND_CONNECTIONS,
        limit_per_host=MAX_OUTBOUND_CONNECTIONS_PER_PLACE,
        keepalive_timeout=OUTBOUND_IDLE_SECONDS,
    )
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        timeout=_UNBOUNDED,
        trust_env=False,
        auto_decompress=False,
        max_line_size=MAX_ANSWER_HEADER_BYTES,
        max_field_size=MAX_ANSWER_HEADER_BYTES,
        max_headers=MAX_ANSWER_HEADERS,
        skip_auto_headers=("User-Agent", "Accept-Encoding", "Content-Type"),
    )
