"""Public holidays of France, against the published ones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.sources.holidays import easter_sunday, public_holidays


def test_the_holidays_of_2026_are_those_that_are_published():
    """Guards: a feed that is thought dead on every public holiday (service-public.fr, 2026)."""
    assert sorted(public_holidays(2026)) == [
        date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14),
        date(2026, 5, 25), date(2026, 7, 14), date(2026, 8, 15), date(2026, 11, 1),
        date(2026, 11, 11), date(2026, 12, 25),
    ]  # fmt: skip


KNOWN = [
    (1818, 3, 22), (1913, 3, 23), (1943, 4, 25), (1954, 4, 18), (1981, 4, 19), (2000, 4, 23),
    (2008, 3, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25), (2049, 4, 18),
]  # fmt: skip
"""The earliest, the latest, and the years that simpler rules get wrong."""


@pytest.mark.parametrize("known", KNOWN)
def test_easter_is_when_it_was(known):
    """Guards: a slip in a computation that is right for most years."""
    assert easter_sunday(known[0]) == date(*known)


@given(st.integers(1583, 4099))
def test_easter_is_a_sunday_of_spring(year):
    """Guards: a year for which it leaves the calendar."""
    found = easter_sunday(year)
    assert found.weekday() == 6
    assert date(year, 3, 22) <= found <= date(year, 4, 25)
