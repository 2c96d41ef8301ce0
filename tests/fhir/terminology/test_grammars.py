"""Systems known by rule."""

import pytest
from tests.fhir.terminology.making import terms

from hygie.fhir.terminology import Membership

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        (UCUM, "mm[Hg] % {score} 10*3/uL Cel kg/m2 1 /min [pH] m[IU]/L", "mmHg kilo Celsius {} °C"),
        ("urn:ietf:bcp:47", "fr fr-FR de-CH-1996 zh-Hant-TW x-a i-navajo es-419", "français fr_FR"),
        (
            "urn:ietf:bcp:13",
            "text/plain application/fhir+json image/svg+xml text/plain;charset=UTF-8 json image/*",
            "pdf text/ /plain text/a/b texte/clair xmll",
        ),
        ("urn:iso:std:iso:4217", "EUR XXX CHF", "euro € Eur E"),
        ("urn:iso:std:iso:3166", "FR BE GF", "France fr F FRAN 25"),
        ("urn:ietf:rfc:3986", "urn:oid:1.2.3 https://a.test/", ""),
    ],
)
def test_a_rule(system: str, good: str, bad: str) -> None:
    """Danger: a unit or language that no receiver can read; or a usual one refused."""
    known = terms()
    assert {c: known.known(system, c) for c in good.split()} == dict.fromkeys(
        good.split(), Membership.IN
    )
    assert {c: known.known(system, c) for c in bad.split()} == dict.fromkeys(
        bad.split(), Membership.OUT
    )


def test_new_currencies_are_not_refused() -> None:
    """Danger: amounts refused the day a country changes its money."""
    assert terms().known("urn:iso:std:iso:4217", "QQQ") is Membership.UNKNOWN


def test_codes_of_countries_that_are_not_here_are_not_refused() -> None:
    """Danger: a country refused for being new, or written with three letters."""
    for code in ("QQ", "FRA", "250"):
        assert terms().known("urn:iso:std:iso:3166", code) is Membership.UNKNOWN


def test_a_word_is_no_code_of_a_system_whose_codes_have_a_form() -> None:
    """Danger: “Australia” let through where regions, countries and areas are coded."""
    areas = "http://unstats.un.org/unsd/methods/m49/m49.htm"
    region = {"property": "class", "op": "=", "value": "region"}
    include = [
        {"system": "urn:iso:std:iso:3166"},
        {"system": "urn:iso:std:iso:3166:-2"},
        {"system": areas, "filter": [region]},
    ]
    places = {"resourceType": "ValueSet", "url": "urn:places", "compose": {"include": include}}
    known = terms(places)
    assert known.member("urn:places", "", "AU") is Membership.IN
    assert known.member("urn:places", "", "Australia") is Membership.OUT
    assert known.member("urn:places", areas, "150") is Membership.UNKNOWN
    assert known.member("urn:places", "urn:iso:std:iso:3166:-2", "FR-69") is Membership.UNKNOWN


@pytest.mark.parametrize("code", ["a/" + "b" * 100_000, "fr" + "-a" * 100_000, "m" * 100_000, ""])
@pytest.mark.parametrize("system", [UCUM, "urn:ietf:bcp:47", "urn:ietf:bcp:13"])
def test_long_and_empty_codes_are_refused_at_once(system: str, code: str) -> None:
    """Danger: minutes of matching for one hostile code."""
    assert terms().known(system, code) is Membership.OUT
