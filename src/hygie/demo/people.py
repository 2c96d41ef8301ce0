"""The patients: civil identity, INS test matricule, address. No real person."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from hygie.demo.chance import Chance
from hygie.demo.names import draw_family, draw_given, draw_origin
from hygie.demo.places import Place, Town, birth_place_here, draw_address, draw_birth_place
from hygie.fhir.french.keys import ins_key

Sex = Literal["F", "M"]
Standing = Literal["qualified", "validated", "provisional", "doubtful"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody as one identity record knows them. `ins` is only sent while qualified."""

    number: int
    ipp: str
    sex: Sex
    birth: date
    place: Place
    birth_name: str
    given: tuple[str, ...]
    used_name: str = ""
    used_given: str = ""
    street: str
    town: Town
    phone: str
    standing: Standing
    ins: str
    """Matricule of 15 characters."""
    homonym: bool = False
    mother: str = ""
    """IPP of the mother, for a child born here."""

    @property
    def family(self) -> str:
        return self.used_name or self.birth_name

    @property
    def first(self) -> str:
        return self.used_given or self.given[0]

    @property
    def title(self) -> str:
        return "Madame" if self.sex == "F" else "Monsieur"


def ipp_of(number: int) -> str:
    return f"{80_000_000 + number}"


def matricule(sex: Sex, birth: date, place: Place, order: int) -> str:
    """Sex, year, month, place, order of registration, key (97 less the rest by 97)."""
    stem = f"{'1' if sex == 'M' else '2'}{birth:%y%m}{place.code}{order:03d}"
    return stem + ins_key(stem)


def draw_person(number: int, sex: Sex, birth: date, chance: Chance) -> Person:
    origin = draw_origin(chance)
    place = draw_birth_place(origin, birth.year, chance)
    given = draw_given(origin, sex, birth.year, chance)
    street, town = draw_address(chance)
    return Person(
        number=number,
        ipp=ipp_of(number),
        sex=sex,
        birth=birth,
        place=place,
        birth_name=draw_family(origin, chance),
        given=given,
        used_name=_used_name(sex, birth, chance),
        used_given=given[1] if len(given) > 1 and chance.happens(0.06) else "",
        street=street,
        town=town,
        phone=f"063998{chance.whole(0, 9999):04d}",  # kept by the regulator for works of fiction
        standing=chance.weighted(("qualified", "validated", "provisional"), (86, 5, 9)),
        ins=matricule(sex, birth, place, chance.whole(1, 989)),
    )


def _used_name(sex: Sex, birth: date, chance: Chance) -> str:
    """The name of the husband for many women, more often the older they are; rarely two names."""
    wed = 0.8 if birth.year < 1950 else 0.6 if birth.year < 1975 else 0.3
    if sex == "M" or birth.year > 2004 or not chance.happens(wed):
        return ""
    return draw_family(draw_origin(chance), chance)


def newborn_of(mother: Person, number: int, birth: date, chance: Chance) -> Person:
    """A child born today bears its mother's used name and has no INS yet."""
    sex: Sex = chance.one(("F", "M"))
    return msgspec.structs.replace(
        mother,
        number=number,
        ipp=ipp_of(number),
        sex=sex,
        birth=birth,
        place=birth_place_here(),
        birth_name=mother.family,
        given=draw_given("france", sex, birth.year, chance),
        used_name="",
        used_given="",
        standing="provisional",
        ins=matricule(sex, birth, birth_place_here(), chance.whole(1, 989)),
        mother=mother.ipp,
    )


def twin_of(person: Person, number: int, chance: Chance) -> Person:
    """Same birth, same house; another first name, and the next number at the registry."""
    sex: Sex = chance.one(("F", "M"))
    given = next(_other_names(person, sex, chance))
    order = int(person.ins[10:13]) + 1
    return msgspec.structs.replace(
        person,
        number=number,
        ipp=ipp_of(number),
        sex=sex,
        given=given,
        used_given="",
        ins=matricule(sex, person.birth, person.place, order),
    )


def _other_names(person: Person, sex: Sex, chance: Chance) -> Iterator[tuple[str, ...]]:
    while True:
        given = draw_given("france", sex, person.birth.year, chance)
        if given[0] not in person.given:
            yield given


def homonym_of(person: Person, stranger: Person) -> Person:
    """The stranger under the first one's names and sex: same traits but birth date and place."""
    birth = stranger.birth + timedelta(days=3 if stranger.birth == person.birth else 0)
    return msgspec.structs.replace(
        stranger,
        sex=person.sex,
        birth=birth,
        birth_name=person.birth_name,
        given=person.given,
        used_name=person.used_name,
        used_given=person.used_given,
        ins=matricule(person.sex, birth, stranger.place, int(stranger.ins[10:13])),
        homonym=True,
    )
