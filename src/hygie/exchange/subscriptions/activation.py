"""From `requested` to `active`: whether it may be, and whether anybody is there (a handshake)."""

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.asking import WEBSOCKET, Asked
from hygie.exchange.subscriptions.channels import Channels, Delivered
from hygie.exchange.subscriptions.matching import Interest
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.phrases import wrong
from hygie.exchange.subscriptions.rights import Rights
from hygie.exchange.subscriptions.roster import Held
from hygie.exchange.subscriptions.senders import Senders
from hygie.exchange.subscriptions.statuses import reason_of
from hygie.refusal import Phrase, Refused

REQUESTED = "requested"


class Activation:
    """For the tasks of one event loop."""

    def __init__(self, parts: Parts, senders: Senders) -> None:
        self._senders = senders
        self._composer = parts.composer
        self._channels = parts.channels
        self._statuses = parts.statuses
        self._judge = parts.judge

    async def activate(self, held: Held) -> None:
        """Writes `active`; or `error`, with the reason (STU 1.1, §REST-Hook)."""
        reason = await self._obstacle(held)
        if reason is None:
            await self._statuses.set(held.id, "active", was=REQUESTED)
        else:
            await self._statuses.set(held.id, "error", reason, was=REQUESTED)

    async def _obstacle(self, held: Held) -> Phrase | None:
        if held.author is None:
            return phrases.NOBODY
        if held.interest is None:
            return reason_of(held.problem) if held.problem else phrases.NOBODY
        await self._judge.refresh(at_once=True)  # the token may be newer than the last look
        try:
            require_rights(held.interest, self._judge(held.author))
            await admit(self._channels, held.asked)
        except Refused as problem:
            return reason_of(problem)
        if held.asked.plain or held.asked.channel == WEBSOCKET:
            return None  # R4 alone has no handshake; a WebSocket's is sent as it is bound
        outcome = await self._senders.attempt(held, self._composer.notice(held, "handshake"))
        return None if isinstance(outcome, Delivered) else outcome.reason


def require_rights(interest: Interest, rights: Rights) -> None:
    """Raises `Refused` unless every type of the topic may be read and searched."""
    for type_ in sorted(interest.topic.types):
        if not rights.allow(type_):
            raise wrong("rights", phrases.RIGHTS, "criteria", code="forbidden", type=type_)


async def admit(channels: Channels, asked: Asked) -> None:
    """Raises `Refused` unless there is such a channel, and it may send there."""
    if asked.channel == WEBSOCKET:
        return
    channel = channels.get(asked.channel)
    if channel is None:
        known = ", ".join(sorted([*channels, WEBSOCKET]))
        raise wrong(
            "channel", phrases.CHANNEL, "channel.type", code="not-supported",
            channel=asked.channel, known=known,
        )  # fmt: skip
    await channel.admit(asked.target)
