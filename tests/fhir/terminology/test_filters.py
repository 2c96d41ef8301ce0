"""Filters keep the concepts that the specification says (R4 §4.9.7.1)."""

import pytest
from tests.fhir.terminology.making import (
    ANIMALS,
    BEASTS,
    EVERYTHING,
    kept,
    system,
    terms,
    value_set,
)

from hygie.fhir.terminology import Membership

MAMMALS = {"mammal", "cat", "whale", "bat"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("concept", "is-a", "mammal"), MAMMALS),
        (("concept", "descendent-of", "mammal"), MAMMALS - {"mammal"}),
        (("concept", "is-not-a", "mammal"), {"animal", "bird", "dodo"}),
        (("concept", "generalizes", "cat"), {"cat", "mammal", "animal"}),
        (("concept", "is-a", "unicorn"), set()),
        (("concept", "=", "cat"), {"cat"}),
        (("code", "in", "cat, bat"), {"cat", "bat"}),
        (("code", "not-in", "cat,bat"), set(EVERYTHING) - {"cat", "bat"}),
        (("code", "regex", "[bc]at"), {"cat", "bat"}),
        (("code", "regex", "a"), set()),
        (("legs", "=", "0"), {"whale"}),
        (("legs", "exists", "true"), {"cat", "whale"}),
        (("legs", "exists", "false"), set(EVERYTHING) - {"cat", "whale"}),
        (("tame", "=", "true"), {"cat"}),
        (("display", "=", "Cat"), {"cat"}),
        (("parent", "=", "bird"), {"dodo"}),
        (("child", "=", "dodo"), {"bird"}),
        (("status", "=", "retired"), {"dodo"}),
        (("notSelectable", "=", "true"), {"animal"}),
    ],
)
def test_a_filter_keeps(condition: tuple[str, str, str], expected: set[str]) -> None:
    """Danger: a code that a profile forbids let through, or a good one refused."""
    known = terms(ANIMALS, value_set("https://a.test/vs", kept(condition)))
    answers = {code: known.member("https://a.test/vs", BEASTS, code) for code in EVERYTHING}
    assert {code for code, answer in answers.items() if answer is Membership.IN} == expected
    assert Membership.UNKNOWN not in answers.values()


@pytest.mark.parametrize(
    "condition",
    [("wings", "=", "2"), ("concept", "sounds-like", "cat"), ("code", "regex", "(")],
)
def test_a_filter_that_is_not_understood_decides_nothing(condition: tuple[str, str, str]) -> None:
    """Danger: an error laid at the sender's door for a filter that we cannot read."""
    known = terms(ANIMALS, value_set("https://a.test/vs", kept(condition)))
    assert known.member("https://a.test/vs", BEASTS, "cat") is Membership.UNKNOWN
    assert known.member("https://a.test/vs", BEASTS, "unicorn") is Membership.OUT


def test_all_filters_hold_together() -> None:
    """Danger: the union of filters where the specification says their intersection."""
    both = kept(("concept", "is-a", "mammal"), ("legs", "exists", "true"))
    known = terms(ANIMALS, value_set("https://a.test/vs", both))
    found = [c for c in EVERYTHING if known.member("https://a.test/vs", BEASTS, c).value == "in"]
    assert found == ["cat", "whale"]


def test_a_system_known_in_part_denies_nothing() -> None:
    """Danger: a SNOMED CT code refused because three concepts of SNOMED CT are here."""
    part = {**ANIMALS, "content": "fragment"}
    known = terms(part, value_set("https://a.test/vs", kept(("concept", "is-a", "mammal"))))
    assert known.member("https://a.test/vs", BEASTS, "cat") is Membership.IN
    assert known.member("https://a.test/vs", BEASTS, "dodo") is Membership.UNKNOWN
    assert known.member("https://a.test/vs", BEASTS, "unicorn") is Membership.UNKNOWN


def test_units_of_one_dimension() -> None:
    """Danger: an age in kilograms, for want of a list of all units of time."""
    ucum = "http://unitsofmeasure.org"
    known = terms(value_set("https://a.test/vs", kept(("canonical", "=", "s"), of=ucum)))
    answers = [known.member("https://a.test/vs", ucum, unit) for unit in ("a", "min", "kg", "x")]
    assert [answer.value for answer in answers] == ["in", "in", "out", "out"]
    other = terms(value_set("https://a.test/vs", kept(("property", "=", "time"), of=ucum)))
    assert other.member("https://a.test/vs", ucum, "s") is Membership.UNKNOWN


def test_a_hierarchy_without_end() -> None:
    """Danger: a validation that hangs on concepts that are each other's parents."""
    ring = [
        {"code": code, "property": [{"code": "parent", "valueCode": parent}]}
        for code, parent in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    vs = value_set("https://a.test/vs", kept(("concept", "is-a", "c")))
    known = terms(system(*ring), vs)
    assert known.member("https://a.test/vs", BEASTS, "a") is Membership.IN


def test_children_named_by_property() -> None:
    """Danger: a hierarchy written from above not seen (R4 §4.7.9.1, `child`)."""
    family = system({"code": "a", "property": [{"code": "child", "valueCode": "b"}]}, "b")
    known = terms(family, value_set("https://a.test/vs", kept(("concept", "is-a", "a"))))
    assert known.member("https://a.test/vs", BEASTS, "b") is Membership.IN
