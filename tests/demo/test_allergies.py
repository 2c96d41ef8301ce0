"""Allergies are possible ones, and no prescription contradicts them."""

from typing import Any

import pytest

from hygie.demo import DemoMessage
from hygie.demo.allergies import given_drugs
from hygie.demo.catalogue import allergies, drugs
from hygie.demo.clock import age_in_years
from hygie.demo.plan import Course
from hygie.demo.population import courses
from hygie.fhir.codec import decode
from hygie.web.present.allergies import read_allergies

SAME_CLASS = {
    "J01CA04": ("J01C",), "J01C": ("J01C",), "M01AE03": ("M01A",), "B01AC06": ("B01AC06", "M01A"),
    "N02AA01": ("N02A",), "V08A": ("V08",),
}  # fmt: skip


@pytest.fixture(scope="module")
def many(today: Any) -> list[Course]:
    """Enough patients for every allergy to come up."""
    return courses(11, 900, today)


def test_every_allergy_by_drug_names_its_class() -> None:
    """Guards against a new allergy that would contradict nothing."""
    assert {allergy.atc for allergy in allergies() if allergy.atc} == SAME_CLASS.keys()


def test_nobody_is_given_what_they_are_allergic_to(many: list[Course]) -> None:
    """Guards against a demonstration that shows an accident as if it were care."""
    told = [(course, allergy) for course in many for allergy in course.allergies or ()]
    assert len({allergy.label for _, allergy in told}) > 8
    for course, allergy in told:
        for key in given_drugs(course):
            assert not drugs()[key].atc.startswith(SAME_CLASS.get(allergy.atc, ("none",)))


def test_small_children_are_allergic_to_food_at_most(many: list[Course]) -> None:
    """Guards against a newborn who would have reacted to a treatment of adults."""
    for course in many:
        age = age_in_years(course.person.birth, course.begin.date())
        for allergy in course.allergies or ():
            assert age >= 1
            assert age >= 2 or allergy.category == "food"


def test_one_patient_gives_one_answer(many: list[Course]) -> None:
    """Guards against « no known allergy » in one stay and an allergy in the next."""
    answers: dict[str, set[Any]] = {}
    for course in many:
        answers.setdefault(course.person.ipp, set()).add(course.allergies)
    assert {len(found) for found in answers.values()} == {1}


def test_the_record_tells_the_three_answers_apart(
    messages: list[DemoMessage], clinic: list[Course]
) -> None:
    """Guards against a banner that says « not recorded » for who was asked."""
    sent: dict[str, list[Any]] = {}
    for message in messages:
        if message.kind == "fhir" and b"AllergyIntolerance" in message.raw:
            for entry in decode(message.raw)["entry"]:
                resource = entry["resource"]
                if resource["resourceType"] == "AllergyIntolerance":
                    sent.setdefault(resource["patient"]["reference"], []).append(resource)
    states = [read_allergies(resources).state for resources in sent.values()]
    people = len({course.person.ipp for course in clinic})
    assert states.count("none") > 0.35 * people
    assert 0.1 * people < states.count("present") < 0.35 * people
    assert len(states) < people
