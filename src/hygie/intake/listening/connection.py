"""One MLLP connection: messages in, answers out in their order, bounded in memory and in time."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any, Final, cast

import msgspec

from hygie.hl7v2.framing import Unframer, frame
from hygie.intake.listening import phrases
from hygie.intake.listening.allowance import Allowance
from hygie.intake.listening.answering import Answering, Told
from hygie.intake.listening.doors import Door
from hygie.intake.listening.gauge import Gauge
from hygie.limits.gateway import (
    FRAME_SECONDS,
    IDLE_SECONDS,
    MAX_PIPELINED_MESSAGES,
    MAX_STRAY_BYTES,
    SETTLED_SECONDS,
    UNREAD_ANSWER_SECONDS,
)

_logger = logging.getLogger(__name__)
_SECOND_BYTES: Final = 64 * 1024
"""A frame may take a second longer for so many bytes that came."""
_UNREAD_BYTES: Final = 64 * 1024
"""Answers that wait here for a peer that does not read them; the system holds some more."""
AWAY_SECONDS: Final = 1.0
"""Before a connection ends on which a message could not be kept: its sender comes back at once."""


class Bounds(msgspec.Struct, frozen=True):
    """Of each connection."""

    frame_seconds: float = FRAME_SECONDS
    idle_seconds: float = IDLE_SECONDS
    unread_seconds: float = UNREAD_ANSWER_SECONDS
    settled_seconds: float = SETTLED_SECONDS
    pipelined: int = MAX_PIPELINED_MESSAGES


class Around(msgspec.Struct, frozen=True):
    """What the connections of a source share."""

    answering: Answering
    gauge: Gauge
    door: Door
    allowance: Allowance
    bounds: Bounds = Bounds()


class _Turn:
    """A message under way."""

    __slots__ = ("came", "size", "task")

    def __init__(self, size: int, task: "asyncio.Task[Told]") -> None:
        self.size = size
        self.came = monotonic()
        self.task = task


class Connection(asyncio.Protocol):
    def __init__(self, around: Around) -> None:
        self._around = around
        self._gauge = around.gauge
        self._transport: asyncio.Transport | None = None
        self.wire: asyncio.Transport | None = None
        """What TLS is being spoken over, before there is a transport."""
        self._unframer = Unframer()
        self._early: list[bytes] = []
        """What came before the connection was told of (TLS)."""
        self._backlog: deque[bytes] = deque()
        self._turns: deque[_Turn] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writable = True
        self._reading = True
        self._ending = False
        """Nothing more is taken in."""
        self._mute = False
        """A message was not kept: nothing may be said of those after it."""
        self._seconds = {"frame": 0.0, "idle": 0.0, "unread": 0.0}
        self._stray = self._noted_stray = self._noted_broken = 0
        self.since = monotonic()
        self.proven = False

    # --- what the transport says --------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.Transport", transport)
        transport.set_write_buffer_limits(high=_UNREAD_BYTES)
        self._gauge.connections += 1
        if self._ending:
            transport.abort()
        early, self._early = self._early, []
        for data in early:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            self._early.append(data)
            return
        self._seconds["idle"] = 0.0
        if not self._unframer.pending:
            self._seconds["frame"] = 0.0
        found = self._unframer.feed(data)
        if found:
            self._seconds["frame"] = 0.0
        self._note_faults(found=bool(found))
        self._backlog.extend(found)
        self._go_on()
        if self._unframer.too_long and not self._ending:
            self._refuse_too_long()

    def eof_received(self) -> bool:
        """Who has sent everything may still wait for its answers (TLS knows no such thing)."""
        self._end_when_answered()
        return self._transport is not None and not self._transport.get_extra_info("sslcontext")

    def connection_lost(self, _: Exception | None) -> None:
        self._gauge.unanswered += len(self._turns) + len(self._backlog)
        self._gauge.connections -= self._transport is not None
        self._transport, self._ending = None, True
        for turn in self._turns:
            turn.task.cancel()
        for task in self._tasks:
            task.cancel()
        self._turns.clear()
        self._backlog.clear()
        self._around.door.leave(self)
        self._around.allowance.leave(self._go_on)

    def pause_writing(self) -> None:
        self._writable = False
        self._adjust()

    def resume_writing(self) -> None:
        self._writable = True
        self._seconds["unread"] = 0.0
        self._flush()

    # --- what its source says -----------------------------------------------------------------

    def passed(self, seconds: float) -> None:
        """Called now and again: how long it was since. Time in which we do not read is not the
        peer's."""
        bounds, spent = self._around.bounds, self._seconds
        if not self._writable:
            spent["unread"] += seconds
        if self._reading and not self._turns:
            spent["idle"] += seconds
        if self._reading and self._unframer.under_way:
            spent["frame"] += seconds
        longest = bounds.frame_seconds + self._unframer.pending / _SECOND_BYTES
        if (
            spent["unread"] >= bounds.unread_seconds
            or spent["idle"] >= bounds.idle_seconds
            or spent["frame"] >= longest
        ):
            self.give_way()

    def give_way(self) -> None:
        """Ends at once, without an answer."""
        self._around.door.leave(self)
        self._ending = True
        if (carrier := self._transport or self.wire) is not None:
            carrier.abort()

    async def end(self, seconds: float) -> None:
        """Reads nothing more, answers what is under way if that takes no longer, and ends."""
        self._end_when_answered()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while tasks := {turn.task for turn in self._turns} | self._tasks:
                    await asyncio.wait(tasks)
                    await asyncio.sleep(0)  # for what was told to be written
        if self._transport is not None:
            self._transport.close()
        elif self.wire is not None:
            self.wire.abort()

    # --- how ----------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Begins with what waits, as far as that is allowed, and reads more or not."""
        bounds = self._around.bounds
        while self._backlog and len(self._turns) < bounds.pipelined and self._writable:
            message = self._backlog.popleft()
            self._note_message(message)
            task = asyncio.create_task(self._around.answering.answer(message))
            self._turns.append(_Turn(len(message), task))
            task.add_done_callback(self._done)
        self._adjust()

    def _adjust(self) -> None:
        if self._transport is None:
            return
        held = self._unframer.pending + sum(turn.size for turn in self._turns)
        room = self._around.allowance.hold(self._go_on, held + sum(map(len, self._backlog)))
        wanted = room and self._writable and not self._backlog and not self._ending
        wanted = wanted or bool(self._unframer.too_long)
        if wanted is not self._reading:
            self._reading = wanted
            (self._transport.resume_reading if wanted else self._transport.pause_reading)()

    def _note_message(self, message: bytes) -> None:
        self.proven = True
        self._gauge.received(1, len(message))
        if self._gauge.trouble is not None:
            self._gauge.problem(None)

    def _done(self, task: "asyncio.Task[Told]") -> None:
        if not task.cancelled():
            task.exception()  # is looked at in its turn, or when nobody is there any more
        self._flush()

    def _flush(self) -> None:
        """Sends what is answered, up to the first message that is not."""
        while self._turns and self._turns[0].task.done() and self._writable and not self._mute:
            turn = self._turns.popleft()
            if turn.task.cancelled():
                continue
            if (error := turn.task.exception()) is not None:
                self._not_kept(error)
                return
            told = turn.task.result()
            self._tell(told, turn.came)
            if told.later is not None:
                self._beside(self._tell_later(told.later, turn.came))
        self._go_on()
        if self._ending:
            self._close_when_answered()

    def _tell(self, told: Told, came: float) -> None:
        if told.code:
            self._gauge.answered(told.code, monotonic() - came, told.rule)
        if told.message and self._transport is not None:
            self._transport.write(frame(told.message))

    async def _tell_later(self, later: Callable[[], Awaitable[Told]], came: float) -> None:
        self._tell(await later(), came)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._flush())

    def _end_when_answered(self) -> None:
        self._ending = True
        self._adjust()
        self._close_when_answered()

    def _close_when_answered(self) -> None:
        if self._turns or self._backlog or self._tasks or self._transport is None or self._mute:
            return
        if self._unframer.too_long:  # a reset would overtake the answer: the rest is read, unheld
            asyncio.get_running_loop().call_later(AWAY_SECONDS, self.give_way)
        else:
            self._transport.close()

    def _not_kept(self, error: BaseException) -> None:
        """Nothing was committed of a message: nothing may be said of it, nor of those after."""
        _logger.warning("a message could not be kept: %s", type(error).__name__)
        self._gauge.unanswered += 1
        self._ending = self._mute = True
        self._backlog.clear()
        self._adjust()
        asyncio.get_running_loop().call_later(AWAY_SECONDS, self.give_way)

    def _refuse_too_long(self) -> None:
        """What comes next of it is not kept: the answer goes out, and the connection ends."""
        self._ending = True
        told = self._around.answering.refuse(self._unframer.too_long, phrases.too_long())

        async def refused() -> Told:
            return told

        task = asyncio.create_task(refused())
        self._turns.append(_Turn(0, task))
        task.add_done_callback(self._done)

    def _note_faults(self, *, found: bool) -> None:
        """Counts what is no message; a peer that sends nothing else speaks another protocol."""
        stray = self._unframer.stray - self._noted_stray
        self._noted_stray += stray
        self._gauge.stray_bytes += stray
        self._gauge.broken_off += self._unframer.broken_off - self._noted_broken
        self._noted_broken = self._unframer.broken_off
        self._stray = 0 if found else self._stray + stray
        if self._stray > MAX_STRAY_BYTES:
            self._gauge.problem(phrases.trouble("not-framed", phrases.NOT_FRAMED))
            self.give_way()
