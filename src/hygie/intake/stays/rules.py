"""The rules of ZBE, held against what is known so far, in the order in which senders recorded.

A movement that merely arrives late breaks none: whatever was recorded after it does not count.
Source: IHE PAM national extension for France 2.11.1, §5.3.2, §5.3.7, §6.13.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import Fact, instant
from hygie.intake.stays import phrases
from hygie.intake.stays.movements import Traced, trace
from hygie.limits.gateway import CLOCK_AHEAD_SECONDS, MOVEMENT_AHEAD_SECONDS
from hygie.refusal import Phrase


class Broken(NamedTuple):
    rule: str
    phrase: Phrase


_KNOWN: Final = Broken("movement.known", phrases.KNOWN_MOVEMENT)
_HISTORIC: Final = Broken("movement.historic", phrases.HISTORIC_MOVEMENT)
_CLOSED: Final = Broken("movement.stay-closed", phrases.CLOSED_STAY)
_UNKNOWN: Final = Broken("movement.unknown", phrases.NO_MOVEMENT)
_NOT_CURRENT: Final = Broken("movement.not-current", phrases.NOT_CURRENT)
_NOT_ADMITTED: Final = Broken("movement.not-admitted", phrases.NOT_ADMITTED)
_AHEAD: Final = Broken("movement.ahead", phrases.CLOCK_AHEAD)


def broken(known: Iterable[Fact], new: Fact) -> list[Broken]:
    """The rules that a source declared `strict` may not break."""
    before = [fact for fact in known if instant(fact.recorded) <= instant(new.recorded)]
    if new in before:
        return []
    traced = trace(before)
    if new.action == "INSERT":
        return _inserting(traced, new)
    if new.action == "UPDATE":
        return [] if any(one.movement.id == new.id for one in traced) else [_UNKNOWN]
    return _cancelling(traced, new)


def doubtful(known: Iterable[Fact], new: Fact, now: datetime) -> list[Broken]:
    """What is odd and filed from any source."""
    return [*_discharged(known, new), *_ahead(new, now)]


def _inserting(traced: Sequence[Traced], new: Fact) -> list[Broken]:
    namesakes = [one for one in traced if new.id and one.movement.id == new.id]
    if namesakes:
        return [] if any(_completes(one, new) for one in namesakes) else [_KNOWN]
    happened = _happened(traced)
    first = new.kind in kinds.OPENING and not any(
        one.movement.kind in kinds.OPENING for one in happened
    )
    if first or not happened or new.historic or new.kind in kinds.ANNOUNCED:
        return []
    last = happened[-1].movement
    if instant(new.start) < instant(last.start):
        return [_HISTORIC]
    closed = last.kind == kinds.DISCHARGE and new.kind not in kinds.OPENING
    return [_CLOSED] if closed else []


def _cancelling(traced: Sequence[Traced], new: Fact) -> list[Broken]:
    meant = [one for one in traced if one.movement.kind == new.kind and _meant(one, new)]
    if not meant:
        return [_UNKNOWN]
    happened = _happened(traced)
    free = new.historic or new.kind in kinds.ANNOUNCED or not happened
    return [] if free or meant[-1] is happened[-1] else [_NOT_CURRENT]


def _happened(traced: Sequence[Traced]) -> list[Traced]:
    """Movements in force that took place, in their order."""
    return [one for one in traced if not one.cancelled and one.movement.kind not in kinds.ANNOUNCED]


def _completes(one: Traced, new: Fact) -> bool:
    """One movement may be told of in several messages, each about one responsibility."""
    same = instant(one.movement.start) == instant(new.start)
    return same and one.movement.kind == new.kind


def _meant(one: Traced, new: Fact) -> bool:
    return not one.cancelled and (not new.id or one.movement.id in ("", new.id))


def _discharged(known: Iterable[Fact], new: Fact) -> list[Broken]:
    if new.action != "INSERT" or new.kind != kinds.DISCHARGE:
        return []
    return [] if any(fact.kind in kinds.OPENING for fact in known) else [_NOT_ADMITTED]


def _ahead(new: Fact, now: datetime) -> list[Broken]:
    planned = new.kind in kinds.ANNOUNCED
    recorded = instant(new.recorded) - now > timedelta(seconds=CLOCK_AHEAD_SECONDS)
    started = instant(new.start) - now > timedelta(seconds=MOVEMENT_AHEAD_SECONDS)
    return [_AHEAD] if recorded or (started and not planned) else []
