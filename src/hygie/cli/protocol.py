"""HTTP/1.1 as uvicorn speaks it, with bounds on what a connection may hold without being of use."""

import asyncio
from typing import Any, Final, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hygie.limits import (
    BODY_SECONDS,
    HEAD_SECONDS,
    MAX_HEAD_BYTES,
    MIN_BODY_BYTES_PER_SECOND,
    READER_SECONDS,
)

WATCH_SECONDS: Final = 2
"""How often a connection is looked at: one timer for each, none for each request."""
TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose head is too long or never ends, whose body comes too slowly, or whose
    answer nobody reads.

    uvicorn bounds none of these: one stranger's endless header would fill memory before any
    check, and a few hundred silent connections would keep everybody else out.
    """

    _awaited: Literal["head", "body", ""] = "head"
    _since = 0.0
    """When what is awaited was begun."""
    _received = 0
    """Bytes of it so far."""
    _unread_since: float | None = None
    """When the one who asked stopped reading the answer."""
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await("head")
        self._watch = self.loop.call_later(WATCH_SECONDS, self._look)

    def handle_websocket_upgrade(self) -> None:
        """From here on it is a WebSocket's protocol that watches: by pings that want an answer."""
        if self._watch is not None:
            self._watch.cancel()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    # --- what is received -------------------------------------------------------------------
    def data_received(self, data: bytes) -> None:
        if self._awaited == "head":
            self._received += len(data)
            if self._received > MAX_HEAD_BYTES:
                self.transport.abort()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        if self._awaited != "head":
            self._await("head")
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._await("body")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._awaited = ""
        super().on_message_complete()

    def _await(self, what: Literal["head", "body"]) -> None:
        self._awaited, self._since, self._received = what, self.loop.time(), 0

    # --- what is sent -----------------------------------------------------------------------
    def pause_writing(self) -> None:
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    # --- the watch --------------------------------------------------------------------------
    def _look(self) -> None:
        now = self.loop.time()
        if self._is_overdue(now):
            self._end()
            return
        self._watch = self.loop.call_later(WATCH_SECONDS, self._look)

    def _is_overdue(self, now: float) -> bool:
        if self._unread_since is not None:
            return now - self._unread_since > READER_SECONDS
        if self._awaited and self.flow.read_paused:  # it is we who are slow
            self._since, self._received = now, 0
        if self._awaited == "head":
            return now - self._since > HEAD_SECONDS
        if self._awaited == "body":
            allowed = BODY_SECONDS + self._received / MIN_BODY_BYTES_PER_SECOND
            return now - self._since > allowed
        return False

    def _end(self) -> None:
        """Says why when somebody may be listening (RFC 9110 §15.5.9), and frees the memory."""
        listening = self._awaited == "body" and not self.cycle.response_started
        if listening and self._unread_since is None:
            self.transport.write(TOO_SLOW)
            self.transport.close()
        else:
            self.transport.abort()
