"""A Subscription as it was written -> what is asked, or what is wrong with it. Pure.

R4 Subscription, and what the backport adds to it (STU 1.1, §R4/B Topic-Based Subscription).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hygie.exchange.subscriptions import backport, phrases
from hygie.exchange.subscriptions.channels import Content, Header, Target
from hygie.exchange.subscriptions.phrases import wrong
from hygie.limits import (
    DEFAULT_NOTIFICATION_SECONDS,
    MAX_NOTIFICATION_EVENTS,
    MAX_NOTIFICATION_SECONDS,
    MAX_SUBSCRIPTION_ENDPOINT_CHARACTERS,
    MAX_SUBSCRIPTION_FILTERS,
    MAX_SUBSCRIPTION_HEADERS,
    MIN_HEARTBEAT_SECONDS,
)

Json = dict[str, Any]
WEBSOCKET: Final = "websocket"
SIGNING: Final = "urn:hygie:webhook-secret"
"""Extension of `channel`: what its notifications are signed with (`channels.signature`)."""
PLAIN_CHANNELS: Final = frozenset({"rest-hook"})
MIME_TYPES: Final = frozenset(
    {"application/fhir+json", "application/json", "application/fhir+xml", "application/xml"}
)
BUNDLED: Final = frozenset({"rest-hook", WEBSOCKET})
"""Channels on which a notification goes as it is; others have their own ways with bodies."""
CONTENTS: Final[tuple[Content, ...]] = ("empty", "id-only", "full-resource")
DAY_SECONDS: Final = 86_400
SEARCH: Final = re.compile(r"/?([A-Z][A-Za-z]+)(?:\?(.*))?", re.DOTALL)
HEADER: Final = re.compile(
    r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}):[ \t]*([\x20-\x7e\x80-\xff]{0,4096})"
)
"""RFC 9110 §5: a token, and a value on one line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one Subscription asks for."""

    id: str
    status: str
    criteria: str
    """The canonical of a topic; or a search, as R4 has it."""
    plain: bool
    """Whether it is a search: R4 alone, without topics."""
    filters: tuple[str, ...]
    channel: str
    end: datetime | None
    target: Target = field(repr=False)


def read_subscription(resource: Json) -> Asked:
    """Raises `Refused`, naming the element. What needs the topic, or others, is not looked at."""
    criteria = resource.get("criteria")
    if not isinstance(criteria, str) or not criteria:
        raise wrong("criteria", phrases.CRITERIA, "criteria")
    plain = SEARCH.fullmatch(criteria) is not None
    channel = resource.get("channel")
    if not isinstance(channel, dict):
        raise wrong("channel", phrases.CHANNEL, "channel", channel="", known="rest-hook")
    code = channel_of(channel)
    if plain and code not in PLAIN_CHANNELS:
        raise wrong("channel", phrases.PLAIN_CHANNEL, "channel.type", code="not-supported")
    filters = tuple(str(one) for one in backport.values(resource.get("_criteria"), backport.FILTER))
    if len(filters) > MAX_SUBSCRIPTION_FILTERS:
        limit = str(MAX_SUBSCRIPTION_FILTERS)
        raise wrong("filters", phrases.FILTERS, "criteria", code="too-costly", limit=limit)
    return Asked(
        id=str(resource.get("id", "")),
        status=str(resource.get("status", "")),
        criteria=criteria,
        plain=plain,
        filters=filters,
        channel=code,
        end=_end(resource.get("end")),
        target=_target(resource, channel, plain=plain),
    )


def channel_of(channel: Json) -> str:
    """The code of the backport's extension, where R4's own has no word for it."""
    for coding in backport.values(channel.get("_type"), backport.CHANNEL_TYPE):
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            return str(coding["code"])
    return str(channel.get("type", ""))


def search_of(criteria: str) -> tuple[str, str]:
    """Type and query string of R4's criteria."""
    found = SEARCH.fullmatch(criteria)
    return (found[1], found[2] or "") if found else ("", "")


def _target(resource: Json, channel: Json, *, plain: bool) -> Target:
    mime = channel.get("payload", "")
    return Target(
        id=str(resource.get("id", "")),
        endpoint=_endpoint(channel),
        mime_type=_mime(str(mime), channel_of(channel), plain=plain),
        content=_content(channel, plain=plain),
        headers=_headers(channel.get("header")),
        timeout_seconds=_number(
            channel, backport.TIMEOUT, (1, MAX_NOTIFICATION_SECONDS), DEFAULT_NOTIFICATION_SECONDS
        ),
        heartbeat_seconds=_number(
            channel, backport.HEARTBEAT, (MIN_HEARTBEAT_SECONDS, DAY_SECONDS), 0
        ),
        max_count=_number(channel, backport.MAX_COUNT, (1, None), 1),
        topic="" if plain else str(resource.get("criteria", "")),
        secret="".join(str(one) for one in backport.values(channel, SIGNING)),
    )


def _endpoint(channel: Json) -> str:
    """Empty for a WebSocket, which the other side opens."""
    if channel_of(channel) == WEBSOCKET:
        return ""
    endpoint = channel.get("endpoint")
    if (
        not isinstance(endpoint, str)
        or not endpoint.isprintable()
        or not 0 < len(endpoint) <= MAX_SUBSCRIPTION_ENDPOINT_CHARACTERS
    ):
        limit = str(MAX_SUBSCRIPTION_ENDPOINT_CHARACTERS)
        raise wrong("endpoint", phrases.ENDPOINT, "channel.endpoint", limit=limit)
    return endpoint


def _mime(mime: str, channel: str, *, plain: bool) -> str:
    """As written. R4 alone may have none."""
    known = mime.partition(";")[0].strip() in MIME_TYPES
    if known or (plain and not mime) or (mime.isprintable() and channel not in BUNDLED):
        return mime
    raise wrong("payload", phrases.PAYLOAD, "channel.payload", code="not-supported")


def _content(channel: Json, *, plain: bool) -> Content:
    if plain:
        return "full-resource" if channel.get("payload") else "empty"
    for content in backport.values(channel.get("_payload"), backport.CONTENT):
        if content in CONTENTS:
            return content  # type: ignore[no-any-return]
    raise wrong("content", phrases.CONTENT, "channel.payload")


def _headers(listed: Any) -> tuple[Header, ...]:
    headers = listed if isinstance(listed, list) else []
    found = [HEADER.fullmatch(one) if isinstance(one, str) else None for one in headers]
    limit = str(MAX_SUBSCRIPTION_HEADERS)
    if len(found) > MAX_SUBSCRIPTION_HEADERS or not all(found):
        raise wrong("header", phrases.HEADER, "channel.header", limit=limit)
    return tuple((one[1], one[2]) for one in found if one)


def _number(channel: Json, url: str, bounds: tuple[int, int | None], otherwise: int) -> int:
    """The value of one of the backport's whole numbers, cut to what the house allows at most."""
    least, most = bounds
    for value in backport.values(channel, url):
        if type(value) is not int or value < least or (most is not None and value > most):
            name = url.rpartition("/")[2]
            raise wrong(
                "period", phrases.PERIOD, "channel", name=name, least=str(least),
                most=str(most or MAX_NOTIFICATION_EVENTS),
            )  # fmt: skip
        return min(value, most or MAX_NOTIFICATION_EVENTS)
    return otherwise


def _end(value: Any) -> datetime | None:
    """An instant; what the validator has let pass without being one is refused here."""
    if value is None:
        return None
    try:
        end = datetime.fromisoformat(str(value))
    except ValueError:
        raise wrong("end", phrases.END, "end") from None
    if end.tzinfo is None:
        raise wrong("end", phrases.END, "end")
    return end
