"""Guards against a technician reading something else than what was received."""

import json

from hypothesis import given
from hypothesis import strategies as st

from hygie.web.present.json_source import MAX_SHOWN_LINES, read_source

RAW = (
    b'{"resourceType":"Patient","id":"x","id":"y","name":[{"family":"A"},{"family":"B"}],'
    b'"multipleBirthInteger":1.50}'
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20))
names = st.text(max_size=8)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
)


def shown(raw: bytes, location: str = "") -> list[str]:
    return [line.text for line in read_source(raw, location).lines]


def faulty(raw: bytes, location: str) -> list[str]:
    return [line.text.strip() for line in read_source(raw, location).lines if line.faulty]


def test_the_line_at_fault_is_marked() -> None:
    """The wrong line marked sends the sender looking elsewhere."""
    assert faulty(RAW, "Patient.name[1].family") == ['"family": "B"']


def test_what_is_missing_marks_its_parent() -> None:
    """A missing element has no line of its own."""
    assert faulty(RAW, "Patient.name[0].given[0]") == ["{"]
    assert faulty(RAW, "Observation.code") == []


def test_duplicates_and_digits_stay_as_received() -> None:
    """Repairing the message on screen hides its fault."""
    lines = "\n".join(shown(RAW))
    assert lines.count('"id"') == 2
    assert "1.50" in lines


def test_broken_json_is_shown_with_its_line() -> None:
    """The most broken messages are those one needs to read."""
    raw = b'{\n"a": 1,\n"b" 2\n}'
    assert faulty(raw, "ligne 3, colonne 5") == ['"b" 2']


def test_depth_and_length_are_bounded() -> None:
    """A hostile message must not take the page down."""
    assert read_source(b"[" * 100_000).lines
    assert read_source(b"[" * 50_000 + b"]" * 50_000).lines
    many = json.dumps(list(range(MAX_SHOWN_LINES * 2))).encode()
    found = read_source(many)
    assert found.left_out
    assert len(found.lines) == MAX_SHOWN_LINES


@given(documents)
def test_what_is_shown_is_the_same_document(value: object) -> None:
    """Reading what is shown must give what was sent."""
    text = "\n".join(shown(json.dumps(value).encode()))
    assert json.loads(text) == value


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_can_be_shown(raw: bytes, location: str) -> None:
    """Quarantine holds what no parser understood."""
    read_source(raw, location)
