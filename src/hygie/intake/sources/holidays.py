"""Public holidays of France (Code du travail, L3133-1), by computation. Pure."""

from datetime import date, timedelta
from functools import cache
from typing import Final

_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER: Final = (1, 39, 50)
"""Days from Easter Sunday: Easter Monday, Ascension, Whit Monday."""


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Those of the whole country; Alsace, Moselle and the overseas have others beside."""
    easter = easter_sunday(year)
    movable = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset({date(year, month, day) for month, day in _FIXED} | movable)


def easter_sunday(year: int) -> date:
    """Of the Gregorian calendar (Meeus, Jones and Butcher: Astronomical Algorithms, chapter 8)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarters, days = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarters - epact - days) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
