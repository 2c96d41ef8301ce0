"""What a message is answered, and when: original and enhanced mode (HL7 v2.5 §2.9).

Nothing leaves before the message is committed. When it could not be, nothing is said at all: the
connection ends, and the sender sends again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import msgspec

from hygie.intake.accepted import Accepted
from hygie.intake.acknowledgement import (
    accept_acknowledgement,
    accept_code,
    acknowledgement,
    application_code,
)
from hygie.intake.heading import Heading, read_heading
from hygie.intake.listening.listener import Receive
from hygie.intake.sources.declaration import Source
from hygie.intake.values import Receipt
from hygie.refusal import Refused

_logger = logging.getLogger(__name__)


class Told(msgspec.Struct, frozen=True):
    """An answer: what goes out, empty when none is asked for."""

    message: bytes
    code: str
    rule: str = ""
    later: Callable[[], Awaitable["Told"]] | None = None
    """The application's answer, which follows as a message of its own."""


class Answering:
    """Of one source. `seconds`: within which a message is settled, or told of as received."""

    def __init__(
        self,
        source: Source,
        receive: Receive,
        now: Callable[[], datetime],
        seconds: float,
    ) -> None:
        self._source = source
        self._receive = receive
        self._now = now
        self._seconds = seconds

    async def answer(self, raw: bytes) -> Told:
        """The first answer, to be sent in the order of the messages. Raises what `receive` raises:
        then nothing may be said."""
        heading = read_heading(raw, self._source.charset)
        accepted = await self._receive(raw)
        if heading.is_acknowledgement:
            return Told(b"", "")
        if not heading.is_enhanced:
            early = self._source.acknowledge == "received"
            return self._told(heading, accepted.receipt if early else await self._final(accepted))
        code, receipt = accept_code(accepted.receipt), accepted.receipt
        wanted = heading.wants_accept(code)
        message = accept_acknowledgement(heading, receipt, self._now()) if wanted else b""
        later = partial(self._later, heading, accepted) if code == "CA" else None
        return Told(message, code, _rule(receipt, code), later)

    async def _later(self, heading: Heading, accepted: Accepted) -> Told:
        return self._told(heading, await self._final(accepted))

    async def _final(self, accepted: Accepted) -> Receipt:
        """What became of it; what is known when that takes too long, or failed: it is safe."""
        try:
            async with asyncio.timeout(self._seconds):
                return await accepted.settled()
        except TimeoutError:
            return accepted.receipt
        except Exception as error:
            _logger.error("settling failed: %s", type(error).__name__)  # noqa: TRY400
            return accepted.receipt

    def _told(self, heading: Heading, receipt: Receipt) -> Told:
        code = application_code(receipt)
        wanted = heading.wants_application(code)
        message = acknowledgement(heading, receipt, self._now()) if wanted else b""
        return Told(message, code, _rule(receipt, code))

    def refuse(self, head: bytes, refused: Refused) -> Told:
        """The answer to a message that was not taken in at all: `head` is its beginning."""
        heading = read_heading(head, self._source.charset)
        issues = refused.refusal.issues
        receipt = Receipt(id=0, state="refused", answered="refused", issues=issues)
        if heading.is_enhanced:
            message = accept_acknowledgement(heading, receipt, self._now())
            return Told(message, "CR", issues[0].rule)
        return Told(acknowledgement(heading, receipt, self._now()), "AR", issues[0].rule)


def _rule(receipt: Receipt, code: str) -> str:
    return receipt.issues[0].rule if receipt.issues and code[-1] != "A" else ""
