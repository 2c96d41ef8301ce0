"""$lookup and $subsumes."""

from typing import Any

import pytest
from tests.fhir.terminology.making import ANIMALS, BEASTS, Json

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.looking import lookup
from hygie.fhir.terminology.subsumption import subsumes
from hygie.refusal import Refused

KNOWN = Catalogue.of([{**ANIMALS, "name": "Beasts", "version": "1", "language": "en"}])


def looked_up(*query: tuple[str, str], house: str = "") -> list[Json]:
    asked = Asked(query=[("system", BEASTS), *query], house_language=house)
    found: list[Json] = lookup(KNOWN, asked)["parameter"]
    return found


def told(found: list[Json]) -> dict[str, Any]:
    return {
        each["name"]: next(each[key] for key in each if key.startswith("value"))
        for each in found
        if "part" not in each
    }


def properties(found: list[Json]) -> list[tuple[Any, Any]]:
    parts = (each["part"] for each in found if each["name"] == "property")
    return [(code["valueCode"], next(v for k, v in value.items() if k != "name"))
            for code, value, *_ in parts]  # fmt: skip


def test_all_that_is_known_of_a_code_is_told() -> None:
    """A property that decides on a dose, and is not told."""
    found = looked_up(("code", "cat"))
    assert told(found) == {
        "name": "Beasts", "version": "1", "display": "Cat", "code": "cat", "system": BEASTS,
        "abstract": False,
    }  # fmt: skip
    assert properties(found) == [
        ("inactive", False), ("legs", 4), ("tame", True), ("parent", "mammal"),
    ]  # fmt: skip
    names = [each["part"] for each in found if each["name"] == "designation"]
    values = [part for parts in names for part in parts if part["name"] == "value"]
    assert {each["valueString"] for each in values} == {"Cat", "Chat"}


def test_the_display_is_in_the_language_of_the_house() -> None:
    """English names on a French ward."""
    assert told(looked_up(("code", "cat"), house="fr"))["display"] == "Chat"
    assert (
        told(looked_up(("code", "cat"), ("displayLanguage", "en"), house="fr"))["display"] == "Cat"
    )


def test_only_the_properties_that_are_asked_for_are_told() -> None:
    """A hundred properties in place of one."""
    found = looked_up(("code", "mammal"), ("property", "child"))
    assert properties(found) == [("child", "cat"), ("child", "whale"), ("child", "bat")]
    assert not any(each["name"] == "designation" for each in found)
    french = looked_up(("code", "cat"), ("property", "lang.fr"))
    assert sum(each["name"] == "designation" for each in french) == 1


def test_a_unit_is_known_by_its_rule() -> None:
    """A code that no list holds, refused."""
    query = [("system", "http://unitsofmeasure.org"), ("code", "mg/dL")]
    assert told(lookup(KNOWN, Asked(query=query))["parameter"])["display"] == "mg/dL"


@pytest.mark.parametrize(
    "query",
    [
        [],
        [("code", "cat")],
        [("system", BEASTS), ("code", "unicorn")],
        [("system", "https://a.test/none"), ("code", "cat")],
        [("system", "http://loinc.org"), ("code", "8867-4")],
        [("system", BEASTS), ("code", "cat"), ("version", "9")],
        [("system", BEASTS), ("code", "cat"), ("useSupplement", "https://a.test/none")],
    ],
)
def test_what_is_not_known_is_refused(query: list[tuple[str, str]]) -> None:
    """A made-up answer for a code that is not known here."""
    with pytest.raises(Refused):
        lookup(KNOWN, Asked(query=query))


@pytest.mark.parametrize(
    ("left", "right", "outcome"),
    [
        ("animal", "bat", "subsumes"),
        ("bat", "animal", "subsumed-by"),
        ("cat", "cat", "equivalent"),
        ("cat", "bird", "not-subsumed"),
    ],
)
def test_one_code_is_a_kind_of_another_or_not(left: str, right: str, outcome: str) -> None:
    """An allergy to a class that is not seen in its drug."""
    codings = [{"name": f"coding{x}", "valueCoding": {"system": BEASTS, "code": code}}
               for x, code in (("A", left), ("B", right))]  # fmt: skip
    query = [("system", BEASTS), ("codeA", left), ("codeB", right)]
    for asked in (Asked(query=query), Asked({"parameter": codings})):
        (answer,) = subsumes(KNOWN, asked)["parameter"]
        assert answer == {"name": "outcome", "valueCode": outcome}


def test_codes_of_two_systems_are_not_compared() -> None:
    """Codes of two systems that happen to be written the same, taken for one."""
    codings = [{"name": f"coding{x}", "valueCoding": {"system": url, "code": "cat"}}
               for x, url in (("A", BEASTS), ("B", "https://a.test/other"))]  # fmt: skip
    with pytest.raises(Refused):
        subsumes(KNOWN, Asked({"parameter": codings}))
