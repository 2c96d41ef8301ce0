"""Identities are plausible, and their matricules right."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hygie.demo.catalogue import rows
from hygie.demo.chance import Chance
from hygie.demo.names import strict
from hygie.demo.people import draw_person, homonym_of, matricule, newborn_of, twin_of
from hygie.demo.places import birth_places
from hygie.demo.plan import Course
from hygie.identity.ins import Kind, Matricule, check_coherence, has_right_key
from hygie.identity.traits import Traits

BIRTHS = st.dates(date(1925, 1, 1), date(2026, 3, 1))


def key_of(stem: str) -> int:
    """The key as the rule says it, 2A and 2B being departments 19 and 18."""
    return 97 - int(stem.replace("2A", "19").replace("2B", "18")) % 97


@given(st.sampled_from("FM"), BIRTHS, st.sampled_from(birth_places()), st.integers(1, 989))
def test_key_of_every_matricule(sex, birth, place, order) -> None:  # type: ignore[no-untyped-def]
    """Guards against matricules that identity services would refuse, Corsica above all."""
    number = matricule(sex, birth, place, order)
    assert len(number) == 15
    assert int(number[13:]) == key_of(number[:13])
    assert has_right_key(Matricule(number, Kind.TEST))


@given(st.integers(0, 10_000), st.sampled_from("FM"), BIRTHS)
def test_matricule_agrees_with_the_traits(seed, sex, birth) -> None:  # type: ignore[no-untyped-def]
    """Guards against a matricule that says another sex, year or birth place than the patient."""
    person = draw_person(1, sex, birth, Chance(seed))
    gender = "male" if sex == "M" else "female"
    traits = Traits(birth_date=birth.isoformat(), gender=gender, birth_place=person.place.code)
    assert check_coherence(Matricule(person.ins, Kind.TEST), traits) == []
    assert person.ins[3:5] == f"{birth:%m}"
    assert person.ins[5:10] == person.place.code
    assert person.place.since <= birth.year


def test_twins_homonyms_and_newborns() -> None:
    """Guards against rare cases of identity that would not be the cases they are meant to be."""
    chance = Chance("family")
    first = draw_person(1, "F", date(1990, 5, 4), chance)
    twin = twin_of(first, 2, chance)
    assert (twin.birth, twin.birth_name, twin.place) == (first.birth, first.birth_name, first.place)
    assert twin.given[0] not in first.given
    assert twin.ins != first.ins
    namesake = homonym_of(first, draw_person(3, "M", date(1990, 5, 4), chance))
    assert (namesake.birth_name, namesake.given, namesake.sex) == (
        first.birth_name, first.given, first.sex,
    )  # fmt: skip
    assert namesake.birth != first.birth
    child = newborn_of(first, 4, date(2026, 1, 2), chance)
    assert child.mother == first.ipp
    assert child.birth_name == first.family
    assert child.standing == "provisional"


@given(st.text())
def test_strict_names_have_no_diacritics_and_keep_still(name: str) -> None:
    """Guards against a birth name that would not match the one the national service gives."""
    assert strict(strict(name)) == strict(name)


def test_strict_names() -> None:
    """Guards against lost hyphens and apostrophes, which belong to the name."""
    assert strict("L'Hostis-Œuvrard") == "L'HOSTIS-OEUVRARD"
    assert strict("Wiśniewski Kovačević Łuczak") == "WISNIEWSKI KOVACEVIC LUCZAK"


def test_the_population_looks_like_one(clinic: list[Course]) -> None:
    """Guards against a clinic of one age, one sex or one status."""
    people = {course.person.ipp: course.person for course in clinic}.values()
    assert len(people) == 140
    standings = Counter(person.standing for person in people)
    assert standings["qualified"] > 0.6 * len(people)
    assert standings["provisional"] > 3
    assert standings["doubtful"] == 1
    assert 0.35 < sum(person.sex == "F" for person in people) / len(people) < 0.75
    ages = Counter((2026 - person.birth.year) // 20 for person in people)
    assert set(ages) >= {0, 1, 2, 3, 4}
    assert len({person.ins for person in people}) == len(people)
    assert len({person.place.code for person in people}) > 25


def test_birth_places_are_varied() -> None:
    """Guards against codes that are not of the form of the official geographic code."""
    codes = [row[0] for row in rows("birth_places.csv")]
    assert len(set(codes)) == len(codes) > 120
    assert all(len(code) == 5 for code in codes)
    starts = {code[:3] for code in codes} | {code[:2] for code in codes}
    assert starts >= {"971", "972", "973", "974", "975", "976", "2A", "2B", "99"}
