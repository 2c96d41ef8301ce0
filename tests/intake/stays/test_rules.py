"""Guards against rules of ZBE held against the order of arrival, or not held at all."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests.intake.stays.test_course import (
    BACK,
    ENTRY,
    EXIT,
    LEAVE,
    MOVE,
    cancelled,
    corrected,
    told,
)

from hygie.intake.stays.rules import broken, doubtful

LATE = told("A02", 9, "M7", recorded=11)


@pytest.mark.parametrize(
    ("known", "new", "rule"),
    [
        ([ENTRY, MOVE], LATE, "movement.historic"),
        ([ENTRY, MOVE], msgspec.structs.replace(LATE, historic=True), ""),
        ([ENTRY, MOVE], msgspec.structs.replace(LATE, recorded=ENTRY.recorded), ""),
        ([MOVE], ENTRY, ""),
        ([EXIT], ENTRY, ""),
        ([ENTRY, EXIT], told("A02", 19), "movement.stay-closed"),
        ([ENTRY, EXIT], told("A01", 19), ""),
        ([ENTRY, EXIT], MOVE, ""),
        ([ENTRY], told("A02", 9, ENTRY.id), "movement.known"),
        ([ENTRY], told("A01", 8, ENTRY.id, recorded=9, nature="S"), ""),
        ([ENTRY], ENTRY, ""),
        ([ENTRY, MOVE], cancelled("A11", ENTRY, 11), "movement.not-current"),
        ([ENTRY, MOVE], cancelled("A11", ENTRY, 11, historic=True), ""),
        ([ENTRY, MOVE], cancelled("A11", ENTRY, 9), ""),
        ([ENTRY], cancelled("A12", MOVE, 11), "movement.unknown"),
        ([ENTRY, MOVE, cancelled("A12", MOVE, 11)], cancelled("A12", MOVE, 12), "movement.unknown"),
        ([ENTRY, LEAVE, BACK], cancelled("A53", BACK, 15), ""),
        ([ENTRY], corrected(MOVE, 11), "movement.unknown"),
        ([ENTRY, MOVE, EXIT], corrected(ENTRY, 20), ""),
        ([ENTRY, MOVE], told("A05", 9, recorded=11), ""),
    ],
)
def test_each_rule(known, new, rule):
    """A faulty sender nobody hears of; a warning on every message that comes late."""
    assert [found.rule for found in broken(known, new)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("known", "new", "rule"),
    [
        ([], EXIT, "movement.not-admitted"),
        ([ENTRY], EXIT, ""),
        ([ENTRY], msgspec.structs.replace(MOVE, recorded="2031-01-01T00:00:00Z"), "movement.ahead"),
        ([ENTRY], msgspec.structs.replace(MOVE, start="2031-01-01T00:00:00Z"), "movement.ahead"),
        ([], told("A05", 9), ""),
        ([], msgspec.structs.replace(told("A05", 9), start="2031-01-01T00:00:00Z"), ""),
    ],
)
def test_what_is_odd(known, new, rule):
    """A clock that runs years ahead, whose word holds for ever, and nobody is told."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    assert [found.rule for found in doubtful(known, new, now)] == ([rule] if rule else [])
