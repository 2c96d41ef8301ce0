"""The ways by which a notification leaves: one small contract, kept by every channel.

Who sends (`senders`) decides when, in which order and how often again; a channel makes one attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from hygie.refusal import Phrase

Content = Literal["empty", "id-only", "full-resource"]
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a subscription's notifications go, and how: what its channel needs of it, and no more.

    `repr` shows neither endpoint nor headers: both may hold secrets of the subscriber.
    """

    id: str
    """Of the Subscription."""
    endpoint: str = field(repr=False)
    """As the subscriber wrote it: an address of http(s) or mailto, the name of a destination."""
    mime_type: str
    """Of the payload: `application/fhir+json` or `application/fhir+xml`; empty for none (R4: a
    subscription without `channel.payload` is told that something happened, in an empty body)."""
    content: Content
    headers: tuple[Header, ...] = field(default=(), repr=False)
    """`channel.header`, name and value: secrets, as a rule."""
    method: str = "POST"
    """Of HTTP: PUT for a resource that is sent as it is (R4 without topics), POST for the rest."""
    timeout_seconds: float = 10.0
    """For one attempt, from the first byte sent to the last one received."""
    heartbeat_seconds: int = 0
    """0: none is asked for."""
    max_count: int = 1
    """Events in one notification at most."""
    topic: str = ""
    """The canonical of its topic; empty for R4's own criteria."""
    secret: str = field(default="", repr=False)
    """What its notifications are signed with, as the subscriber wrote it: `whsec_` and base64."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken it."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not taken, this time. Ordered by the sender: the same body comes again."""

    reason: Phrase
    """For whoever keeps the subscription (`Subscription.error`): filled in, short; nothing of the
    payload, of the headers, or of what the endpoint answered but its status."""
    after_seconds: float = 0.0
    """Not before (`Retry-After`); 0 leaves it to the sender."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is there any more, and will not come back (HTTP 410): the subscription is over."""

    reason: Phrase


Outcome = Delivered | Retry | Gone


class Channel(Protocol):
    """Safe for concurrent use by tasks; the sender has one attempt under way a subscription."""

    async def admit(self, target: Target) -> None:
        """Raises `Refused` when nothing may be sent there: before a subscription is accepted.

        Says nothing of the future: `deliver` looks again, each time.
        """
        ...

    async def deliver(self, target: Target, body: bytes, headers: Sequence[Header] = ()) -> Outcome:
        """One attempt. `body`: a notification, of `target.mime_type`; `headers`: of the attempt
        itself, beside `target.headers`, which they win over.

        Ends within `target.timeout_seconds`, whatever the other side does, and reads a bounded part
        of what it answers. Whatever goes wrong there is a `Retry` or a `Gone`, never an exception.
        Not idempotent: the other side may see a notification twice, and knows it by its number.
        """
        ...


Channels = Mapping[str, Channel]
"""By `Subscription.channel.type`, or the code of the backport's channel-type extension."""
