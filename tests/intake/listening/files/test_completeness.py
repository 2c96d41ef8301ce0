"""Which files are whole: a sender that writes while we look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.listening.files.completeness import Completeness, Found


def found(name, size=10, modified=1):
    return Found(name, size, modified)


def names(files) -> list[str]:
    return [one.name for one in files]


def test_a_file_is_whole_once_it_rested_between_two_looks():
    """Guards: half a message taken for a whole one."""
    looks = Completeness("*")
    assert looks.whole([found("a", 10)]) == []
    assert looks.whole([found("a", 20)]) == []
    assert looks.whole([found("a", 20, modified=2)]) == []
    assert names(looks.whole([found("a", 20, modified=2)])) == ["a"]


def test_a_file_that_went_and_came_back_is_seen_anew():
    """Guards: another file under the name of one seen long ago."""
    looks = Completeness("*")
    looks.whole([found("a")])
    assert looks.whole([]) == []
    assert looks.whole([found("a")]) == []


@pytest.mark.parametrize(
    "name", [".a.hl7", "a.hl7.tmp", "a.hl7.PART", "a.hl7~", "~$a.hl7", "a.filepart", "a.txt"]
)
def test_what_is_being_written_or_not_meant_is_left_alone(name):
    """Guards: a temporary name taken, and the rename that follows failing for its sender."""
    looks = Completeness("*.hl7" if name.endswith("txt") else "*")
    looks.whole([found(name)])
    assert looks.whole([found(name)]) == []


def test_an_empty_file_is_waited_for():
    """Guards: a file refused as empty between its opening and its first byte."""
    looks = Completeness("*")
    looks.whole([found("a", 0)])
    assert looks.whole([found("a", 0)]) == []


def test_a_companion_says_that_a_file_is_whole():
    """Guards: a slow sender whose file rests half-written for longer than between two looks."""
    looks = Completeness("*.hl7.ok")
    here = [found("a.hl7"), found("b.hl7"), found("b.hl7.ok", 0), found("c.ok", 0), found("c")]
    assert names(looks.whole(here)) == ["b.hl7"]
    assert looks.companion("b.hl7") == "b.hl7.ok"
    assert Completeness("*").companion("b") == ""


@given(st.lists(st.builds(Found, st.text("abc", min_size=1), st.integers(1, 3), st.integers(0, 3)),
                unique_by=lambda one: one.name))  # fmt: skip
def test_the_oldest_come_first_and_none_is_left(files):
    """Guards: messages filed in another order than they were written."""
    looks = Completeness("*")
    looks.whole(files)
    assert looks.whole(reversed(files)) == sorted(files, key=lambda one: (one.modified, one.name))
