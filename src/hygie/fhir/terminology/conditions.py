"""Filters of a part of a value set, held ready: refused when they cannot be understood."""

from collections.abc import Iterable, Iterator

from hygie.fhir.path.library.patterns import matches_full
from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.filters import FILTERS, is_known_property, keeps
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.refusals import refuse_as
from hygie.refusal import Category, Refused


class Conditions:
    """What a concept must meet; all of it. Refused where a filter is none, with its place."""

    def __init__(self, system: CodeSystem, filters: Iterable[Json], url: str, place: str) -> None:
        """`place`: FHIRPath of the part in its value set, `ValueSet.compose.include[0]`."""
        self._system = system
        self._filters = [
            _checked(system, each, url, f"{place}.filter[{index}]")
            for index, each in enumerate(filters)
        ]

    def met_by(self, concept: Concept) -> bool:
        return all(keeps(self._system, concept, *each) for each in self._filters)

    def codes(self) -> Iterator[str]:
        """All that may meet them, in the order of the system: by its quickest way."""
        for each in self._filters:
            if (found := self._system.having(*each)) is not None:
                return found
        return self._system.codes()


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
