"""What the facts of a stay add up to: its movements, those in force and those cancelled. Pure.

- A movement is known by its identifier (ZBE-1) and its kind; without identifier, by its kind and
  its moment.
- Of each of its parts, the last word in the order of recording holds; a message that does not say a
  part leaves it (PAM-FR §5.3.1: several messages may tell of one movement).
- An update finds its movement by ZBE-1 and ZBE-6; by ZBE-1 alone when ZBE-6 leads nowhere.
- A cancellation holds against everything inserted before it was recorded. One without identifier
  cancels what of its kind was inserted last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from hygie.fhir.french.facts import CONTENT, Fact, Json, instant
from hygie.fhir.french.kinds import KINDS, RANK

Key = tuple[str, str, str]
"""Identifier, kind, and the moment when there is no identifier."""


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One movement as it stands. Parts as in `Fact`."""

    event: str
    start: str
    id: str = ""
    patient_class: str = ""
    location: str = ""
    medical_unit: str = ""
    nursing_unit: str = ""
    nature: str = ""
    expected: str = ""
    attending: tuple[Json, ...] = ()
    disposition: Json = {}

    @property
    def kind(self) -> str:
        return KINDS.get(self.event, self.event)


class Traced(NamedTuple):
    """A movement with where it comes from."""

    movement: Movement
    inserted: datetime
    """When its last insertion was recorded; of one known by updates only, its last update."""
    announced: bool
    """An insertion of it is known."""
    cancelled: bool
    facts: Sequence[Fact]


def trace(facts: Iterable[Fact]) -> list[Traced]:
    """Every movement that the facts, each given once, tell of, in the order of the stay."""
    unique = sorted(facts, key=lambda fact: fact.weight)
    told = [fact for fact in unique if fact.action != "CANCEL"]
    groups = _grouped(told)
    cancels = [fact for fact in unique if fact.action == "CANCEL"]
    gone = _cancelled(groups, cancels)
    traced = [
        _traced(key, group, [c for c in cancels if _names(c, key)], cancelled=key in gone)
        for key, group in groups.items()
    ]
    return sorted(traced, key=_order)


def set_of(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once."""
    return list({msgspec.json.encode(fact, order="sorted"): fact for fact in facts}.values())


def needed(facts: Iterable[Fact]) -> list[Fact]:
    """The facts without those that can never matter again: others of the same action on the same
    movement are heavier and say at least as much. However many corrections come, few are kept."""
    alike: dict[tuple[str, Key], list[Fact]] = {}
    for fact in set_of(facts):
        alike.setdefault((fact.action, _key(fact)), []).append(fact)
    return [fact for group in alike.values() for fact in _telling(group)]


def _telling(group: Sequence[Fact]) -> list[Fact]:
    said: set[str] = set()
    kept: list[Fact] = []
    for fact in sorted(group, key=lambda fact: fact.weight, reverse=True):
        new = {name for name in CONTENT if getattr(fact, name)} - said
        if new or not kept:
            kept.append(fact)
            said |= new
    return kept


def in_force(traced: Iterable[Traced]) -> list[Movement]:
    return [one.movement for one in traced if not one.cancelled]


def _grouped(told: Sequence[Fact]) -> dict[Key, list[Fact]]:
    groups: dict[Key, list[Fact]] = {}
    latest: dict[str, Key] = {}
    for fact in told:
        if fact.action == "INSERT":
            key = _key(fact)
            groups.setdefault(key, []).append(fact)
            if fact.id:
                latest[fact.id] = key
    for fact in told:
        if fact.action == "UPDATE":
            key = _key(fact)
            key = key if key in groups else latest.get(fact.id, key)
            groups.setdefault(key, []).append(fact)
    for group in groups.values():
        group.sort(key=lambda fact: fact.weight)
    return groups


def _key(fact: Fact) -> Key:
    moment = "" if fact.id else str(instant(fact.start).timestamp())
    return fact.id, fact.kind, moment


def _names(cancel: Fact, key: Key) -> bool:
    return bool(cancel.id) and (cancel.id, cancel.kind) == key[:2]


def _cancelled(groups: dict[Key, list[Fact]], cancels: Sequence[Fact]) -> set[Key]:
    gone = {
        key
        for key, group in groups.items()
        for cancel in cancels
        if _names(cancel, key) and _holds(cancel, group)
    }
    for cancel in cancels:
        if not cancel.id:
            meant = [
                (_inserted(group), instant(group[-1].start), key)
                for key, group in groups.items()
                if key not in gone and key[1] == cancel.kind and _holds(cancel, group)
            ]
            gone |= {max(meant)[2]} if meant else set()
    return gone


def _holds(cancel: Fact, group: Sequence[Fact]) -> bool:
    """Inserted again after it was cancelled, a movement is in force."""
    inserted = [fact for fact in group if fact.action == "INSERT"]
    return not inserted or instant(inserted[-1].recorded) <= instant(cancel.recorded)


def _inserted(group: Sequence[Fact]) -> datetime:
    inserted = [fact for fact in group if fact.action == "INSERT"] or group
    return instant(inserted[-1].recorded)


def _traced(key: Key, group: Sequence[Fact], cancels: Sequence[Fact], *, cancelled: bool) -> Traced:
    """`group` has the last word last."""
    inserts = [fact for fact in group if fact.action == "INSERT"]
    parts = {name: _last_word(name, group) for name in CONTENT}
    event = (inserts or group)[-1].event
    movement = Movement(event=event, start=group[-1].start, id=key[0], **parts)
    return Traced(movement, _inserted(group), bool(inserts), cancelled, (*group, *cancels))


def _last_word(name: str, group: Sequence[Fact]) -> Any:
    value = getattr(group[-1], name)
    for fact in reversed(group[:-1]):
        value = value or getattr(fact, name)
    return value


def _order(one: Traced) -> tuple[datetime, datetime, int, str]:
    movement = one.movement
    rank = RANK.get(movement.kind, len(RANK))
    return instant(movement.start), one.inserted, rank, movement.id
