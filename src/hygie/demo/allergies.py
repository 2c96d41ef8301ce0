"""Who is allergic to what: plausible at their age, and never to what their stories give them."""

from collections.abc import Sequence

from hygie.demo.catalogue import Allergy, allergies, drugs
from hygie.demo.chance import Chance
from hygie.demo.clock import age_in_years
from hygie.demo.plan import Course

ALLERGIC, ASKED = 0.24, 0.82
"""Shares of patients who are allergic to something, and who were asked."""


def give_allergies(seed: int, made: Sequence[Course]) -> None:
    """The same answer for all courses of a patient; nobody has asked a newborn's."""
    by_patient: dict[str, list[Course]] = {}
    for course in made:
        by_patient.setdefault(course.person.ipp, []).append(course)
    for patient in by_patient.values():
        chance = Chance(seed, "allergies", patient[0].person.number)
        answer = _answer(patient, chance)
        for course in patient:
            course.allergies = answer


def _answer(patient: Sequence[Course], chance: Chance) -> tuple[Allergy, ...] | None:
    if patient[0].story.entry == "nouveau-ne" or not chance.happens(ASKED):
        return None
    possible = _possible(patient)
    if not possible or not chance.happens(ALLERGIC / ASKED):
        return ()
    return (chance.weighted(possible, [allergy.weight for allergy in possible]),)


def _possible(patient: Sequence[Course]) -> list[Allergy]:
    age = min(age_in_years(course.person.birth, course.begin.date()) for course in patient)
    given = {drugs()[key].atc for course in patient for key in given_drugs(course)}
    return [
        allergy
        for allergy in allergies()
        if allergy.since <= age and not any(atc.startswith(allergy.avoided) for atc in given)
    ]


def given_drugs(course: Course) -> set[str]:
    """Keys of all drugs that the course may give, at whatever chance."""
    told = {wanted.drug for wanted in course.story.drugs}
    return told | {key for item in course.chronic for key in item.drugs}
