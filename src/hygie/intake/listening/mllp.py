"""MLLP over TCP and TLS (MLLP release 1; IHE ATNA for mutual TLS): one source, one port."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Final, cast

from hygie.intake.listening import phrases
from hygie.intake.listening.allowance import Allowance
from hygie.intake.listening.answering import Answering
from hygie.intake.listening.connection import Around, Bounds, Connection
from hygie.intake.listening.doors import Doors
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.listener import Receive
from hygie.intake.listening.phrases import trouble
from hygie.intake.sources.declaration import Mllp, Source, Tls
from hygie.limits.gateway import (
    MAX_FRAMES_BYTES,
    MAX_LISTENER_CONNECTIONS,
    RECEIVE_BYTES,
    TLS_SECONDS,
)
from hygie.refusal import Category, Issue, Refused, refuse

LOOK_SECONDS: Final = 1.0
"""Between two looks at how long each connection has taken."""
FAREWELL_SECONDS: Final = 2.0
"""For what is under way, when the source is stopped."""
_BACKLOG: Final = 256
_ALIVE: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)
"""A peer that lost its power is noticed within two minutes."""
_REASONS: Final = {
    errno.EADDRINUSE: phrases.PORT_TAKEN,
    errno.EACCES: phrases.PORT_FORBIDDEN,
    errno.EADDRNOTAVAIL: phrases.NO_ADDRESS,
}


class Wires:
    """What the MLLP listeners of a process share."""

    def __init__(self, now: Callable[[], datetime], bounds: Bounds | None = None) -> None:
        self.now = now
        self.bounds = bounds or Bounds()
        self.doors = Doors(MAX_LISTENER_CONNECTIONS)
        self.allowance = Allowance(MAX_FRAMES_BYTES)


class MllpListener:
    """A `Listener` for a source whose way is `Mllp`."""

    def __init__(self, wires: Wires) -> None:
        self._wires = wires

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:
        way = cast("Mllp", source.way)
        wires = self._wires
        around = Around(
            answering=Answering(source, receive, wires.now, wires.bounds.settled_seconds),
            gauge=gauge,
            door=wires.doors.door(way.connections, way.peers),
            allowance=wires.allowance,
            bounds=wires.bounds,
        )
        context = await asyncio.to_thread(_context, way.tls) if way.tls else None
        server = await _serve(way, partial(Entrance, around, context))
        gauge.listening(_named(way))
        try:
            await _watch(around)
        finally:
            server.close()
            await _farewell(around)


class Entrance(asyncio.Protocol):
    """The first moments of a connection: who it is, whether there is room, and TLS."""

    def __init__(self, around: Around, context: ssl.SSLContext | None) -> None:
        self._around = around
        self._context = context
        self._securing: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        wire = cast("asyncio.Transport", transport)
        address = str((wire.get_extra_info("peername") or ("?",))[0])
        connection = Connection(self._around)
        if not self._around.door.allows(address):
            self._turn_away(wire, trouble("peer", phrases.TURNED_AWAY, address=address))
        elif not self._around.door.enter(connection):
            count = str(len(self._around.door))
            self._turn_away(wire, trouble("full", phrases.FULL, count=count))
        elif self._context is None:
            wire.set_protocol(connection)
            connection.connection_made(wire)
        else:
            self._securing = asyncio.create_task(self._secure(wire, connection, self._context))

    def _turn_away(self, wire: asyncio.Transport, why: Issue) -> None:
        self._around.gauge.refused_connections += 1
        self._around.gauge.problem(why)
        wire.abort()

    async def _secure(
        self, wire: asyncio.Transport, connection: Connection, context: ssl.SSLContext
    ) -> None:
        loop = asyncio.get_running_loop()
        connection.wire = wire
        try:
            secured = await loop.start_tls(
                wire, connection, context, server_side=True, ssl_handshake_timeout=TLS_SECONDS
            )
        except OSError:  # of which SSLError, TimeoutError and ConnectionError are kinds
            secured = None
        if secured is None:
            self._around.door.leave(connection)
            self._turn_away(wire, trouble("tls", phrases.NO_CERTIFICATE))
        else:
            connection.connection_made(secured)


async def _serve(way: Mllp, entrance: Callable[[], asyncio.BaseProtocol]) -> asyncio.Server:
    """Raises `Refused` when the port cannot be listened on."""
    try:
        listening = _bound(way)
    except OSError as error:
        raise _unable(way, error) from None
    return await asyncio.get_running_loop().create_server(entrance, sock=listening)


def _bound(way: Mllp) -> socket.socket:
    """What is accepted of it is set as it is."""
    family = socket.AF_INET6 if ":" in way.host else socket.AF_INET
    listening = socket.create_server((way.host, way.port), family=family, backlog=_BACKLOG)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    for level, option, value in _ALIVE:
        listening.setsockopt(level, option, value)
    return listening


def _unable(way: Mllp, error: OSError) -> Refused:
    found = _REASONS.get(error.errno or 0, phrases.OTHER_REASON)
    code = errno.errorcode.get(error.errno or 0, type(error).__name__)
    reason = found.fr.format(code=code)
    return refuse(
        Category.BUSY, "listening.port", phrases.PORT, code="transient",
        address=_named(way), reason=reason,
    )  # fmt: skip


def _context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 or later; with authorities, who shows no certificate of theirs is not let in."""
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(tls.certificate, tls.key)
        if tls.authorities:
            context.load_verify_locations(tls.authorities)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ValueError):
        raise refuse(
            Category.INVALID, "listening.certificate", phrases.CERTIFICATE, code="security"
        ) from None
    return context


async def _watch(around: Around) -> None:
    """Until cancelled."""
    looked = monotonic()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = monotonic()
        for guest in around.door:
            cast("Connection", guest).passed(now - looked)
        looked = now


async def _farewell(around: Around) -> None:
    ends = [cast("Connection", guest).end(FAREWELL_SECONDS) for guest in around.door]
    if ends:
        await asyncio.gather(*ends)


def _named(way: Mllp) -> str:
    host = f"[{way.host}]" if ":" in way.host else way.host
    return f"{'mllps' if way.tls else 'mllp'}://{host}:{way.port}"
