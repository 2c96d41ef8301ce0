"""A value set with all that it imports, found before any code is asked of it."""

from typing import NamedTuple

from hygie.fhir.terminology.checking import said_of_requests
from hygie.fhir.terminology.checking.findings import refusal
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.value_set import Part, ValueSet, canonical_of
from hygie.limits import MAX_VALUE_SET_DEPTH
from hygie.refusal import Category


class UnknownImportError(Exception):
    """A set imports another that is not known: said in the answer, which is then "no"."""


class PreparedPart(NamedTuple):
    """One include or exclude, and the sets that it imports."""

    part: Part
    imports: tuple["Prepared", ...]
    place: str
    """FHIRPath in its value set."""


class Prepared(NamedTuple):
    value_set: ValueSet
    includes: tuple[PreparedPart, ...]
    excludes: tuple[PreparedPart, ...]


class Preparation:
    """Of one request. Each set is prepared once, however often it is imported.

    Refused: sets that import each other in a circle, or too deep.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._done: dict[int, Prepared] = {}
        """By identity of the value set, which the resolver and `Prepared` keep."""
        self._way: list[ValueSet] = []

    def prepare(self, value_set: ValueSet) -> Prepared:
        if id(value_set) not in self._done:
            self._check_way(value_set)
            self._way.append(value_set)
            includes = self._parts("include", value_set.includes)
            excludes = self._parts("exclude", value_set.excludes)
            self._way.pop()
            self._done[id(value_set)] = Prepared(value_set, includes, excludes)
        return self._done[id(value_set)]

    def _parts(self, name: str, parts: tuple[Part, ...]) -> tuple[PreparedPart, ...]:
        return tuple(
            PreparedPart(
                part,
                tuple(map(self._import, part.imports)),
                f"ValueSet.compose.{name}[{index}]",
            )
            for index, part in enumerate(parts)
        )

    def _import(self, canonical: str) -> Prepared:
        go_on()
        found = self._resolver.value_set(canonical, self._way[-1].holder)
        if found is None:
            url, version = self._resolver.meant(canonical)
            raise UnknownImportError(f"{url}|{version}" if version else url)
        return self.prepare(found)

    def _check_way(self, value_set: ValueSet) -> None:
        if value_set in self._way:
            way = ", ".join(map(canonical_of, self._way[self._way.index(value_set) :]))
            named = canonical_of(value_set)
            raise refusal(
                said_of_requests.CIRCULAR, Category.UNPROCESSABLE, value_set=named, way=way
            )
        if len(self._way) >= MAX_VALUE_SET_DEPTH:
            named, limit = canonical_of(self._way[0]), str(MAX_VALUE_SET_DEPTH)
            raise refusal(said_of_requests.TOO_DEEP, value_set=named, limit=limit)
