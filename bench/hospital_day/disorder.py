"""What goes wrong between a system and the gateway: one message in a hundred of each kind."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

from bench.hospital_day.message import Message
from hygie.demo.chance import Chance

SHARE: Final = 0.01
CONNECTIONS: Final = {"GAM": 3, "MONITEURS": 10, "SIL": 3, "FACT": 2}
"""Of a system to the gateway; 1 where nothing is said. A patient's messages keep to one."""


class Fate(Enum):
    SOUND = "sound"
    COPY = "copy"
    """The same bytes again."""
    RUINED = "ruined"
    """Cannot be filed as it is; what it should have said comes next, under the same control id."""
    LEFT = "left"
    """The same, but nobody sends it again: somebody corrects it at the end."""


class Sending(NamedTuple):
    moment: datetime
    channel: str
    raw: bytes
    fate: Fate
    right: bytes = b""
    """What a ruined message should have said."""


def sendings(messages: Sequence[Message], seed: int, share: float = SHARE) -> Iterator[Sending]:
    """What is sent, by channel and in the order of sending. Every message gets a control id."""
    chance = Chance(seed, "disorder")
    for number, one in enumerate(_swapped(messages, chance, share), start=1):
        raw, channel = one.build(f"{one.sender[:3]}{number:07d}"), _channel(one)
        moment = one.moment
        if chance.happens(share):
            moment += timedelta(minutes=chance.whole(5, 90))
        if chance.happens(share):
            ruined = chance.one(_ruins(one.event))(raw)
            if chance.happens(0.5):
                yield Sending(moment, channel, ruined, Fate.LEFT, raw)
                continue
            yield Sending(moment, channel, ruined, Fate.RUINED, raw)
        yield Sending(moment, channel, raw, Fate.SOUND)
        if chance.happens(share):
            later = moment + timedelta(minutes=chance.whole(0, 30))
            yield Sending(later, channel, raw, Fate.COPY)


def _swapped(messages: Sequence[Message], chance: Chance, share: float) -> list[Message]:
    """Now and then a message takes the moment of the next one of its patient and system."""
    found, last = list(messages), dict[tuple[str, str], int]()
    for rank, one in enumerate(messages):
        before = last.get((one.patient, one.sender))
        if before is not None and chance.happens(share):
            former = found[before]
            found[before] = one._replace(moment=former.moment)
            found[rank] = former._replace(moment=one.moment)
        last[one.patient, one.sender] = rank
    return found


def _channel(one: Message) -> str:
    return f"{one.sender}/{int(one.patient) % CONNECTIONS.get(one.sender, 1)}"


# --- ruins: each of them can be told from a sound message -----------------------------------------
_MAPPED: Final = ("ADT", "ORU", "OML", "RDE", "SIU", "MDM")


def _without_person(raw: bytes) -> bytes:
    return b"\r".join(line for line in raw.split(b"\r") if not line.startswith(b"PID"))


def _nobody(raw: bytes) -> bytes:
    """PID-3 empty."""
    lines = raw.split(b"\r")
    rank = next(n for n, line in enumerate(lines) if line.startswith(b"PID"))
    fields = lines[rank].split(b"|")
    fields[3] = b""
    lines[rank] = b"|".join(fields)
    return b"\r".join(lines)


def _cut(raw: bytes) -> bytes:
    """In the midst of the header."""
    return raw[:60]


def _wrong_set(raw: bytes) -> bytes:
    """Not what MSH-18 declares."""
    return raw.replace(b"|||FRA|", b"|||FRA\xe9|", 1)


def _torn(raw: bytes) -> bytes:
    """A line end in the midst of a segment."""
    return raw.replace(b"PID|", b"PI\rD|", 1)


def _other_version(raw: bytes) -> bytes:
    return raw.replace(b"|P|2.5", b"|P|7.0", 1)


_OF_FORM: Final = (_cut, _wrong_set, _torn, _other_version)
_OF_CONTENT: Final = (_without_person, _nobody)


def _ruins(event: str) -> Sequence[Callable[[bytes], bytes]]:
    """Faults of content are seen where something is filed."""
    return (*_OF_FORM, *_OF_CONTENT) if event[:3] in _MAPPED else _OF_FORM
