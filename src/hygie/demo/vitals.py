"""Vital signs, several times a day during stays: FHIR Observations of the profile vital-signs.

Source: FHIR R4 §10.1.5 (LOINC codes, UCUM units of the vital signs profiles).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from hygie.demo.chance import Chance
from hygie.demo.clock import after, age_in_years, at, instant
from hygie.demo.fhir import LOINC, UCUM, Resource, concept, encounter, subject, term
from hygie.demo.plan import Course, Visit
from hygie.demo.story import value_at


class Sign(NamedTuple):
    loinc: str
    label: str
    unit: str
    ucum: str
    decimals: int
    noise: float


SIGNS = {
    "pulse": Sign("8867-4", "Fréquence cardiaque", "/min", "/min", 0, 5),
    "temperature": Sign("8310-5", "Température corporelle", "°C", "Cel", 1, 0.2),
    "saturation": Sign("2708-6", "Saturation en oxygène", "%", "%", 0, 1),
    "respiration": Sign("9279-1", "Fréquence respiratoire", "/min", "/min", 0, 1.5),
    "pain": Sign("72514-3", "Douleur, échelle numérique de 0 à 10", "/10", "{score}", 0, 0.6),
    "glasgow": Sign("9269-2", "Score de Glasgow", "/15", "{score}", 0, 0.2),
    "weight": Sign("29463-7", "Poids", "kg", "kg", 1, 0.2),
    "height": Sign("8302-2", "Taille", "cm", "cm", 0, 0),
}
_SYSTOLIC = Sign("8480-6", "Pression artérielle systolique", "mmHg", "mm[Hg]", 0, 6)
_DIASTOLIC = Sign("8462-4", "Pression artérielle diastolique", "mmHg", "mm[Hg]", 0, 4)
_ADULT = {
    "systolic": 126.0, "diastolic": 74.0, "pulse": 74.0, "temperature": 36.8, "saturation": 97.0,
    "respiration": 16.0, "pain": 1.0, "glasgow": 15.0,
}  # fmt: skip
_INFANT = {"systolic": 88.0, "diastolic": 52.0, "pulse": 132.0, "respiration": 36.0}
_TOP = {"saturation": 100.0, "pain": 10.0, "glasgow": 15.0}
ROUNDS = {1: (7,), 2: (7, 20), 3: (7, 14, 20)}


class Watch:
    """One patient's vital signs along the course."""

    def __init__(self, course: Course, chance: Chance) -> None:
        self._course = course
        self._chance = chance
        age = age_in_years(course.person.birth, course.begin.date())
        self._rest = _ADULT | (_INFANT if age < 3 else {})
        self._rest["systolic"] += min(age, 80) * 0.15 if age >= 20 else 0
        self.height, self.weight = _build(course.person.sex, age, course, chance)
        self.infant = age < 3

    def rounds(self, visit: Visit, lately: date) -> Iterator[datetime]:
        """When the nurse comes. What is sent of older days is thinned out: the demonstration
        must load within a minute, and it is the last days that people look at."""
        yield after(visit.start, minutes=self._chance.whole(6, 25))
        day = visit.start.date()
        rank = 0
        while day <= visit.end.date():
            often = 3 if day >= lately else _often(visit, rank)
            for hour in ROUNDS.get(often if visit.kind == "hospitalisation" else 0, ()):
                moment = at(day, hour, self._chance.whole(0, 50))
                if after(visit.start, hours=3) < moment < visit.end:
                    yield moment
            day += timedelta(days=1)
            rank += 1

    def observations(self, visit: Visit, moment: datetime, *, first: bool) -> list[Resource]:
        """One round: pressure and pulse always, the rest as the story and the hour ask."""
        keys = ["pulse", "temperature"]
        told = self._course.story.vitals
        keys += [key for key in ("saturation", "respiration", "pain", "glasgow") if key in told]
        if "saturation" not in told and self._chance.happens(0.3):
            keys.append("saturation")
        if first:
            keys += ["weight", "height"]
        elif "weight_shift" in told and moment.hour < 9:
            keys.append("weight")
        results = [self._simple(key, visit, moment) for key in keys]
        return results if self.infant else [self._pressure(visit, moment), *results]

    def _number(self, key: str, sign: Sign, moment: datetime) -> Decimal:
        day = (moment - self._course.begin).total_seconds() / 86_400
        curve = self._course.story.vitals.get(key)
        value = value_at(curve, day) if curve else self._rest.get(key, 0.0)
        if key == "weight":
            shift = self._course.story.vitals.get("weight_shift")
            value = self.weight + (value_at(shift, day) if shift else 0.0)
        if key == "height":
            value = self.height
        value = min(max(self._chance.around(value, sign.noise), 0.0), _TOP.get(key, 1_000.0))
        return Decimal(f"{value:.{sign.decimals}f}")

    def _simple(self, key: str, visit: Visit, moment: datetime) -> Resource:
        sign = SIGNS[key]
        value = self._number(key, sign, moment)
        return self._observation(sign.loinc, sign.label, visit, moment) | {
            "valueQuantity": _quantity(value, sign)
        }

    def _pressure(self, visit: Visit, moment: datetime) -> Resource:
        parts = []
        for key, sign in (("systolic", _SYSTOLIC), ("diastolic", _DIASTOLIC)):
            value = self._number(key, sign, moment)
            code = concept(LOINC, sign.loinc, sign.label)
            parts.append({"code": code, "valueQuantity": _quantity(value, sign)})
        base = self._observation("85354-9", "Pression artérielle", visit, moment)
        return base | {"component": parts}

    def _observation(self, code: str, label: str, visit: Visit, moment: datetime) -> Resource:
        return {
            "resourceType": "Observation",
            "status": "final",
            "category": [term("observation-category", "vital-signs")],
            "code": concept(LOINC, code, label),
            "subject": subject(self._course.known_as(moment)),
            "encounter": encounter(visit),
            "effectiveDateTime": instant(moment),
        }


def _quantity(value: Decimal, sign: Sign) -> Resource:
    return {"value": value, "unit": sign.unit, "system": UCUM, "code": sign.ucum}


def _often(visit: Visit, rank: int) -> int:
    """Rounds on the nth day of a stay, some time ago."""
    if visit.moves[0].unit == "6100":
        return int(rank % 5 == 0)
    return int(rank % 3 == 1)


def _build(sex: str, age: int, course: Course, chance: Chance) -> tuple[float, float]:
    """Height (cm) and weight (kg), plausible at any age."""
    if age < 2:
        months = max((course.begin.date() - course.person.birth).days / 30.4, 0)
        return 50 + 1.9 * months + chance.around(0, 1), 3.4 + 0.55 * months + chance.around(0, 0.3)
    if age < 16:
        height = 82 + 6.0 * (age - 2) + chance.around(0, 4)
        return height, height**2 * 16.5e-4 + chance.around(0, 2)
    height = chance.around(176 if sex == "M" else 163, 6.5) - max(age - 60, 0) * 0.12
    heavy = any(item.code == "E66.9" for item in course.chronic)
    return height, height**2 / 10_000 * chance.around(33 if heavy else 25, 2.5)
