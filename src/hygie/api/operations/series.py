"""From Observations to the measurements of one code, in one unit. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from hygie.api.operations import messages
from hygie.fhir.path.values.units import unit_of
from hygie.refusal import Category, refuse

Json = dict[str, Any]
UCUM = "http://unitsofmeasure.org"


class Coding(NamedTuple):
    """What is measured. `system` None: any."""

    system: str | None
    code: str

    def within(self, concept: Json) -> bool:
        return any(
            one.get("code") == self.code and self.system in (None, one.get("system"))
            for one in concept.get("coding", [])
        )


class Series(NamedTuple):
    """Values in `unit`, newest first; `total`: observations, those without a value as well."""

    values: list[Fraction]
    unit: str
    total: int
    concept: Json
    """As the newest observation has it."""


def series_of(observations: Iterable[Json], coding: Coding) -> Series:
    """Measurements of `coding`, by the whole of an observation or by a component.

    In the unit of the newest one. Left out are values that are none: without a number, without a
    UCUM unit, or that only say "less than". Raises `Refused` when two units measure different
    things.
    """
    values: list[Fraction] = []
    unit, total = "", 0
    concept: Json = {}
    for observation in observations:
        for element in _measured(observation, coding):
            total += 1
            concept = concept or element["code"]
            quantity = _quantity(element)
            if quantity is None:
                continue
            unit = unit or quantity[1]
            values.append(_converted(quantity[0], quantity[1], unit))
    return Series(values, unit, total, concept or _asked(coding))


def _measured(observation: Json, coding: Coding) -> Iterator[Json]:
    parts = [one for one in observation.get("component", []) if coding.within(one.get("code", {}))]
    if coding.within(observation.get("code", {})):
        yield observation
    yield from parts


def _quantity(element: Json) -> tuple[Fraction, str] | None:
    quantity = element.get("valueQuantity", {})
    value, unit = quantity.get("value"), quantity.get("code")
    if "comparator" in quantity or quantity.get("system") != UCUM or not isinstance(unit, str):
        return None
    if not isinstance(value, int | Decimal) or unit_of(unit) is None:
        return None
    return Fraction(value), unit


def _converted(value: Fraction, unit: str, wanted: str) -> Fraction:
    if unit == wanted:
        return value
    here, there = unit_of(unit), unit_of(wanted)
    if here is None or there is None or here.dimension != there.dimension:
        raise refuse(
            Category.UNPROCESSABLE, "stats.units", messages.STATS_UNITS, code="business-rule",
            one=unit[:40], other=wanted[:40],
        )  # fmt: skip
    return (value + here.zero) * here.factor / there.factor - there.zero


def _asked(coding: Coding) -> Json:
    return {
        "coding": [({"system": coding.system} if coding.system else {}) | {"code": coding.code}]
    }
