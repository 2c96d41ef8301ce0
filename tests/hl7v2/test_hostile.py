"""Guards against messages made to stop a feed: each is read or refused, soon and in few bytes."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.delimiters import STANDARD
from hygie.hl7v2.escapes import unescape
from hygie.hl7v2.parse import parse
from hygie.limits import MAX_SEGMENTS
from hygie.limits.gateway import MAX_FIELDS, MAX_REPETITIONS
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|SIL|LABO|HYGIE|CH|2026||ORU^R01|42|P|2.5"


def obx(content: str) -> bytes:
    return f"{HEADER}\rOBR|1\rOBX|1|FT|a^b||{content}||||||F\r".encode()


def read(raw: bytes) -> str:
    """What the first OBX says, or the rule it is refused by."""
    try:
        field = parse(raw).require("OBX").field(5)
        return field.whole() + field.text(5)
    except Refused as refused:
        return refused.refusal.issues[0].rule


def seconds(raw: bytes) -> float:
    started = time.process_time()
    read(raw)
    return time.process_time() - started


@pytest.mark.parametrize(
    "unit",
    ["x", "\\E\\", "\\E\\E\\", "\\.br\\", "\\.sp10\\", "\\X41\\", "\\", "^", "&", "\\X", "é"],
)
def test_a_large_field_takes_time_and_room_by_its_size(unit):
    """One message of some megabytes that holds up everybody else's, or fills the memory."""
    small, large = (obx(unit * (size // len(unit))) for size in (105_000, 840_000))
    best = min(seconds(small) for _ in range(3))
    assert min(seconds(large) for _ in range(3)) < 0.05 + best * 24
    tracemalloc.start()
    read(large)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(large)


def test_an_escape_is_read_once():
    """A delimiter smuggled in by an escape within an escape."""
    assert unescape("\\E\\F\\E\\", STANDARD) == "\\F\\"
    assert unescape("\\E\\" * 1000, STANDARD) == "\\" * 1000
    assert len(unescape("\\.sp99999999\\" * 1000, STANDARD)) <= 10_000


@pytest.mark.parametrize(
    ("line", "rule", "place"),
    [
        ("OBX" + "|" * (MAX_FIELDS + 1), "hl7.fields", "OBX"),
        ("NTE|1\r" * MAX_SEGMENTS, "hl7.segments", ""),
    ],
)
def test_what_has_too_many_parts_is_refused(line, rule, place):
    """Millions of empty fields, each of which costs more than the byte it takes."""
    with pytest.raises(Refused) as caught:
        parse(f"{HEADER}\r{line}".encode())
    issue = caught.value.refusal.issues[0]
    assert (issue.rule, issue.location) == (rule, place)


def test_what_repeats_too_often_is_refused_when_it_is_read():
    """A list of a million items made of a megabyte."""
    many = parse(obx("x~" * MAX_REPETITIONS)).require("OBX")
    with pytest.raises(Refused) as caught:
        many.repetitions(5)
    assert caught.value.refusal.issues[0].location == "OBX-5"
    assert len(parse(obx("x~" * 9_000)).require("OBX").repetitions(5)) == 9_000


def test_twenty_thousand_segments_are_read_and_found():
    """A long report read in quadratic time."""
    raw = (HEADER + "\r" + "NTE|1||ligne\r" * (MAX_SEGMENTS - 1)).encode()
    started = time.process_time()
    message = parse(raw)
    for _ in range(MAX_SEGMENTS):
        message.first("NTE")
    assert len(message.all("NTE")) == MAX_SEGMENTS - 1
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("declared", "raw", "read_as", "rule"),
    [
        ("8859/1", "NOËL".encode(), "NOËL", "hl7.characters-false"),
        ("8859/15", "ŒUVRÉE".encode(), "ŒUVRÉE", "hl7.characters-false"),
        ("8859/1", "NOËL".encode("latin-1"), "NOËL", None),
        ("8859/1", "NOËL ".encode() + "É".encode("latin-1"), "NOÃ\x8bL É", None),
        ("8859/1", b"NOEL", "NOEL", None),
    ],
)
def test_a_character_set_that_lies_is_told(declared, raw, read_as, rule):
    """MULLER filed as mojibake, and a patient created twice."""
    head = HEADER.encode() + b"||||||" + declared.encode()
    message = parse(head + b"\rPID|||||" + raw)
    assert message.require("PID").text(5) == read_as
    assert [warning.rule for warning in message.warnings] == ([rule] if rule else [])


def test_the_sources_character_set_takes_the_place_of_the_declared_one():
    """A sender that cannot be corrected, refused for ever."""
    raw = (HEADER + "||||||UNICODE UTF-8\rPID|||||NOËL").encode("latin-1")
    with pytest.raises(Refused):
        parse(raw)
    assert parse(raw, "8859/1").require("PID").text(5) == "NOËL"


@pytest.mark.parametrize("escape", ["\\C2842\\", "\\M1B2442\\", "\\Zxx\\", "\\X4\\", "\\XZZ\\"])
def test_character_sets_that_change_and_escapes_unknown_are_kept_as_they_stand(escape):
    """A text cut where the receiver did not understand it."""
    assert parse(obx(f"a{escape}b")).require("OBX").field(5).whole() == f"a{escape}b"


@pytest.mark.parametrize("other", ["OBX$1$ST$a", "OBX#1", "PID;1", "obx|1", "OB|1", "O\x00X|1"])
def test_delimiters_that_change_on_the_way_are_refused_at_their_line(other):
    """Values cut at other places from one line to the next."""
    with pytest.raises(Refused) as caught:
        parse(f"{HEADER}\rPID|||1\r{other}".encode())
    assert caught.value.refusal.issues[0].location == "line 3"


@given(st.permutations(["PID|||1", "PV1|1|I", "OBR|1||F", "OBX|1|ST|a||b", "ZZZ|x", "NTE|1"]))
def test_segments_in_any_order_are_kept_in_that_order(lines):
    """A segment lost because it came before the one it belongs to."""
    message = parse("\r".join([HEADER, *lines]).encode())
    assert [segment.name for segment in message.segments[1:]] == [line[:3] for line in lines]
