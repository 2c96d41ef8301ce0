"""Family and given names of the demonstration, by origin, sex and generation."""

import unicodedata
from collections import defaultdict
from functools import cache

from hygie.demo.catalogue import text_of
from hygie.demo.chance import Chance

ORIGINS = {
    "france": 54, "bretagne": 8, "maghreb": 9, "afrique": 6, "iberique": 5, "outremer": 5,
    "asie": 4, "est": 3, "orient": 2, "italie": 2, "alsace": 1, "basque": 1, "corse": 2,
}  # fmt: skip
_UNDECOMPOSED = str.maketrans(
    {"Œ": "OE", "Æ": "AE", "Ł": "L", "Ø": "O", "Đ": "D", "ß": "SS", "’": "'"}
)


@cache
def _families() -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for line in _lines("family_names.txt"):
        origin, names = line.split(": ")
        table[origin] += names.split(", ")
    return table


@cache
def _given() -> list[tuple[str, str, range, list[str]]]:
    table = []
    for line in _lines("given_names.txt"):
        head, names = line.split(": ")
        origin, sex, first, last = head.split("|")
        table.append((origin, sex, range(int(first), int(last) + 1), names.split(", ")))
    return table


def _lines(name: str) -> list[str]:
    return [line for line in text_of(name).splitlines() if line and not line.startswith("#")]


def draw_origin(chance: Chance) -> str:
    return chance.weighted(list(ORIGINS), list(ORIGINS.values()))


def draw_family(origin: str, chance: Chance) -> str:
    return chance.one(_families()[origin])


def draw_given(origin: str, sex: str, year: int, chance: Chance) -> tuple[str, ...]:
    """One to three given names; the children of elsewhere often bear names of here."""
    own = _choices(origin, sex, year)
    here = _choices("france", sex, max(year, 1920))
    pool = here if not own or chance.happens(0.25) else own
    names: list[str] = []
    for _ in range(chance.weighted((1, 2, 3), (35, 35, 30))):
        name = chance.one(pool if not names else here)
        if name not in names:
            names.append(name)
    return tuple(names)


def _choices(origin: str, sex: str, year: int) -> list[str]:
    return [
        name
        for place, gender, years, names in _given()
        if place == origin and gender == sex and year in years
        for name in names
    ]


def strict(name: str) -> str:
    """As the INS writes it: capitals without diacritics; hyphens and apostrophes stay."""
    raised = name.upper().translate(_UNDECOMPOSED)
    plain = unicodedata.normalize("NFD", raised)
    return "".join(c for c in plain if not unicodedata.combining(c))
