"""Definitions and requests that are wrong, endless, or far too large."""

import copy
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.terminology.making import ANIMALS, BEASTS, Json, codes, kept, system, value_set

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import validate_code, validate_code_of_system
from hygie.fhir.terminology.expansion import expand
from hygie.fhir.terminology.looking import lookup
from hygie.fhir.terminology.subsumption import subsumes
from hygie.fhir.terminology.translation import translate
from hygie.fhir.terminology.word_index import words_of
from hygie.refusal import Refused

SET, OTHER = "https://a.test/set", "https://a.test/other"
ODD: list[Any] = [None, True, 0, -1, 1.5, "", "x", [], {}, [[]], [None], [{}], {"a": 1}, ["x"]]
SUPPLEMENT = system(
    {"code": "cat", "designation": [{"language": "nl", "value": "kat"}]},
    url="https://a.test/more",
    content="supplement",
    supplements=BEASTS,
)
DEFINITIONS: list[Json] = [
    {**ANIMALS, "extension": [{"url": "x", "valueCode": "y"}], "language": "en"},
    SUPPLEMENT,
    {
        **value_set(
            SET,
            {**kept(("concept", "is-a", "mammal"), ("code", "regex", ".*")), "valueSet": [OTHER]},
            {"system": BEASTS, "concept": [{"code": "dodo", "display": "Dodo", "extension": []}]},
            exclude=[codes("bat")],
        ),
        "extension": [{"url": "x"}],
    },
    value_set(OTHER, {"system": BEASTS}),
]
QUERY = [
    ("url", SET), ("system", BEASTS), ("code", "cat"), ("codeA", "cat"), ("codeB", "mammal"),
    ("filter", "c"), ("property", "*"), ("includeDesignations", "true"), ("displayLanguage", "fr"),
    ("useSupplement", "https://a.test/more"),
]  # fmt: skip


Operation = Callable[[Catalogue, Asked], Json]
OPERATIONS: list[Operation] = [
    lambda known, asked: expand(known, None, asked),
    lookup,
    subsumes,
    validate_code,
    validate_code_of_system,
    translate,
]


def outcome_of(question: Callable[[], Json]) -> Json | Refused:
    try:
        return question()
    except Refused as refused:
        return refused


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else [])
    )
    for key, inner in items:
        yield from places(inner, (*way, key))


PLACES = [way for way in places(DEFINITIONS) if len(way) > 1]


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD)), min_size=1, max_size=3))
def test_definitions_of_any_shape_are_answered_or_refused(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    """JSON of a wrong type somewhere that ends the server's answer with a crash."""
    made = copy.deepcopy(DEFINITIONS)
    for way, odd in changes:
        holder: Any = made
        for key in way[:-1]:
            holder = holder[key] if _has(holder, key) else {}
        if _has(holder, way[-1]):
            holder[way[-1]] = copy.deepcopy(odd)
    known = Catalogue.of(made)
    for operation in OPERATIONS:
        outcome_of(partial(operation, known, Asked(query=QUERY)))


def _has(holder: Any, key: Any) -> bool:
    if isinstance(holder, dict):
        return key in holder
    return isinstance(holder, list) and isinstance(key, int) and key < len(holder)


@settings(max_examples=200)
@given(
    st.sampled_from(
        ["url", "valueSet", "filter", "count", "offset", "activeOnly", "displayLanguage", "code",
         "system", "coding", "property", "tx-resource", "useSupplement", "system-version",
         "designation", "exclude-system", "codingA"]
    ),
    st.sampled_from(["valueString", "valueBoolean", "valueInteger", "valueCoding", "resource"]),
    st.sampled_from(ODD),
)  # fmt: skip
def test_parameters_of_any_type_are_answered_or_refused(name: str, kind: str, odd: Any) -> None:
    """A parameter of a wrong type that ends the server's answer with a crash."""
    asked = Asked({"resourceType": "Parameters", "parameter": [{"name": name, kind: odd}]}, QUERY)
    known = Catalogue.of(DEFINITIONS)
    for operation in OPERATIONS:
        outcome_of(partial(_brought, operation, known, asked))


def _brought(operation: Operation, known: Catalogue, asked: Asked) -> Json:
    return operation(known.over(asked.resources), asked)


def refused(made: list[Json], *query: tuple[str, str]) -> Any:
    """The one issue of a refusal."""
    with pytest.raises(Refused) as caught:
        expand(Catalogue.of(made), None, Asked(query=[("url", SET), *query]))
    (issue,) = caught.value.refusal.issues
    return issue


def test_sets_that_include_each_other_are_refused_with_the_way() -> None:
    """A definition that never ends, and hangs the server."""
    made = [
        value_set(SET, {"valueSet": [OTHER]}),
        value_set(OTHER, {"system": BEASTS}, exclude=[{"valueSet": [SET]}]),
        ANIMALS,
    ]
    issue = refused(made)
    assert issue.details["url"] == SET
    assert issue.details["way"] == f"[{SET}, {OTHER}, {SET}]"


def test_sets_nested_too_deep_are_refused() -> None:
    """A chain of sets that overflows the stack."""
    chain = [value_set(f"{SET}{n}", {"valueSet": [f"{SET}{n + 1}"]}) for n in range(40)]
    chain[0]["url"] = SET
    assert (
        refused([*chain, value_set(f"{SET}40", {"system": BEASTS}), ANIMALS]).code == "too-costly"
    )


def test_a_set_of_too_many_codes_is_refused_with_their_number() -> None:
    """An answer of ten million codes that fills the memory."""
    many = system(*(str(number) for number in range(1_500)))
    issue = refused([many, value_set(SET, {"system": BEASTS})])
    assert (issue.code, issue.details["count"]) == ("too-costly", "1500")
    narrowed = value_set(SET, {"system": BEASTS}, exclude=[codes("7")])
    assert refused([many, narrowed]).details["count"] == "1499"


def test_a_system_or_set_that_is_not_known_is_named() -> None:
    """An empty list in place of codes that are only not here."""
    assert refused([value_set(SET, {"system": BEASTS})]).details["system"] == BEASTS
    assert refused([value_set(SET, {"valueSet": [OTHER]}), ANIMALS]).details["url"] == OTHER
    assert refused([]).details["url"] == SET
    issue = refused([ANIMALS, value_set(SET, {"system": BEASTS, "version": "7"})])
    assert issue.details["version"] == "7"


@pytest.mark.parametrize(
    "wrong",
    [("concept", "is-a", ""), ("fur", "=", "long"), ("concept", "like", "cat"),
     ("code", "regex", "(((("), ("code", "regex", "x" * 5_000), ("code", "regex", "(a)\\1")],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_with_its_place(wrong: tuple[str, str, str]) -> None:
    """A filter passed over: codes offered that the set's author left out."""
    issue = refused([ANIMALS, value_set(SET, codes("cat"), kept(wrong))])
    assert issue.location == "ValueSet.compose.include[1].filter[0]"


def test_a_pattern_made_to_hang_is_answered_at_once() -> None:
    """Catastrophic backtracking."""
    long = "a" * 5_000
    made = [system(long), value_set(SET, kept(("code", "regex", "(a+)+b")))]
    start = time.process_time()
    assert (
        "contains" not in expand(Catalogue.of(made), None, Asked(query=[("url", SET)]))["expansion"]
    )
    assert time.process_time() - start < 1


def test_a_hierarchy_that_turns_in_a_circle_shows_each_code_once() -> None:
    """Codes that vanish below each other, or a walk that never ends."""
    circle = system(
        *(
            {"code": code, "property": [{"code": "parent", "valueCode": parent}]}
            for code, parent in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "d"))
        )
    )
    made = [circle, value_set(SET, {"system": BEASTS})]
    expansion = expand(Catalogue.of(made), None, Asked(query=[("url", SET)]))["expansion"]
    found, waiting = [], list(expansion["contains"])
    while waiting:
        entry = waiting.pop()
        found.append(entry["code"])
        waiting += entry.get("contains", ())
    assert sorted(found) == ["a", "b", "c", "d"]


def test_a_version_that_the_request_rules_out_is_refused() -> None:
    """An expansion of a version that the one who asks said it cannot use."""
    stated = {"system": BEASTS, "version": "1.2.0"}
    made = [{**ANIMALS, "version": "1.2.0"}, value_set(SET, stated)]
    issue = refused(made, ("check-system-version", f"{BEASTS}|1.0.x"))
    assert issue.details["required"] == "1.0.x"


def test_a_supplement_that_is_not_known_is_refused() -> None:
    """Displays without the translations that the request requires."""
    made = [ANIMALS, value_set(SET, {"system": BEASTS})]
    assert refused(made, ("useSupplement", "https://a.test/more")).kind is not None
    assert outcome_of(
        lambda: expand(
            Catalogue.of([*made, SUPPLEMENT]),
            None,
            Asked(query=[("url", SET), ("useSupplement", "https://a.test/more")]),
        )
    )


@given(st.text())
def test_any_text_may_be_looked_for(text: str) -> None:
    """A search that fails for a quote, a parenthesis, or nothing but spaces."""
    made = [ANIMALS, value_set(SET, {"system": BEASTS})]
    asked = Asked(query=[("url", SET), ("filter", text)])
    expansion = expand(Catalogue.of(made), None, asked)["expansion"]
    if text.strip() and not words_of(text):
        assert expansion["total"] == 0
