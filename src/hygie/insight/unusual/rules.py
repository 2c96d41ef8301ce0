"""Which accesses stand out, by rules that say their figures. Pure.

None of them proves a fault: a night of duty, an emergency and a homonym are ordinary. They say what
to ask, and of whom.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from statistics import median
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from hygie.ledger.activity import Tally

Rule = Literal["glass", "namesake", "colleague", "many", "habit", "night", "refused"]
MANY_PATIENTS_AN_HOUR: Final = 40
"""Records opened by one person within an hour: a ward's round has thirty."""
LEAST_BEYOND_HABIT: Final = 20
"""Patients of a day, below which no volume is remarkable."""
DAYS_OF_HABIT: Final = 7
"""Days of work that a habit is told from."""
SPREADS: Final = 6
"""Median absolute deviations (times 1.4826) above the median: beyond any ordinary day."""
HOURS_OF_HABIT: Final = 40
"""Hours of work from which somebody is known to work by day."""
NIGHT_SHARE: Final = 0.02
"""Of the hours somebody worked, at most so many at night: who works by day."""
NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
REFUSED_AN_HOUR: Final = 5
MAD: Final = 1.4826
"""Makes the median absolute deviation that of a normal law."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    rule: Rule
    actor: str
    at: datetime
    """The hour, or midnight of the day, it happened in."""
    patient: int = 0
    count: int
    usual: float = 0
    """What the rule compares it with."""
    name: str = ""
    """Of the account whose owner the patient seems to be."""


class Named(NamedTuple):
    """Words of a name, normalized."""

    family: frozenset[str]
    given: frozenset[str]


class Known(msgspec.Struct, frozen=True):
    """What the rules are told beside the tallies."""

    zone: ZoneInfo
    since: datetime
    """Findings are of what happened from here on; what is older is habit."""
    actors: dict[str, frozenset[str]]
    """Account -> words of the name people know, normalized."""
    patients: dict[int, Named]


def unusual(tallies: Sequence[Tally], known: Known) -> list[Finding]:
    """The latest first."""
    found = [finding for rule in RULES for finding in rule(tallies, known)]
    return sorted(found, key=lambda finding: finding.at, reverse=True)


def _lately(tallies: Iterable[Tally], known: Known) -> Iterator[Tally]:
    return (tally for tally in tallies if tally.hour >= known.since)


def _by_record(tallies: Iterable[Tally], known: Known) -> dict[tuple[str, int, date], list[Tally]]:
    """One line for what somebody did about one patient in a day."""
    grouped: dict[tuple[str, int, date], list[Tally]] = defaultdict(list)
    for tally in _lately(tallies, known):
        if tally.patient:
            day = tally.hour.astimezone(known.zone).date()
            grouped[tally.actor, tally.patient, day].append(tally)
    return grouped


def glass(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """Outside the circle, by breaking the glass."""
    for (actor, patient, _), several in _by_record(tallies, known).items():
        count = sum(tally.glass for tally in several)
        if count:
            yield Finding(rule="glass", actor=actor, at=_first(several), patient=patient,
                          count=count)  # fmt: skip


def namesake(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """A patient of the same family name as who looks: a relative, or oneself."""
    for (actor, patient, _), several in _by_record(tallies, known).items():
        name = known.patients.get(patient)
        count = sum(tally.acts for tally in several)
        if name and count and name.family & known.actors.get(actor, frozenset()):
            yield Finding(rule="namesake", actor=actor, at=_first(several), patient=patient,
                          count=count)  # fmt: skip


def colleague(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """A patient who bears the name of somebody who works here."""
    by_word: dict[str, set[str]] = defaultdict(set)
    for account, words in known.actors.items():
        for word in words:
            by_word[word].add(account)
    for (actor, patient, _), several in _by_record(tallies, known).items():
        count = sum(tally.acts for tally in several)
        name = known.patients.get(patient)
        if not count or name is None:
            continue
        near = {account for word in name.family for account in by_word.get(word, ())}
        alike = [one for one in sorted(near - {actor}) if known.actors[one] & name.given]
        if alike:
            yield Finding(rule="colleague", actor=actor, at=_first(several), patient=patient,
                          count=count, name=alike[0])  # fmt: skip


def many(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """More records within an hour than somebody can read."""
    seen = _patients(_lately(tallies, known), lambda tally: tally.hour)
    for (actor, hour), patients in seen.items():
        if len(patients) >= MANY_PATIENTS_AN_HOUR:
            yield Finding(rule="many", actor=actor, at=hour, count=len(patients),
                          usual=MANY_PATIENTS_AN_HOUR)  # fmt: skip


def habit(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """More records in a day than this person's days have (median and its absolute deviation)."""
    by_day = _patients(tallies, lambda tally: _midnight(tally, known.zone))
    days: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for (actor, day), patients in by_day.items():
        days[actor].append((day, len(patients)))
    for actor, counted in days.items():
        before = [count for day, count in counted if day < known.since]
        if len(before) < DAYS_OF_HABIT:
            continue
        most = _most(before)
        for day, count in counted:
            if day >= known.since and count > most:
                yield Finding(rule="habit", actor=actor, at=day, count=count,
                              usual=median(before))  # fmt: skip


def night(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """At night, of somebody who works by day."""
    hours: dict[str, set[datetime]] = defaultdict(set)
    late: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    for tally in tallies:
        if not tally.acts:
            continue
        if tally.hour < known.since:
            hours[tally.actor].add(tally.hour)
        elif tally.patient and tally.hour.astimezone(known.zone).hour in NIGHT:
            late[tally.actor, tally.hour].add(tally.patient)
    for (actor, hour), patients in late.items():
        worked = hours[actor]
        nights = sum(one.astimezone(known.zone).hour in NIGHT for one in worked)
        if len(worked) >= HOURS_OF_HABIT and nights <= NIGHT_SHARE * len(worked):
            yield Finding(rule="night", actor=actor, at=hour, count=len(patients),
                          usual=nights / len(worked))  # fmt: skip


def refused(tallies: Sequence[Tally], known: Known) -> Iterator[Finding]:
    """Doors tried one after the other."""
    tried: dict[tuple[str, datetime], int] = defaultdict(int)
    for tally in _lately(tallies, known):
        tried[tally.actor, tally.hour] += tally.refused
    for (actor, hour), count in tried.items():
        if count >= REFUSED_AN_HOUR:
            yield Finding(rule="refused", actor=actor, at=hour, count=count, usual=REFUSED_AN_HOUR)


RULES: Final = (glass, namesake, colleague, many, habit, night, refused)


def _patients(
    tallies: Iterable[Tally], when: Callable[[Tally], datetime]
) -> dict[tuple[str, datetime], set[int]]:
    found: dict[tuple[str, datetime], set[int]] = defaultdict(set)
    for tally in tallies:
        if tally.patient and tally.acts:
            found[tally.actor, when(tally)].add(tally.patient)
    return found


def _first(several: Iterable[Tally]) -> datetime:
    return min(tally.hour for tally in several)


def _midnight(tally: Tally, zone: ZoneInfo) -> datetime:
    return tally.hour.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _most(before: Collection[int]) -> float:
    """Beyond it, a day is unlike the others."""
    middle = median(before)
    spread = median(abs(count - middle) for count in before) * MAD
    return max(LEAST_BEYOND_HABIT, middle + SPREADS * max(spread, middle / 10, 1))
