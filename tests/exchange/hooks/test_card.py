"""Guards cards: what is text stays text, and short enough to be shown."""

from hypothesis import example, given
from hypothesis import strategies as some

from hygie.exchange.hooks.card import plain, summed_up
from hygie.limits.hooks import MAX_SUMMARY_CHARACTERS


@given(some.text(max_size=400))
@example("x" * 500)
@example("mot " * 100)
def test_a_summary_is_one_short_line(text: str) -> None:
    """Guards: a card that clients refuse for its length, and nobody reads."""
    line = summed_up(text)
    assert len(line) <= MAX_SUMMARY_CHARACTERS
    assert len(line.splitlines()) <= 1
    if len(" ".join(text.split())) > MAX_SUMMARY_CHARACTERS:
        assert line.endswith("…")


@given(some.text(max_size=60))
@example("[a](javascript:x) ![b](https://c) <script> `d` **e** www.f.example")
def test_marks_are_taken_from_markdown(text: str) -> None:
    """Guards: a link, image or tag made of what somebody typed into a record."""
    line = plain(text)
    assert "\n" not in line
    assert "://" not in line.replace("\\://", "")
    bare = line.replace("\\\\", "")
    assert all(bare[at - 1] == "\\" for at, one in enumerate(bare) if one in "[]<>!*_`")
