"""Guards against a fault in an expression that its author cannot find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.path import parse
from hygie.fhir.path.places import caret, place_of
from hygie.refusal import Refused


@pytest.mark.parametrize(
    ("text", "position", "place", "shown"),
    [
        ("a = b", 3, (1, 3), "a = b\n  ^"),
        ("a\n = #", 6, (2, 4), " = #\n   ^"),
        ("a\r\n = #", 7, (2, 4), " = #\n   ^"),
        ("a\r#", 3, (2, 1), "#\n^"),
        ("", 1, (1, 1), "\n^"),
        ("a.", 3, (1, 3), "a.\n  ^"),
        ("\ta\u202e b", 4, (1, 4), "␉a� b\n   ^"),
        ("'名e\u0301' #", 7, (1, 7), "'名e\u0301' #\n      ^"),
    ],
)
def test_a_place_is_shown_under_its_line(
    text: str, position: int, place: tuple[int, int], shown: str
) -> None:
    """Danger: the caret stands elsewhere, or a control character rewrites the terminal."""
    assert (place_of(text, position), caret(text, position)) == (place, shown)


def test_a_long_line_is_cut_around_the_place() -> None:
    """Danger: the caret is lost beyond the edge of a terminal."""
    line, mark = caret("a" * 5_000 + "#" + "b" * 5_000, 5_001).split("\n")
    assert len(line) < 100
    assert line[mark.index("^")] == "#"
    assert line[0] == line[-1] == "…"


@given(st.text(st.characters() | st.sampled_from("\r\n\t"), max_size=300), st.integers(-5, 400))
def test_any_place_of_any_text_can_be_shown(text: str, position: int) -> None:
    """Danger: showing an error fails, and hides the error."""
    line, mark = caret(text, position).split("\n")
    assert mark.strip(" ") == "^"
    assert line.isprintable()
    assert place_of(text, position) >= (1, 1)


def test_a_refusal_tells_line_and_column() -> None:
    """Danger: in an expression of forty lines, only a count of characters is given."""
    with pytest.raises(Refused) as refused:
        parse("name\n  .where(use = 'official'\n")
    details = refused.value.refusal.issues[0].details
    assert (details["line"], details["column"]) == ("3", "1")
