"""Guards against messages made to stop a feed: each is read or refused, soon and in few bytes."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.hl7v2.batch import split
from hygie.hl7v2.delimiters import STANDARD
from hygie.hl7v2.escapes import unescape
from hygie.hl7v2.framing import Unframer
from hygie.hl7v2.message import Dialect
from hygie.hl7v2.parse import parse
from hygie.hl7v2.timestamps import date_time
from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.heading import read_heading
from hygie.intake.mapping.identifiers import _known_system, system_of
from hygie.intake.values import Receipt
from hygie.limits import MAX_SEGMENTS, MAX_STRING_CHARACTERS
from hygie.limits.gateway import (
    MAX_FIELD_CHARACTERS,
    MAX_FIELDS,
    MAX_FIELDS_TOGETHER,
    MAX_FILE_MESSAGES,
    MAX_HEADER_BYTES,
    MAX_REPETITIONS,
)
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


def timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def seconds(raw: bytes) -> float:
    return timed(lambda: read(raw))


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
        (
            ("OBX" + "|" * MAX_FIELDS + "\r") * (MAX_FIELDS_TOGETHER // MAX_FIELDS + 1),
            "hl7.fields",
            "",
        ),
        ("NTE|1\r" * MAX_SEGMENTS, "hl7.segments", ""),
        ("\r\n" * MAX_SEGMENTS * 2 + "PID|1", "hl7.segments", ""),
        ("PID|1||" + "A" * (MAX_FIELD_CHARACTERS + 1), "hl7.field-length", "PID-3"),
        ("OBX|1|ED|" + "A" * (MAX_FIELD_CHARACTERS + 1), "hl7.field-length", "OBX-3"),
        ("OBX|1|TX|A||" + "é" * (MAX_STRING_CHARACTERS + 1), "hl7.text-length", "line 2"),
    ],
    ids=["fields", "fields-together", "segments", "blank-lines", "identifier", "code", "wide"],
)
def test_what_has_too_many_parts_is_refused(line, rule, place):
    """Millions of empty fields, each of which costs more than the byte it takes."""
    with pytest.raises(Refused) as caught:
        parse(f"{HEADER}\r{line}".encode())
    issue = caught.value.refusal.issues[0]
    assert (issue.rule, issue.location) == (rule, place)


def test_a_header_is_short_because_every_answer_repeats_it():
    """An acknowledgement of sixty megabytes for each message of sixty megabytes."""
    header = f"MSH|^~\\&|SIL|LABO|HYGIE|CH|2026||ORU^R01|{'4' * MAX_HEADER_BYTES}|P|2.5\rPID|1"
    with pytest.raises(Refused) as caught:
        parse(header.encode())
    assert caught.value.refusal.issues[0].rule == "hl7.header"
    heading = read_heading(header.encode())
    assert len(heading.header.raw(10)) < MAX_HEADER_BYTES
    receipt = Receipt(id=1, state="quarantined", issues=caught.value.refusal.issues)
    assert len(acknowledgement(heading, receipt, datetime.now(UTC))) < 2 * MAX_HEADER_BYTES


@pytest.mark.parametrize("long", ["OBX|1|ED|A||{}", "NTE|1||{}", "ZPD|{}"])
def test_documents_and_notes_are_as_long_as_they_are(long):
    """A report of fifty megabytes refused because identifiers are short."""
    text = "A" * (MAX_FIELD_CHARACTERS * 4)
    segment = parse(f"{HEADER}\r{long.format(text)}".encode()).segments[1]
    assert text in segment.fields


@pytest.mark.parametrize("unit", [b"\x0b\x1c", b"\x0bA\x1c", b"\x0b", b"\x1c", b"\x0bA"])
def test_frames_of_nothing_cost_what_their_bytes_cost(unit):
    """A connection of small frames that takes the time of all others."""
    small, large = (unit * (size // len(unit)) for size in (8_000, 64_000))
    best = min(timed(lambda: Unframer().feed(small)) for _ in range(5))
    assert min(timed(lambda: Unframer().feed(large)) for _ in range(5)) < 0.02 + best * 24


def test_a_file_of_blank_lines_or_of_headers_alone_is_cut_soon():
    """A deposited file that takes the server's time for ever, or all its memory."""
    blank = HEADER.encode() + b"\r" * 300_000 + b"X"
    assert timed(lambda: split(blank)) < 1
    with pytest.raises(Refused) as caught:
        split(b"MSH|\r" * (MAX_FILE_MESSAGES + 1))
    assert caught.value.refusal.issues[0].rule == "hl7.messages"


def test_a_moment_or_an_authority_that_is_long_is_not_remembered():
    """Memory filled with what a sender makes up, a thousand values of a megabyte at a time."""
    before = _known_system.cache_info().currsize
    system_of("A" * 10_000, Dialect(STANDARD))
    assert _known_system.cache_info().currsize == before
    with pytest.raises(Refused):
        date_time("2026" + "0" * 10_000, ZoneInfo("Europe/Paris"), "PID-7")


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
