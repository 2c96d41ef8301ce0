"""Guards against compiled expressions that answer anything else than the language says.

Random expressions on random resources: what is compiled must give the items, in the order, that the
oracle gives, or be refused where the oracle refuses.
"""

import os
from random import Random
from typing import Any

import pytest
from tests.fhir.path.generated import TYPES, Resources
from tests.fhir.path.grammar import Expressions
from tests.fhir.path.oracle import interpret

from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_path
from hygie.fhir.path.environment import Environment
from hygie.fhir.path.items import Element, Item, root
from hygie.fhir.path.values import DateTime
from hygie.refusal import Refused

FIRST = int(os.environ.get("HYGIE_FUZZ_FIRST", "0"))
"""The first seed: another one gives other expressions and other resources."""
RESOURCES = 4
"""For each expression."""
QUICK, THOROUGH, PARTS = 500, 50_000, 10
"""Expressions: those of every run, and of `make test-all`, in so many parts."""
ENVIRONMENT = Environment(
    now=DateTime.parse("2026-11-22T12:00:00.000+01:00"),
    resolve=lambda url: {"resourceType": "Patient", "id": "2"} if url == "Patient/2" else None,
    variables={"one": [1, "a"], "none": []},
    max_items=20_000,
)
Outcome = list[Any] | None


def shown(item: Item) -> Any:
    """What two items must share to be the same: value, type, and what stands beside."""
    if isinstance(item, Element):
        return item.type, repr(item.value), repr(item.sibling)
    return type(item).__name__, repr(item)


def interpreted(text: str, resource: dict[str, Any]) -> Outcome:
    """The oracle's items, or None when it refuses."""
    try:
        return [shown(item) for item in interpret(text, resource, r4(), ENVIRONMENT)]
    except Refused:
        return None


def compiled(text: str, resource: dict[str, Any]) -> Outcome:
    try:
        path = compile_path(text, resource["resourceType"], r4())
        return [shown(item) for item in path(resource, ENVIRONMENT)]
    except Refused:
        return None


def compare(seeds: range) -> tuple[int, int]:
    """Compare as many expressions as there are seeds: how many pairs, how many were answered."""
    pairs = answered = 0
    for seed in seeds:
        random = Random(seed)
        type_name = random.choice(TYPES)
        resources = [Resources(random, r4()).resource(type_name) for _ in range(RESOURCES)]
        text = Expressions(random, r4(), root(resources[0], r4())).expression(type_name)
        for resource in resources:
            expected = interpreted(text, resource)
            assert compiled(text, resource) == expected, (seed, text, resource)
            pairs += 1
            answered += bool(expected)
    return pairs, answered


def test_compiled_expressions_agree_with_the_oracle() -> None:
    """Danger: a search, an alert or a view is answered wrongly, and nobody sees it."""
    pairs, answered = compare(range(FIRST, FIRST + QUICK))
    assert answered > pairs / 5


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("part", range(PARTS))
def test_very_many_compiled_expressions_agree(part: int) -> None:
    """Danger: as above, where it takes a rare expression to show."""
    size = THOROUGH // PARTS
    first = FIRST + QUICK + part * size
    compare(range(first, first + size))
