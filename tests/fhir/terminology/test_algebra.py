"""Membership asked code by code is the set algebra of the definitions."""

from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.terminology.making import BEASTS, Json, codes, system, terms, value_set

from hygie.fhir.terminology import Membership

CODES = "abcdef"
NAMES = [f"https://a.test/{n}" for n in range(4)]
lists = st.sets(st.sampled_from(CODES))


@st.composite
def parts(draw: st.DrawFn, number: int) -> Json:
    """An include of set `number`, which imports only sets after it: no cycles."""
    imports = draw(st.lists(st.sampled_from(NAMES[number + 1 :]), max_size=2)) if number < 3 else []
    part: Json = {"valueSet": imports} if imports else {}
    if not imports or draw(st.booleans()):
        part |= codes(*draw(lists)) if draw(st.booleans()) else {"system": BEASTS}
    return part


@st.composite
def worlds(draw: st.DrawFn) -> list[Json]:
    return [
        value_set(
            name,
            *draw(st.lists(parts(n), min_size=1, max_size=3)),
            exclude=draw(st.lists(parts(n), max_size=2)),
        )
        for n, name in enumerate(NAMES)
    ]


def naive(world: list[Json], number: int) -> set[str]:
    """The whole set, made as the specification describes it."""
    compose = world[number]["compose"]
    included = set[str]().union(*(of_part(world, part) for part in compose["include"]))
    return included.difference(*(of_part(world, part) for part in compose.get("exclude", [])))


def of_part(world: list[Json], part: Json) -> set[str]:
    found = set(CODES)
    if "concept" in part:
        found &= {concept["code"] for concept in part["concept"]}
    for url in part.get("valueSet", []):
        found &= naive(world, NAMES.index(url))
    return found


@given(worlds())
def test_membership_is_the_algebra_of_sets(world: list[Json]) -> None:
    """Danger: a union, intersection or difference taken for another."""
    known = terms(system(*CODES), *world)
    for number, name in enumerate(NAMES):
        expected = naive(world, number)
        for system_of_code in (BEASTS, ""):
            answers = {c: known.member(name, system_of_code, c) for c in CODES}
            assert {c for c, a in answers.items() if a is Membership.IN} == expected
            assert Membership.UNKNOWN not in answers.values()
        assert set(known.some(name, 9)) == expected


@given(worlds(), st.sampled_from(NAMES))
def test_what_is_missing_is_never_decided_wrongly(world: list[Json], missing: str) -> None:
    """Danger: an answer that would be another, were the missing set here."""
    whole = terms(system(*CODES), *world)
    part = terms(system(*CODES), *(vs for vs in world if vs["url"] != missing))
    for name in NAMES:
        for code in CODES:
            answer = part.member(name, BEASTS, code)
            assert answer in (Membership.UNKNOWN, whole.member(name, BEASTS, code))
