"""Guards against an export of more, or of less, than its filters say."""

import pytest
from tests.fhir.search.shared import PARIS, query

from hygie.fhir.definitions import r4
from hygie.fhir.search import type_filters
from hygie.fhir.search.query import Condition
from hygie.limits import MAX_TYPE_FILTERS
from hygie.refusal import Refused


def filters(*values: str, lenient: bool = False) -> dict[str, list[tuple[Condition, ...]]]:
    found = type_filters(r4(), values, zone=PARIS, lenient=lenient)
    return {kind: [query.conditions for query in queries] for kind, queries in found.items()}


def asked(kind: str, *parameters: tuple[str, str]) -> tuple[Condition, ...]:
    return query(kind, *parameters).conditions


def test_queries_of_one_type_are_alternatives() -> None:
    """Danger: a comma that joins two queries is taken for one that joins two values, or not."""
    value = "Observation?code=a,b&status=final,Observation?date=ge2024,Condition?code=x"
    assert filters(value, "Condition?code=y") == {
        "Observation": [
            asked("Observation", ("code", "a,b"), ("status", "final")),
            asked("Observation", ("date", "ge2024")),
        ],
        "Condition": [asked("Condition", ("code", "x")), asked("Condition", ("code", "y"))],
    }


def test_what_is_percent_encoded_is_read() -> None:
    """Danger: a system with its separator encoded is looked for as it stands, and nothing found."""
    assert filters("Observation?code=http%3A%2F%2Floinc.org%7C8480-6") == {
        "Observation": [asked("Observation", ("code", "http://loinc.org|8480-6"))]
    }


@pytest.mark.parametrize(
    "value",
    [
        "", "Observation", "Observation?", "?code=x", "Nothing?code=x", "Observation?code",
        "Observation?code=", "Observation?unknown=x", "Observation?date=soon",
        "Observation?code=x&_sort=date", "Observation?_include=Observation:subject",
        "Observation?code=x&_format=json", "Observation?code=x,Condition?code=",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(value: str) -> None:
    """Danger: what cannot be read is dropped, and everything is exported."""
    with pytest.raises(Refused):
        filters(value)


def test_a_type_of_which_nothing_was_understood_is_not_filtered_when_lenient() -> None:
    """Danger: of two alternatives one is dropped, and what only it would let through is lost."""
    assert filters("Observation?code=x", "Observation?unknown=y", lenient=True) == {}


def test_filters_are_bounded() -> None:
    """Danger: a request of ten thousand searches."""
    assert filters(*["Observation?code=x"] * MAX_TYPE_FILTERS)
    with pytest.raises(Refused):
        filters(*["Observation?code=x"] * (MAX_TYPE_FILTERS + 1))
