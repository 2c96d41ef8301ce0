"""Codes for the day when a factor is lost."""

from hypothesis import given
from hypothesis import strategies as st

from hygie.access.factors.recovery import CODES, digest, new_codes, without


def test_each_opens_once_however_it_is_typed() -> None:
    """Guards: a code that works twice; one that is refused for a blank or a small letter."""
    codes = new_codes()
    left = tuple(digest(code) or b"" for code in codes)
    typed = f" {codes[3].lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    after = without(left, typed)
    assert after is not None
    assert len(after) == CODES - 1
    assert without(after, codes[3]) is None
    assert without(after, codes[4]) is not None


@given(st.text(max_size=200))
def test_nothing_else_opens(typed: str) -> None:
    """Guards: a door open to an empty field, or to whatever has the right length."""
    assert without(tuple(digest(code) or b"" for code in new_codes()), typed) is None


def test_no_two_are_alike() -> None:
    """Guards: codes that can be guessed from each other."""
    assert len({code for _ in range(50) for code in new_codes()}) == 50 * CODES
