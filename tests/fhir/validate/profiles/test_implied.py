"""Profiles that a resource follows without naming them."""

from typing import Any

from tests.fhir.validate.profiles.making import URL, profile

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Definition, base_library
from hygie.fhir.validate.profiles import Profiles

CORE = "http://hl7.org/fhir/StructureDefinition/"


def known(*resources: dict[str, Any]) -> Profiles:
    library = base_library().copy()
    for resource in resources:
        library.add(Definition(resource))
    return Profiles(r4(), library)


def observation(system: str, code: str, **more: Any) -> dict[str, Any]:
    coding = [{"system": "urn:local", "code": "T"}, {"system": system, "code": code}]
    return {"resourceType": "Observation", "code": {"coding": coding}, **more}


def test_vital_signs_follow_their_profiles() -> None:
    """Danger: a temperature without a unit that any other system understands."""
    followed = known().followed
    assert followed(observation("http://loinc.org", "8310-5")) == [CORE + "bodytemp"]
    assert followed(observation("http://snomed.info/sct", "276885007")) == [CORE + "bodytemp"]
    assert followed(observation("http://loinc.org", "718-7")) == []
    assert followed(observation("urn:other", "8310-5")) == []
    assert followed({**observation("http://loinc.org", "8310-5"), "resourceType": "Basic"}) == []


def test_a_profile_made_from_the_implied_one_is_enough() -> None:
    """Danger: each fault said twice, once by the profile and once by the one it is made from."""
    local = {**profile("temperature", "Observation"), "baseDefinition": CORE + "bodytemp"}
    value = observation("http://loinc.org", "8310-5", meta={"profile": [URL + "temperature"]})
    assert known(local).followed(value) == [URL + "temperature"]
    assert known().followed(value) == [URL + "temperature", CORE + "bodytemp"]


def test_profiles_that_descend_from_each_other_end() -> None:
    """Danger: a validation that never ends, on definitions that somebody sent."""
    circle = [
        {**profile("a", "Observation"), "baseDefinition": URL + "b"},
        {**profile("b", "Observation"), "baseDefinition": URL + "a"},
    ]
    value = observation("http://loinc.org", "8310-5", meta={"profile": [URL + "a"]})
    assert known(*circle).followed(value) == [URL + "a", CORE + "bodytemp"]


def test_what_a_guide_asks_of_all_resources_of_a_type() -> None:
    """Danger: ImplementationGuide.global passed over."""
    guide = {
        "resourceType": "ImplementationGuide",
        "url": URL + "guide",
        "global": [{"type": "Patient", "profile": URL + "p"}, {"type": 1}, "x"],
    }
    followed = known(guide).followed
    assert followed({"resourceType": "Patient"}) == [URL + "p"]
    assert followed({"resourceType": "Patient", "meta": {"profile": [URL + "p"]}}) == [URL + "p"]
    assert followed({"resourceType": "Group"}) == []


def test_hostile_resources_follow_nothing() -> None:
    """Danger: an exception on what is not of the shape of a resource."""
    for value in (
        {"resourceType": 1, "meta": 2},
        {"resourceType": "Observation", "code": [3], "meta": {"profile": [{}, None]}},
        {"resourceType": "Observation", "code": {"coding": {"code": []}}},
        {"resourceType": ["Observation"]},
    ):
        assert known().followed(value) == []
