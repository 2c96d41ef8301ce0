"""Guards against items taken for equal that are not, or for different that are equal."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.answers import answers
from tests.fhir.path.generated import Resources

from hygie.fhir.definitions import r4
from hygie.fhir.path.items import Item, children, root
from hygie.fhir.path.library.equality import Seen, equal, equal_items, equivalent
from hygie.fhir.path.values import Date, DateTime, Quantity

PATIENT = {
    "resourceType": "Patient",
    "name": [
        {"id": "1", "family": "A", "given": ["b", None], "_given": [None, {"id": "x"}]},
        {"id": "1", "family": "A", "given": ["b", None], "_given": [None, {"id": "x"}]},
        {"id": "2", "family": "a", "given": ["B", None], "_given": [None, {"id": "x"}]},
    ],
    "birthDate": "2012",
    "_birthDate": {"id": "d"},
    "maritalStatus": {"text": "x", "coding": [{"system": "s", "code": "M", "display": "Married"}]},
    "communication": [
        {"language": {"coding": [{"system": "s", "code": "F"}, {"system": "s", "code": "M"}]}},
        {"language": {"text": "x"}},
    ],
    "contact": [{"period": {"start": "2012"}}, {"period": {"start": "2012-01"}}],
}
EXAMPLES: list[tuple[str, list[Any]]] = [
    ("name[0] = name[1]", [True]),
    ("name[0] = name[2]", [False]),
    ("name[0] ~ name[2]", [True]),
    ("name = name", [True]),
    ("name.distinct().count()", [2]),
    ("birthDate = '2012'", [False]),
    ("birthDate = @2012", [True]),
    ("birthDate = @2012-01", []),
    ("birthDate = birthDate.value", [True]),
    ("contact[0] = contact[1]", []),
    ("contact[0] ~ contact[1]", [False]),
    ("contact.distinct().count()", [2]),
    ("maritalStatus ~ communication[0].language", [True]),
    ("maritalStatus = communication[0].language", [False]),
    ("maritalStatus ~ communication[1].language", [False]),
    ("maritalStatus.coding ~ communication[0].language.coding[1]", [True]),
    ("name = maritalStatus", [False]),
    ("name[0] = 1", [False]),
    ("(1 | 2) = (1 | 2 | 3)", [False]),
    ("1.combine(@2012) = 1.combine(@2012-01)", []),
    ("1.combine(@2012) = 2.combine(@2012-01)", [False]),
    ("1 'm' | 100 'cm'", ["1 'm'"]),
    ("1 | 1.0 | 1 '1' | 100 '%'", [1]),
    ("1 '1' | 1.0", ["1 '1'"]),
    ("@2012 | @2012T", ["2012"]),
    ("true | 1 | '1'", [True, 1, "1"]),
    ("'a b' ~ 'A\\tB'", [True]),
    ("'a b' ~ 'a  b'", [False]),
    ("1.type() = 2.type()", [True]),
    ("1.0.combine(1.12) ~ 1.12.combine(0.9)", [True]),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_equality_and_equivalence(text: str, expected: list[Any]) -> None:
    """Danger: two patients' names, or two codes, are told apart or confused wrongly."""
    assert answers(text, PATIENT) == expected


def some_items(seed: int) -> list[Item]:
    """Elements of a random resource, and values of the language."""
    random = Random(seed)
    level = children(root(Resources(random, r4()).resource(), r4()), r4())
    elements = [*level, *(child for item in level for child in children(item, r4()))]
    values: list[Item] = [
        *(True, False, 1, 0, "1", "", Decimal("1.0"), Decimal("0.01")),
        *(Quantity(Decimal(1), unit) for unit in ("1", "g", "mg", "%", "day", "foo")),
        *(Quantity(Decimal(1000), "mg"), Date(2012), Date(2012, 1)),
        *(DateTime(2012), DateTime.at(Date(2012, 1, 5))),
    ]
    return random.sample(elements, min(len(elements), 15)) + random.sample(values, 8)


@given(st.integers(0, 10**6))
def test_what_is_seen_is_what_is_equal(seed: int) -> None:
    """Danger: the short cuts of `distinct` and `|` find other duplicates than `=` does."""
    items = some_items(seed)
    seen = Seen(r4())
    kept: list[Item] = []
    for item in items:
        new = not any(equal_items(item, other, r4()) is True for other in kept)
        assert (item not in seen) is new
        assert seen.add(item) is new
        kept += [item] if new else []


@given(st.integers(0, 10**6))
def test_equality_is_symmetric(seed: int) -> None:
    """Danger: whether two things are the same depends on which is named first."""
    items = some_items(seed)[-12:]
    for one in items:
        for other in items:
            assert equal([one], [other], r4()) == equal([other], [one], r4())
            assert equivalent([one], [other], r4()) == equivalent([other], [one], r4())
