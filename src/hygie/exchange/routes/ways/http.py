"""By HTTP: posted, the acknowledgement being the body of the answer (HL7 over HTTP).

A status of 2xx without an acknowledgement is taken for one. 5xx, redirects, which are not followed,
and what says nothing of the content: later. Any other 4xx: its content is at fault.
"""

from pathlib import Path
from typing import Final

from hygie.exchange.routes.answers import (
    Dead,
    Later,
    Taken,
    Unreachable,
    Verdict,
    judge,
    read,
)
from hygie.limits.gateway import MAX_ROUTE_ANSWER_BYTES
from hygie.outbound.outbound import Outbound
from hygie.refusal import Refused

TYPE: Final = "x-application/hl7-v2+er7"
WAIT: Final = frozenset({401, 403, 408, 425, 429})
"""Statuses that say nothing of the content: rights and limits are mended by people."""


class HttpWay:
    """Keeps `Way`."""

    def __init__(self, outbound: Outbound, url: str, seconds: float, token: Path | None) -> None:
        self._outbound = outbound
        self._url = url
        self._seconds = seconds
        self._token = token

    async def send(self, number: int, control_id: str, content: bytes) -> Verdict:
        del number
        try:
            headers = [("Content-Type", TYPE), *self._authorization()]
            answer = await self._outbound.ask(
                self._url, content, headers, self._seconds, MAX_ROUTE_ANSWER_BYTES
            )
        except Refused as refused:
            rule = refused.refusal.issues[0].rule
            return Later(rule) if rule in PART_WAY else Unreachable(rule)
        except OSError:
            return Unreachable("route.token")
        found = read(answer.body)
        if found is not None and found.control_id == control_id:
            return judge(found)
        said = f"HTTP {answer.status}"
        if answer.taken:
            return Taken(said)
        if answer.status in WAIT or not 400 <= answer.status < 500:
            return Later("route.status", said)
        return Dead("route.refused", said)

    def close(self) -> None:
        """Connections are the door's own."""

    def _authorization(self) -> list[tuple[str, str]]:
        """Read each time: a token is replaced without stopping the route."""
        if self._token is None:
            return []
        return [("Authorization", f"Bearer {self._token.read_text().strip()}")]


PART_WAY: Final = frozenset({"outbound.slow", "outbound.stalled", "outbound.too-long",
                             "outbound.not-http"})  # fmt: skip
"""It may have been taken: that message alone waits."""
