"""Guards against a technician repairing the wrong place of a message."""

from hypothesis import given
from hypothesis import strategies as st

from hygie.web.present.hl7 import read_message, read_place

RAW = b"MSH|^~\\&|LABO|CH|HYGIE|CH|20261122||ORU^R01|42|P|2.5\rPID|1||80412377\rOBX|1|NM|K||x\r"


def test_fields_are_numbered_as_the_standard_does() -> None:
    """In MSH the separator is field 1: a naive count points one field too far."""
    message = read_message(RAW)
    numbers = {field.text: field.number for field in message.segments[0].fields}
    assert (numbers["^~\\&"], numbers["LABO"], numbers["ORU^R01"]) == (2, 3, 9)
    assert message.segments[1].fields[1].number == 3


def test_only_the_faulty_field_is_marked() -> None:
    """Marking the neighbour sends the technician to the wrong team."""
    message = read_message(RAW, "OBX-5")
    marked = [(s.name, f.number, f.text) for s in message.segments for f in s.fields if f.faulty]
    assert marked == [("OBX", 5, "x")]
    assert [s.name for s in message.segments if s.faulty] == ["OBX"]


def test_the_right_one_of_several_segments_is_marked() -> None:
    """OBX[2]-5 is not OBX-5."""
    raw = RAW + b"OBX|2|NM|NA||y\r"
    message = read_message(raw, "OBX[2]-5.1")
    assert [f.text for s in message.segments for f in s.fields if f.faulty] == ["y"]


def test_only_the_faulty_repetition_is_marked() -> None:
    """Of three identifiers one is wrong: marking all three hides which."""
    raw = RAW.replace(b"80412377", b"A^1~B^2~C^3")
    (field,) = [f for s in read_message(raw, "PID-3[2].1").segments for f in s.fields if f.faulty]
    assert (field.before, field.text, field.after) == ("A^1~", "B^2", "~C^3")
    (field,) = [f for s in read_message(raw, "PID-3[9]").segments for f in s.fields if f.faulty]
    assert field.text == "A^1~B^2~C^3"


def test_an_absent_field_is_shown_where_it_should_be() -> None:
    """What is missing must be visible as missing."""
    message = read_message(RAW, "PID-32")
    assert [f.number for s in message.segments for f in s.fields if f.faulty] == [32]


def test_long_fields_are_cut_and_say_so() -> None:
    """An embedded document of 10 MB must not fill the page."""
    message = read_message(RAW + b"OBX|3|ED|D||" + b"A" * 9000)
    assert message.segments[-1].fields[-1].cut == 5000


def test_latin_1_is_readable() -> None:
    """A message refused for its encoding must still be readable."""
    assert read_message("PID|1||é".encode("latin-1")).segments[0].fields[1].text == "é"


@given(st.binary(max_size=300), st.text(max_size=20))
def test_anything_can_be_shown(raw: bytes, location: str) -> None:
    """Quarantine holds what no parser understood: its page must not break on it."""
    read_message(raw, location)


def test_a_json_place_is_no_segment() -> None:
    """A FHIRPath must not highlight a segment."""
    assert read_place("Patient.name[0]") is None
    assert read_place("") is None


def test_a_line_that_is_no_segment_is_shown_whole() -> None:
    """A spreadsheet sent by mistake must be recognised at a glance, not cut to fit a column."""
    raw = "80000061;MALINGE;Thé|od\nOBX|1|NM".encode()
    stray, segment = read_message(raw, "MSH").segments
    assert (stray.name, [f.text for f in stray.fields]) == ("", ["80000061;MALINGE;Thé|od"])
    assert (segment.name, segment.fields[0].text) == ("OBX", "1")
