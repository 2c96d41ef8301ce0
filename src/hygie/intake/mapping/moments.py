"""When the sender of a message wrote down what it says."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from hygie.hl7v2.message import Message
from hygie.hl7v2.timestamps import date_time
from hygie.refusal import Refused

_TO_THE_SECOND: Final = len("20260110120000")
_BEFORE_ALL: Final = "1900-01-01T00:00:00+00:00"
"""Of a message that does not say when: anything that does outweighs it."""


def recorded(message: Message, zone: ZoneInfo) -> str:
    """When the sender recorded what the message says, to the second: facts have an order."""
    evn = message.first("EVN")
    if evn and len(evn.text(2)) >= _TO_THE_SECOND:
        return date_time(evn.text(2), zone, evn.place(2))
    header, text = message.header, message.header.text(7)
    if not text and evn:
        header, text = evn, evn.text(2)
        return date_time(whole(text), zone, evn.place(2)) if text else _BEFORE_ALL
    return date_time(whole(text), zone, header.place(7)) if text else _BEFORE_ALL


def whole(text: str) -> str:
    """A day alone is its midnight."""
    return text if len(text) > 8 else text[:8] + "000000"


def said(message: Message, zone: ZoneInfo) -> str:
    """The same, for what holds by the last word: never later than now, so that a clock in the
    future silences nobody for years; now, when it is not said or cannot be read."""
    now = datetime.now(zone).isoformat(timespec="seconds")
    try:
        found = recorded(message, zone)
    except Refused:
        return now
    return now if found == _BEFORE_ALL else min(found, now, key=datetime.fromisoformat)
