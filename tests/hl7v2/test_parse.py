"""Guards against messages read otherwise than they were written, and against parsers that fall."""

import re
from contextlib import suppress

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hygie.hl7v2.delimiters import STANDARD, Delimiters
from hygie.hl7v2.escapes import escape
from hygie.hl7v2.parse import parse, serialise
from hygie.limits import MAX_SEGMENTS
from hygie.refusal import Refused

HEADER = "MSH|^~\\&|GAM|CH|HYGIE|CH|20260101120000||ADT^A01|42|P|2.5"

symbols = st.sampled_from("|^~\\&#$%*+=:;!?@/§£˜")
alphabets = st.lists(symbols, min_size=5, max_size=6, unique=True).map(
    lambda found: Delimiters(*found)
)
texts = st.text(st.characters(codec="utf-8"), max_size=12)
segments = st.lists(
    st.lists(  # fields
        st.lists(  # repetitions
            st.lists(st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=3),
            min_size=1, max_size=3,
        ),
        min_size=1, max_size=4,
    ),
    max_size=4,
)  # fmt: skip


def written(tree, delimiters: Delimiters) -> str:
    d = delimiters
    lines = [d.field.join([
        "MSH", d.encoding_characters, "A", "B", "C", "D", "2026", "", f"ADT{d.component}A01", "42",
        "P", "2.5", "", "", "", "", "", "UNICODE UTF-8",
    ])]  # fmt: skip
    for fields in tree:
        cut = [
            d.repetition.join(
                d.component.join(
                    d.subcomponent.join(escape(text, d) for text in subcomponents)
                    for subcomponents in components
                )
                for components in repetitions
            )
            for repetitions in fields
        ]
        lines.append(d.field.join(["ZZZ", *cut]))
    return "\r".join(lines) + "\r"


@given(segments, alphabets)
def test_every_value_comes_back_from_its_place(tree, delimiters):
    """A value read from the neighbouring field, or changed on the way, whatever the delimiters."""
    message = parse(written(tree, delimiters).encode())
    for segment, fields in zip(message.all("ZZZ"), tree, strict=True):
        for number, repetitions in enumerate(fields, start=1):
            cut = segment.raw(number).split(delimiters.repetition)
            assert len(cut) == len(repetitions)
            for field in segment.repetitions(number):
                rank = re.search(r"-\d+\[(\d+)\]$", field.where)
                components = repetitions[int(rank[1]) - 1 if rank else 0]
                for c, subcomponents in enumerate(components, start=1):
                    for s, text in enumerate(subcomponents, start=1):
                        assert field.text(c, s) == ("" if text == '""' else text)


@given(segments, alphabets)
def test_serialising_and_parsing_again_gives_the_same_message(tree, delimiters):
    """A replayed message that differs from the one received."""
    message = parse(written(tree, delimiters).encode())
    assert parse(serialise(message).encode()).segments == message.segments


@given(st.binary(max_size=400), st.booleans())
@example(b"|", True)
@example(b"", True)
@example(b"MSH", False)
@example(b"MSH|", False)
def test_nothing_but_a_refusal_comes_out_of_garbage(garbage, with_header):
    """A crafted message that brings the gateway down."""
    raw = HEADER.encode() + b"\r" + garbage if with_header else garbage
    try:
        message = parse(raw)
    except Refused:
        return
    for segment in message.segments:
        for number in range(len(segment.fields)):
            for field in segment.repetitions(number):
                field.text(), field.whole(), field.subcomponents(1)


@given(st.integers(0, len(HEADER) - 1), st.characters(codec="utf-8"))
def test_a_damaged_header_is_read_or_refused(position, character):
    """One wrong character in MSH that makes the parser fail otherwise than by refusing."""
    damaged = HEADER[:position] + character + HEADER[position + 1 :]
    with suppress(Refused):
        assert parse(damaged.encode()).control_id


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r", "\n\n"])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("\x0b", "\x1c\r"), ("\r\n", "\n \n")])
def test_segment_ends_and_frames_do_not_matter(end, before, after):
    """Messages of one sender refused because of its line ends or its MLLP frame."""
    text = before + end.join([HEADER, "EVN||2026", "PID|||1"]) + end + after
    assert [s.name for s in parse(text.encode()).segments] == ["MSH", "EVN", "PID"]


def test_places_are_said_as_technicians_say_them():
    """A reason in quarantine that points to the wrong field."""
    message = parse(f"{HEADER}\rPID|||1^^^A~2^^^B\rOBX|1\rOBX|2|ST||a^b\r".encode())
    second = message.require("PID").repetitions(3)[1]
    assert second.place(1) == "PID-3[2].1"
    assert [s.where for s in message.all("OBX")] == ["OBX[1]", "OBX[2]"]
    assert list(message.all("OBX"))[1].field(5).place(2) == "OBX[2]-5.2"


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("^~\\", "three"), ("", "none"), ("^^\\&", "twice"), ("^~\\a", "letter"),
        ("^~\\1", "digit"), ("^~\\|", "the separator"), ("^~\\&##", "six"), ("^~\\ ", "blank"),
    ],
)  # fmt: skip
def test_wrong_encoding_characters_are_refused_with_their_place(declared, why):
    """Every value cut at the wrong places because the delimiters were taken on trust."""
    with pytest.raises(Refused) as caught:
        parse(HEADER.replace("^~\\&", declared, 1).encode())
    assert caught.value.refusal.issues[0].location == "MSH-2"


@pytest.mark.parametrize(
    ("raw", "rule", "place"),
    [
        (b"PID|||1\r", "hl7.header-missing", "MSH"),
        (HEADER.replace("|42|", "||").encode(), "hl7.field-missing", "MSH-10"),
        (HEADER.replace("ADT^A01", "").encode(), "hl7.field-missing", "MSH-9"),
        (HEADER.replace("2.5", "3.0").encode(), "hl7.version", "MSH-12"),
        (HEADER.encode() + b"\rPID|||1\rnot a segment\r", "hl7.segment", "line 3"),
        (HEADER.encode() + b"\r" + HEADER.encode(), "hl7.several-messages", "line 2"),
        (HEADER.encode() + b"\rNTE|1" * (MAX_SEGMENTS + 1), "hl7.segments", ""),
    ],
)
def test_what_is_no_message_is_refused_precisely(raw, rule, place):
    """A refusal that does not tell the technician what to mend."""
    with pytest.raises(Refused) as caught:
        parse(raw)
    issue = caught.value.refusal.issues[0]
    assert (issue.rule, issue.location) == (rule, place)


@pytest.mark.parametrize(
    "version", ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5^FRA^2.11", "2.6", "2.8"]
)
def test_the_versions_in_use_are_read(version):
    """A sender of another age refused."""
    assert parse(HEADER.replace("2.5", version).encode()).control_id == "42"


def test_the_event_of_old_versions_is_in_evn():
    """Messages of version 2.2 taken for events unknown."""
    raw = HEADER.replace("ADT^A01", "ADT").encode() + b"\rEVN|A03|2026\r"
    assert parse(raw).name == "ADT^A03"


def test_null_deletes_and_empty_says_nothing():
    """A deletion asked for and not made; or made although nothing was said."""
    pid = parse(f'{HEADER}\rPID|||1||""||""'.encode()).require("PID")
    assert pid.is_null(5)
    assert pid.text(5) == ""
    assert not pid.is_null(6)


def test_the_separators_of_the_header_are_its_first_fields():
    """MSH fields counted one too few: sender taken for receiver."""
    header = parse(HEADER.encode()).header
    assert (header.raw(1), header.raw(2), header.text(3), header.text(10)) == (
        "|",
        "^~\\&",
        "GAM",
        "42",
    )


@given(texts)
def test_the_escape_of_a_text_holds_no_delimiter(text):
    """A name with a separator in it that shifts all following fields."""
    assume(text)
    escaped = escape(text, STANDARD)
    unescaped = re.sub(r"\\[^\\]*\\", "", escaped)
    assert not set(unescaped) & set("|^~&\r\n")
