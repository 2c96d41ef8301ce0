"""Bounds as a condition of a statement: rows out of sight are neither found nor counted.

A row is looked up in the circle of patients; where many rows would be, PostgreSQL is given the
patients one by one, to find theirs. What is of no patient, or of several, is asked for the link of
one who is within reach, or for that of nobody (`Names.member`).
"""

from collections.abc import Collection
from math import inf
from typing import Final, NamedTuple

from hygie.fhir.search.query import Criterion
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.search.bounds import BINARY, Alternative, Bound, Bounds
from hygie.store.search.circles import Circle
from hygie.store.search.criteria import Criteria
from hygie.store.search.sql import EVERYTHING, NOTHING, Arguments, Filter, any_of, every
from hygie.store.tables.type_codes import TypeCodes

LISTED: Final = 8
"""Patients that are looked for one by one as soon as in a circle."""
ENOUGH: Final = 1_000
FOR_EACH: Final = 2
"""Rows that are looked up in a circle in the time that an array costs, and each patient in it."""


class Rows(NamedTuple):
    """What is known of the rows that else are looked at."""

    asked: frozenset[int] | None = None
    """Patients of whom each of them is; None when that is not known."""
    looked: float = 0
    """How many are looked at, about, when everybody is within; 0: few."""
    patients: float = 0
    """Whose they are, where they are looked at until enough are within: of so many patients."""

    def listed(self, size: int) -> bool:
        """Whether the patients of a circle better go one by one."""
        share = size / self.patients if size < self.patients else 1
        return size <= LISTED or self.looked / share > ENOUGH + FOR_EACH * size


FEW: Final = Rows()
ALL: Final = Rows(looked=inf)


class Within:
    """Writes the conditions of one statement, or of a part of it."""

    def __init__(self, criteria: Criteria, arguments: Arguments) -> None:
        self._criteria = criteria
        self._arguments = arguments

    def of(self, bounds: Bounds, alias: str, of: Rows = FEW) -> Filter:
        """The condition on the rows of an alias, which are all of the type of the bounds."""
        if bounds.whole:
            return EVERYTHING
        return any_of([self._alternative(bounds, one, alias, of) for one in bounds.alternatives])

    def among(self, bound: Bound, kinds: Collection[str], alias: str, types: TypeCodes) -> Filter:
        """The same for rows of several types."""
        alike: dict[object, list[Bounds]] = {}
        for kind in sorted(kinds):
            bounds = bound(kind)
            by_type = any(one.criteria for one in bounds.alternatives)
            key = (bounds.whole, bounds.tied or bounds.whole, bounds.alternatives)
            alike.setdefault(kind if by_type else key, []).append(bounds)
        if len(alike) == 1 and all(one.whole for each in alike.values() for one in each):
            return EVERYTHING
        return any_of(
            [
                self._of_types(several, alias, types)
                for several in alike.values()
                if not several[0].empty
            ]
        )

    def _of_types(self, several: list[Bounds], alias: str, types: TypeCodes) -> Filter:
        codes = self._arguments.shorts([types.code(one.kind) for one in several])
        return every(
            [
                Filter(f"{alias}.type = ANY ({codes})", exact=True),
                self.of(several[0], alias),
            ]
        )

    def _alternative(self, bounds: Bounds, one: Alternative, alias: str, of: Rows) -> Filter:
        met = [self._criterion(bounds.kind, each, alias) for each in one.criteria]
        if not of.asked or one.patients is None or not of.asked <= one.patients:
            met.append(self._of_patients(bounds, one, alias, of))
        parts = [each for each in met if each != EVERYTHING]
        return every(parts) if parts else EVERYTHING

    def _criterion(self, kind: str, criterion: Criterion, alias: str) -> Filter:
        met, values = self._criteria.plan(kind, criterion, alias, self._arguments.count)
        self._arguments.values += values
        return met

    def _of_patients(self, bounds: Bounds, one: Alternative, alias: str, of: Rows) -> Filter:
        if not bounds.tied:
            return EVERYTHING if one.house else NOTHING
        if bounds.kind == BINARY:
            unbound = one.house and one.patients is None
            return EVERYTHING if unbound else Filter("true", exact=False)
        if one.circle is None:
            return EVERYTHING if one.house else self._of_somebody(alias)
        if of.listed(len(one.circle.patients)):
            return self._of_these(one.circle, alias, house=one.house)
        return self._of_circle(one.circle, alias, house=one.house)

    def _of_somebody(self, alias: str) -> Filter:
        nobody = self._arguments.number(self._nobody)
        return Filter(
            f"({alias}.patient <> {NO_PATIENT} "
            f"OR {nobody} <> ALL (coalesce({alias}.tokens, '{{}}')))",
            exact=True,
        )

    def _of_circle(self, circle: Circle, alias: str, *, house: bool) -> Filter:
        held = self._arguments.bytes(circle.written)
        nobody = self._arguments.number(self._nobody)
        names = f"{held}, {str(house).lower()}, {nobody}, {alias}.tokens[1:{alias}.links]"
        return Filter(
            f"CASE {alias}.patient WHEN {NO_PATIENT} THEN hygie.circle_names({names}) "
            f"ELSE hygie.circle_holds({held}, {alias}.patient) END",
            exact=True,
        )

    def _of_these(self, circle: Circle, alias: str, *, house: bool) -> Filter:
        listed = self._arguments.numbers([NO_PATIENT, *circle.patients])
        nobody = self._arguments.number(self._nobody)
        own = "" if house else f" AND link <> {nobody}"
        return Filter(
            f"{alias}.patient = ANY ({listed}) AND ({alias}.patient <> {NO_PATIENT} OR EXISTS ("
            f"SELECT FROM unnest({alias}.tokens[1:{alias}.links]) link "
            f"WHERE link # {nobody} = ANY ({listed}){own}))",
            exact=True,
        )

    @property
    def _nobody(self) -> int:
        return self._criteria.blinder.names.member(NO_PATIENT)
