"""The channel `rest-hook`: a notification as a request to an address of the subscriber."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import time
from typing import Final

from hygie.exchange.subscriptions.channels import (
    Delivered,
    Gone,
    Header,
    Outcome,
    Retry,
    Target,
)
from hygie.exchange.subscriptions.channels.phrases import (
    ANSWERED,
    GONE,
    HEADER,
    REDIRECTED,
    filled,
    said,
    wrong,
)
from hygie.exchange.subscriptions.channels.signature import ID, identifier_of, key_of, signed
from hygie.limits import MAX_RETRY_AFTER_SECONDS
from hygie.outbound.answer import Answer
from hygie.outbound.outbound import Outbound
from hygie.refusal import Refused

NOT_THERE: Final = 410
OURS: Final = frozenset(
    {
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
        "expect", "host", "keep-alive", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "webhook-id", "webhook-timestamp", "webhook-signature",
    }
)  # fmt: skip
"""Headers that say how a request is framed, or that it is ours (RFC 9110, Standard Webhooks)."""


class RestHook:
    """Keeps `Channel`. One request an attempt; a redirect is not followed."""

    def __init__(self, outbound: Outbound, clock: Callable[[], float] = time) -> None:
        self._outbound = outbound
        self._clock = clock

    async def admit(self, target: Target) -> None:
        for name, _ in target.headers:
            if name.lower() in OURS:
                raise wrong("header", HEADER, "channel.header", name=name)
        if target.secret:
            key_of(target.secret)
        await self._outbound.check(target.endpoint)

    async def deliver(self, target: Target, body: bytes, headers: Sequence[Header] = ()) -> Outcome:
        try:
            answer = await self._outbound.send(
                target.method,
                target.endpoint,
                body,
                self._headers(target, body, headers),
                target.timeout_seconds,
            )
        except Refused as refused:
            return Retry(filled(refused.refusal.issues[0]))
        return outcome_of(answer, self._clock())

    def _headers(self, target: Target, body: bytes, more: Sequence[Header]) -> list[Header]:
        found = [*target.headers, *more]
        if target.mime_type:
            found.append(("Content-Type", target.mime_type))
        if target.secret:
            given = next((value for name, value in more if name.lower() == ID), "")
            identifier = given or identifier_of(target.id, body)
            found += signed(key_of(target.secret), identifier, int(self._clock()), body)
        return found


def outcome_of(answer: Answer, now: float) -> Outcome:
    """2xx is taken, 410 is over; all else may go better another time."""
    if answer.taken:
        return Delivered()
    if answer.status == NOT_THERE:
        return Gone(GONE)
    phrase = REDIRECTED if answer.leads_elsewhere else ANSWERED
    after = seconds_until(answer.headers.get("Retry-After", ""), now)
    return Retry(said(phrase, status=str(answer.status)), after)


def seconds_until(retry_after: str, now: float) -> float:
    """`Retry-After` in seconds or as a date (RFC 9110 §10.2.3), within bounds; 0 when unread."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(min(int(retry_after[:9]), MAX_RETRY_AFTER_SECONDS))
    try:
        then = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    moment = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = (moment - datetime.fromtimestamp(now, UTC)).total_seconds()
    return min(max(seconds, 0.0), float(MAX_RETRY_AFTER_SECONDS))
