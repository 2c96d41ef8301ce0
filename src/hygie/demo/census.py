"""Numbers and beds: what the admission office gives when all that happens is known.

Visit numbers (IEP) and movement numbers follow time; nobody lies in a taken bed.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from hygie.demo.catalogue import units
from hygie.demo.plan import Course, Move, Visit

EXTRA_BED = ("COULOIR", "SUPP")


def number_visits(courses: Sequence[Course]) -> None:
    """Gives each visit its IEP and each movement its number, in the order of time."""
    visits = [visit for course in courses for visit in course.visits]
    visits.sort(key=_first_known)
    for rank, visit in enumerate(visits, start=1):
        visit.iep = f"{_first_known(visit):%y}{rank:07d}"
        visit.leave = Move(visit.moves[-1].unit, visit.end)
    every = [move for visit in visits for move in _movements(visit)]
    for rank, move in enumerate(sorted(every, key=lambda move: move.start), start=100_001):
        move.number = rank


def _first_known(visit: Visit) -> datetime:
    return visit.planned.start if visit.planned else visit.start


def _movements(visit: Visit) -> Iterator[Move]:
    extra = (visit.planned, visit.early_leave, visit.leave)
    yield from visit.moves
    yield from (move for move in extra if move is not None)


def give_beds(courses: Sequence[Course]) -> None:
    """A free bed for every move, kept until the next move or the end of the visit."""
    free = {code: list(unit.beds) for code, unit in units().items()}
    taken: list[tuple[datetime, int, str, tuple[str, str]]] = []
    for move, until in sorted(_occupations(courses), key=lambda pair: pair[0].start):
        while taken and taken[0][0] <= move.start:
            _, _, unit, bed = heapq.heappop(taken)
            free[unit].append(bed)
        bed = free[move.unit].pop(0) if free[move.unit] else EXTRA_BED
        move.room, move.bed = bed
        if bed is not EXTRA_BED:
            heapq.heappush(taken, (until, move.number, move.unit, bed))
    for visit in (visit for course in courses for visit in course.visits):
        for leave in filter(None, (visit.early_leave, visit.leave)):
            last = visit.move_at(leave.start)
            leave.room, leave.bed = last.room, last.bed


def _occupations(courses: Iterable[Course]) -> Iterator[tuple[Move, datetime]]:
    for course in courses:
        for visit in course.visits:
            kept = [move for move in visit.moves if move.undone is None]
            ends = [*(move.start for move in kept[1:]), visit.end]
            yield from zip(kept, ends, strict=True)
            for move in visit.moves:
                if move.undone is not None:
                    yield move, move.undone
