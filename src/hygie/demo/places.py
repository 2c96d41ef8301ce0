"""Birth places with their official geographic codes, and the towns where patients live.

A code is only given to births after it came into force: Corsica's 2A and 2B in 1976, the
departments around Paris in 1968, countries at their independence, Mayotte in 2011.
"""

from functools import cache
from typing import NamedTuple

from hygie.demo.catalogue import rows, text_of
from hygie.demo.chance import Chance

FRENCH = ("local", "france")
AT_HOME = {"bretagne": 0.6, "alsace": 0.6, "basque": 0.6, "corse": 0.8}
"""Share born in the region of their name."""


class Place(NamedTuple):
    code: str
    name: str
    since: int
    weight: int
    origin: str


class Town(NamedTuple):
    code: str
    name: str
    postal: str
    weight: int


@cache
def birth_places() -> tuple[Place, ...]:
    return tuple(
        Place(code, name, int(since), int(weight), origin)
        for code, name, since, weight, origin in rows("birth_places.csv")
    )


@cache
def towns() -> tuple[Town, ...]:
    return tuple(
        Town(code, name, postal, int(weight))
        for code, name, postal, weight in rows("home_towns.csv")
    )


@cache
def _streets() -> list[str]:
    return text_of("streets.txt").strip().splitlines()[-1].split(", ")


def birth_place_here() -> Place:
    """The town of the clinic."""
    return birth_places()[0]


def draw_birth_place(origin: str, year: int, chance: Chance) -> Place:
    born_there = AT_HOME.get(origin, 0.8 if year < 1985 else 0.25)
    if origin in FRENCH or not chance.happens(born_there):
        origin = "local" if chance.happens(0.62) else "france"
    known = [place for place in birth_places() if place.since <= year and place.origin == origin]
    if not known:
        known = [place for place in birth_places() if place.origin == "local"]
    return chance.weighted(known, [place.weight for place in known])


def draw_address(chance: Chance) -> tuple[str, Town]:
    town = chance.weighted(towns(), [t.weight for t in towns()])
    suffix = chance.weighted(("", " bis", " ter"), (90, 8, 2))
    return f"{chance.whole(1, 148)}{suffix} {chance.one(_streets())}", town
