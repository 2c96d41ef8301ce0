"""The whole day: every message in the order of time, and the census of every hour."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from bench.hospital_day.admissions import of_person, of_stay
from bench.hospital_day.message import Message
from bench.hospital_day.stays import Hospital, Size, Stay
from bench.hospital_day.traffic import Traffic
from hygie.demo.chance import Chance
from hygie.demo.clock import midnight
from hygie.demo.people import Person, draw_person, ipp_of

FULL: Final = Size()

Census = dict[str, frozenset[str]]
"""Unit -> numbers of the visits of who is there."""


class Day(NamedTuple):
    begin: datetime
    stays: Sequence[Stay]
    messages: Sequence[Message]
    patients: int
    """Records that the messages make, the merged ones too."""

    def census(self, moment: datetime) -> Census:
        found: dict[str, set[str]] = {}
        for stay in self.stays:
            if bed := stay.bed_at(moment):
                found.setdefault(bed.unit, set()).add(stay.number)
        return {unit: frozenset(numbers) for unit, numbers in found.items()}


def simulate(seed: int, day: date, messages: int, size: Size = FULL) -> Day:
    """A day of at most so many messages: traffic is thinned out evenly, movements never are."""
    begin, people = midnight(day), _people(seed, size.people)
    stays = list(Hospital(begin, people, Chance(seed, "stays"), size).stays())
    core = [one for stay in stays for one in of_stay(stay)]
    core += _identities(seed, stays, begin, size)
    end = begin + timedelta(days=1)
    traffic = [
        one for stay in stays
        for one in Traffic(stay, begin, end, Chance(seed, "traffic", stay.number)).messages()
    ]  # fmt: skip
    kept = max(0, messages - len(core))
    if len(traffic) > kept:
        step = len(traffic) / max(kept, 1)
        traffic = [traffic[int(rank * step)] for rank in range(kept)]
    everything = sorted([*core, *traffic], key=lambda one: one.moment)
    return Day(begin, stays, everything, size.people + size.merges)


def _people(seed: int, count: int) -> list[Person]:
    found = []
    for number in range(1, count + 1):
        chance = Chance(seed, "person", number)
        birth = date(1930, 1, 1) + timedelta(days=chance.whole(0, 34_000))
        sex = chance.one(("F", "M"))
        found.append(draw_person(number, sex, birth, chance))
    _require_distinct(found)
    return found


def _require_distinct(people: Sequence[Person]) -> None:
    """Two drawn with one matricule would rightly be taken for one, or refused."""
    twice = [ins for ins, times in Counter(person.ins for person in people).items() if times > 1]
    if twice:
        raise RuntimeError(f"{len(twice)} matricules were drawn twice: choose another seed")


def _identities(seed: int, stays: Sequence[Stay], begin: datetime, size: Size) -> list[Message]:
    """Demographics sent again (A31), and records opened twice and merged (A40)."""
    chance, found = Chance(seed, "identities"), []
    present = stays[: size.inpatients // 2]
    for _ in range(size.corrections):
        moment = begin + timedelta(minutes=chance.whole(1, 1400))
        found.append(of_person("A31", chance.one(present).person, moment))
    for rank in range(size.merges):
        person = present[rank].person
        other = ipp_of(900_000 + rank)
        moment = begin + timedelta(minutes=chance.whole(60, 1300))
        found.append(_provisional(person, other, moment - timedelta(minutes=45)))
        found.append(of_person("A40", person, moment, losing=other))
    return found


def _provisional(person: Person, ipp: str, moment: datetime) -> Message:
    """The same person under a second number, with no more known than the name."""
    double = msgspec.structs.replace(person, ipp=ipp, standing="provisional", number=int(ipp))
    return of_person("A28", double, moment)
