"""From a name to the addresses that may be connected to: asked once, judged, and then used.

Whoever asks again between judging and connecting may get another answer (DNS rebinding): so what
is returned here is what is connected to.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from hygie.limits import RESOLUTION_SECONDS, RESOLUTIONS_AT_ONCE
from hygie.outbound.addresses import Address, read_address
from hygie.outbound.permission import Permission
from hygie.outbound.phrases import UNRESOLVED
from hygie.outbound.place import Place
from hygie.refusal import Category, refuse

_THREADS: Final = ThreadPoolExecutor(RESOLUTIONS_AT_ONCE, "hygie-names")
"""Of their own: the system's resolver cannot be stopped, and others must not wait behind it."""


class Names(Protocol):
    """Who knows the addresses of names."""

    async def __call__(self, host: str, port: int) -> list[Address]:
        """Every address of `host`. Raises OSError when there is none, or no answer in time."""
        ...


async def by_system(host: str, port: int) -> list[Address]:
    """As the machine resolves names (its hosts file, its DNS)."""
    loop = asyncio.get_running_loop()
    asked = loop.run_in_executor(_THREADS, _ask, host, port)
    async with asyncio.timeout(RESOLUTION_SECONDS):
        return await asked


class Guard:
    """Addresses of places, once they are judged."""

    def __init__(self, permission: Permission, names: Names = by_system) -> None:
        self._permission = permission
        self._names = names

    async def addresses(self, place: Place) -> list[Address]:
        """All addresses of `place`. Raises `Refused` unless each of them may be sent to: a name
        that leads inside and outside at once is somebody's trick."""
        if (literal := place.address) is not None:
            found = [literal]
        else:
            found = await self._asked(place)
        self._permission.judge(place, found)
        return found

    async def _asked(self, place: Place) -> list[Address]:
        try:
            found = await self._names(place.host, place.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise refuse(
                Category.BUSY, "outbound.unresolved", UNRESOLVED, code="transient", host=place.host
            )
        return found


def _ask(host: str, port: int) -> list[Address]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(read_address(str(row[4][0])) for row in rows))
