"""By MLLP: each message waits for the acknowledgement of its MSH-10."""

import asyncio

from hygie.exchange.mllp import Destination
from hygie.exchange.routes.answers import Dead, Later, Unreachable, Verdict, judge, read
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place
from hygie.refusal import Refused


class MllpWay:
    """Keeps `Way`."""

    def __init__(self, outbound: Outbound, place: Place, seconds: float) -> None:
        self._destination = Destination(outbound, place)
        self._seconds = seconds

    async def send(self, number: int, control_id: str, content: bytes) -> Verdict:
        """Of an answer that names no message, none is believed; those to other messages are
        passed over."""
        del number

        def ours(answer: bytes) -> bool:
            found = read(answer)
            return found is None or found.control_id == control_id

        try:
            async with asyncio.timeout(self._seconds):
                await self._destination.reach(self._seconds)
        except (Refused, TimeoutError, OSError) as failure:
            return Unreachable(_rule(failure))
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._destination.exchange(content, self._seconds, ours)
        except Refused as refused:
            rule = refused.refusal.issues[0].rule
            return Dead(rule) if rule.startswith("hl7.") else Unreachable(rule)
        except (TimeoutError, OSError, EOFError):
            return Later("route.no-answer")
        found = read(answer)
        if found is None:
            self._destination.close()
            return Later("route.no-acknowledgement")
        return judge(found)

    def close(self) -> None:
        self._destination.close()


def _rule(failure: Exception) -> str:
    if isinstance(failure, Refused):
        return failure.refusal.issues[0].rule
    return "route.unreachable"
