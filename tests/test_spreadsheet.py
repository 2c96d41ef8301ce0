"""Tables for spreadsheets."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from hygie.spreadsheet import FORMULA, FRENCH, as_csv, harmless, plain

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20)


@given(TEXTS)
def test_what_is_made_harmless_reads_back(text: str) -> None:
    """Guards: a name that gains an apostrophe each time that a list goes out and comes in."""
    assert not harmless(text).startswith(FORMULA)
    if not text.startswith("'"):
        assert plain(harmless(text)) == text


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=3), max_size=4))
def test_cells_keep_their_places(rows: list[list[str]]) -> None:
    """Guards: a semicolon in a name that moves all columns."""
    text = as_csv(rows, FRENCH).decode()
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=FRENCH)) == rows
