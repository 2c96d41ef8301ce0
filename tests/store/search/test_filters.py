"""Guards against a `_filter` that finds something else than its words say."""

from collections.abc import Callable
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query
from hygie.limits import MAX_FILTER_DEPTH, MAX_FILTER_TESTS
from hygie.refusal import Refused
from hygie.store.store import Store

Json = dict[str, Any]
LOINC = "http://loinc.org"


def seen(own: str, status: str, code: str, date: str = "", value: float | None = None) -> Json:
    coding = [{"system": LOINC, "code": code}] if code else [{"display": "nothing"}]
    resource: Json = {"resourceType": "Observation", "id": own, "status": status,
                      "code": {"coding": coding}}  # fmt: skip
    if date:
        resource["effectiveDateTime"] = date
    if value is not None:
        resource["valueQuantity"] = {"value": value, "unit": "kg"}
    return resource


WORLD = {
    one["id"]: one
    for one in (
        seen("a", "final", "1", "2024-05-01", 70), seen("b", "final", "2", "2023-05-01", 80),
        seen("c", "amended", "1", "2022-05-01"), seen("d", "preliminary", "2"),
        seen("e", "final", ""),
    )
}  # fmt: skip


@pytest.fixture
async def filled(store: Store, context: Any) -> Store:
    async with store.transaction(context) as transaction:
        await transaction.write_many(list(WORLD.values()))
        await transaction.write_many([
            {"resourceType": "Patient", "id": "du", "name": [{"family": "Dupont"}]},
            {"resourceType": "Patient", "id": "none"},
        ])  # fmt: skip
    return store


async def found(store: Store, context: Any, text: str, kind: str = "Observation") -> set[str]:
    query = parse_query(r4(), kind, [("_filter", text)], zone=store.zone, filtered=True).query
    page = await store.search(context, query)
    return {decode(one.body)["id"] for one in page.matches}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status eq final", "abe"),
        ("status ne final", "cd"),
        ("status eq final and code eq 1", "a"),
        ("status eq final or code eq 1", "abce"),
        ("not (status eq final)", "cd"),
        ("not (code eq 1 or code eq 2)", "e"),
        ("status eq final and (date ge 2024 or value-quantity gt 75)", "ab"),
        (f'code eq "{LOINC}|2" and not (status eq preliminary)', "b"),
        ("date pr true", "abc"),
        ("date pr false and status eq final", "e"),
        ("date po 2024-05", "a"),
        ("value-quantity le 75 or status eq preliminary", "ad"),
        ("not (value-quantity gt 75)", "acde"),
    ],
)
async def test_a_filter_finds_what_it_says(
    filled: Store, context: Any, text: str, names: str
) -> None:
    """Danger: a word passed over; a denial that lets through too little."""
    assert await found(filled, context, text) == set(names)


async def test_strings_and_what_has_nothing(filled: Store, context: Any) -> None:
    """Danger: what has no value at all is lost from a denial."""
    assert await found(filled, context, 'family sw "dup"', "Patient") == {"du"}
    assert await found(filled, context, 'family co "PON"', "Patient") == {"du"}
    assert await found(filled, context, 'family eq "dupont"', "Patient") == set()
    assert await found(filled, context, 'not (family sw "dup")', "Patient") == {"none"}


TESTS: dict[str, Callable[[Json], bool]] = {
    "status eq final": lambda one: one["status"] == "final",
    "code eq 1": lambda one: one["code"]["coding"][0].get("code") == "1",
    "date ge 2023": lambda one: one.get("effectiveDateTime", "") >= "2023",
    "value-quantity gt 75": lambda one: one.get("valueQuantity", {}).get("value", 0) > 75,
}
Tree = tuple[str, Callable[[Json], bool]]


def _joined(parts: list[Tree], word: str) -> Tree:
    how = all if word == "and" else any
    text = f" {word} ".join(f"({text})" for text, _ in parts)
    return text, lambda one: how(test(one) for _, test in parts)


TREES = st.recursive(
    st.sampled_from(list(TESTS.items())),
    lambda inner: st.one_of(
        st.builds(_joined, st.lists(inner, min_size=2, max_size=3), st.sampled_from(["and", "or"])),
        inner.map(lambda tree: (f"not ({tree[0]})", lambda one: not tree[1](one))),
    ),
    max_leaves=6,
).filter(lambda tree: _depth(tree[0]) <= MAX_FILTER_DEPTH)


def _depth(text: str) -> int:
    return max(accumulate((sign == "(") - (sign == ")") for sign in text))


async def test_any_tree_finds_what_reading_finds(filled: Store, context: Any) -> None:
    """Danger: some nesting of and, or, not that the index answers otherwise than reading does."""
    trees: list[Tree] = []

    @given(TREES)
    @settings(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    def gather(tree: Tree) -> None:
        trees.append(tree)

    gather()
    for text, test in trees:
        names = {own for own, one in WORLD.items() if test(one)}
        assert await found(filled, context, text) == names, text


@pytest.mark.parametrize(
    "text",
    [
        "", "status", "status eq", "eq", "(status eq final", "status eq final)", "not status eq x",
        "status eq final and", "status eq final or code eq 1 and code eq 2", "nothing eq 1",
        "status ew x", "code[system eq x].value eq 1", "code:not eq 1", "date eq soon", "date pr x",
        'code eq "a', "(" * (MAX_FILTER_DEPTH + 1) + "code eq 1" + ")" * (MAX_FILTER_DEPTH + 1),
        " or ".join(["code eq 1"] * (MAX_FILTER_TESTS + 1)),
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(store_zone: Any, text: str) -> None:
    """Danger: half a filter is answered."""
    with pytest.raises(Refused):
        parse_query(r4(), "Observation", [("_filter", text)], zone=store_zone, filtered=True)


@pytest.fixture
def store_zone() -> Any:
    return ZoneInfo("Europe/Paris")
