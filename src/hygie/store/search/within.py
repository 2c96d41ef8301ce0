"""Bounds as a condition of a statement: rows out of sight are neither found nor counted.

The patients go as one array, which PostgreSQL looks them up in. It holds 0 as well, the column of
what is of no patient or of several: those rows are asked for the link of one who is within reach,
or for that of nobody (`Names.member`).
"""

from collections.abc import Collection, Iterable

from hygie.fhir.search.query import Criterion
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.search.bounds import BINARY, Alternative, Bound, Bounds
from hygie.store.search.criteria import Criteria
from hygie.store.search.sql import EVERYTHING, NOTHING, Arguments, Filter, any_of, every
from hygie.store.tables.type_codes import TypeCodes


class Within:
    """Writes the conditions of one statement, or of a part of it."""

    def __init__(self, criteria: Criteria, arguments: Arguments) -> None:
        self._criteria = criteria
        self._arguments = arguments

    def of(self, bounds: Bounds, alias: str, asked: frozenset[int] | None = None) -> Filter:
        """The condition on the rows of an alias, which are all of the type of the bounds. `asked`:
        the patients of whom each row is, by what else is asked of it; None when that is not known.
        """
        if bounds.whole:
            return EVERYTHING
        return any_of([self._alternative(bounds, one, alias, asked) for one in bounds.alternatives])

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

    def _alternative(
        self, bounds: Bounds, one: Alternative, alias: str, asked: frozenset[int] | None
    ) -> Filter:
        met = [self._criterion(bounds.kind, each, alias) for each in one.criteria]
        if not asked or one.patients is None or not asked <= one.patients:
            met.append(self._of_patients(bounds, one, alias))
        parts = [each for each in met if each != EVERYTHING]
        return every(parts) if parts else EVERYTHING

    def _criterion(self, kind: str, criterion: Criterion, alias: str) -> Filter:
        met, values = self._criteria.plan(kind, criterion, alias, self._arguments.count)
        self._arguments.values += values
        return met

    def _of_patients(self, bounds: Bounds, one: Alternative, alias: str) -> Filter:
        if not bounds.tied:
            return EVERYTHING if one.house else NOTHING
        if bounds.kind == BINARY:
            unbound = one.house and one.patients is None
            return EVERYTHING if unbound else Filter("true", exact=False)
        if one.patients is None:
            return EVERYTHING if one.house else self._of_somebody(alias)
        return self._of_these(one.patients, alias, house=one.house)

    def _of_somebody(self, alias: str) -> Filter:
        nobody = self._arguments.number(self._nobody)
        return Filter(
            f"({alias}.patient <> {NO_PATIENT} "
            f"OR {nobody} <> ALL (coalesce({alias}.tokens, '{{}}')))",
            exact=True,
        )

    def _of_these(self, patients: Iterable[int], alias: str, *, house: bool) -> Filter:
        listed = self._arguments.numbers([NO_PATIENT, *patients])
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
