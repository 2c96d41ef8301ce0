"""Stays are possible: nobody leaves before coming, nobody lies in a taken bed."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hygie.demo.catalogue import stories, units
from hygie.demo.chance import Chance
from hygie.demo.clock import after, at
from hygie.demo.plan import Course, plan_visits


@given(st.sampled_from(sorted(stories())), st.integers(0, 10_000))
def test_moves_follow_each_other(name: str, seed: int) -> None:
    """Guards against a transfer before admission, a discharge before the last move, an overlap."""
    visits = plan_visits(stories()[name], at(date(2026, 1, 5), 8), Chance(seed))
    for visit in visits:
        moments = [move.start for move in visit.moves]
        assert moments == sorted(moments)
        assert visit.end > moments[-1]
        if visit.planned is not None:
            assert visit.planned.start < visit.start
        if visit.early_leave is not None:
            assert visit.early_leave.undone is not None
            last = max(m.undone or m.start for m in visit.moves)
            assert last < visit.early_leave.start < visit.early_leave.undone < visit.end
    assert all(a.end < b.start for a, b in pairwise(visits))


def test_a_bed_holds_one_patient(clinic: list[Course]) -> None:
    """Guards against two patients in one bed, which no bed page could show."""
    taken: dict[tuple[str, str, str], list[tuple[datetime, datetime]]] = {}
    for visit in (visit for course in clinic for visit in course.visits):
        kept = [move for move in visit.moves if move.undone is None]
        for move, until in zip(kept, [*(m.start for m in kept[1:]), visit.end], strict=True):
            if move.room != "COULOIR":
                taken.setdefault((move.unit, move.room, move.bed), []).append((move.start, until))
    for spans in taken.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(spans)))


def test_numbers_are_unique(clinic: list[Course]) -> None:
    """Guards against two stays under one number."""
    visits = [visit for course in clinic for visit in course.visits]
    moves = [m.number for v in visits for m in (*v.moves, v.planned, v.leave, v.early_leave) if m]
    assert len({visit.iep for visit in visits}) == len(visits)
    assert len(set(moves)) == len(moves)


def test_some_are_in_hospital_today_and_some_expected(clinic: list[Course], today: date) -> None:
    """Guards against pages without anyone in bed."""
    now = at(today, 0)
    visits = [visit for course in clinic for visit in course.visits]
    present = [v for v in visits if v.kind == "hospitalisation" and v.start < now < v.end]
    assert len(present) >= 10
    assert len({move.unit for visit in present for move in visit.moves}) >= 4
    assert any(v.planned and v.planned.start < now < v.start for v in visits)
    assert {visit.moves[0].unit for visit in visits} <= units().keys()


@given(st.datetimes(at(date(2020, 1, 1), 0), at(date(2030, 1, 1), 0)), st.integers(0, 5_000))
def test_no_moment_falls_where_clocks_change(moment: datetime, minutes: int) -> None:
    """Guards against an hour that summer time skips, which no reader could place."""
    later = after(moment, minutes=minutes)
    assert later.hour != 2
    assert later >= moment.replace(microsecond=0)
    assert later - moment <= timedelta(minutes=minutes + 71)
