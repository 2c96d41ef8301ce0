"""Filters of a part of a value set, held ready: refused when they cannot be understood."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.by_rule import by_rule
from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.filters import FILTERS, is_known_property, keeps
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.refusals import refuse_as
from hygie.refusal import Category, Refused

ASKED_ONE_BY_ONE: Final = 100
"""Codes that a filter is asked about before all that pass it are read at once."""


class Condition:
    """One filter of a system."""

    def __init__(self, system: CodeSystem, name: str, operator: str, value: str) -> None:
        self._system = system
        self._said = name, operator, value
        self._asked = 0
        self._codes: frozenset[str] | None = None
        """All that pass, once many were asked about and the system knows them quickly."""

    def codes(self) -> Iterator[str] | None:
        """All that pass, in the order of the system; None when there is no quick way."""
        return self._system.having(*self._said)

    def met_by(self, concept: Concept) -> bool:
        go_on()
        return keeps(self._system, concept, *self._said)

    def has(self, code: str) -> bool:
        """Of a code as the system writes it."""
        self._asked += 1
        if self._asked == ASKED_ONE_BY_ONE and (codes := self.codes()) is not None:
            self._codes = frozenset(codes)
        if self._codes is not None:
            return code in self._codes
        concept = self._system.find(code) or by_rule(self._system, code)
        return concept is not None and self.met_by(concept)


class Conditions:
    """What a concept must meet; all of it. Refused where a filter is none, with its place."""

    def __init__(self, system: CodeSystem, filters: Iterable[Json], url: str, place: str) -> None:
        """`place`: FHIRPath of the part in its value set, `ValueSet.compose.include[0]`."""
        self._system = system
        self._all = [
            Condition(system, *_checked(system, each, url, f"{place}.filter[{index}]"))
            for index, each in enumerate(filters)
        ]

    def met_by(self, concept: Concept) -> bool:
        return all(each.met_by(concept) for each in self._all)

    def has(self, code: str) -> bool:
        """Of a code as the system writes it: quicker than to find each concept."""
        return all(each.has(code) for each in self._all)

    def members(self, look: Callable[[], None]) -> Iterator[str]:
        """The codes that meet them, in the order of the system: by its quickest way.

        `look` is called for each code that is held against a filter.
        """
        for number, quick in enumerate(self._all):
            if (codes := quick.codes()) is not None:
                return _kept(codes, [*self._all[:number], *self._all[number + 1 :]], look)
        return _kept(self._system.codes(), self._all, look)


def _kept(
    codes: Iterator[str], filters: Sequence[Condition], look: Callable[[], None]
) -> Iterator[str]:
    if not filters:
        yield from codes
    for code in codes:
        look()
        if all(each.has(code) for each in filters):
            yield code


def _checked(system: CodeSystem, item: Json, url: str, place: str) -> tuple[str, str, str]:
    name, operator, value = (text(item, key) for key in ("property", "op", "value"))
    details = {"system": system.url, "name": name, "operator": operator, "value": value, "url": url}
    if not value:
        raise refuse_as(
            "vs-invalid",
            phrases.NO_FILTER_VALUE,
            code="invalid",
            location=place,
            category=Category.INVALID,
            details=details,
        )
    if operator not in FILTERS or not is_known_property(system, name):
        raise refuse_as(
            "vs-invalid",
            phrases.UNKNOWN_FILTER,
            code="not-supported",
            location=place,
            details=details,
        )
    if operator == "regex":
        try:
            matches_full("", value)
        except Refused:
            raise refuse_as(
                "vs-invalid", phrases.WRONG_PATTERN, code="invalid", location=place, details=details
            ) from None
    return name, operator, value
