"""Definitions and requests of any shape: answered or refused, never broken by."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.terminology.checking.asked import coding, of_set, parameters
from tests.fhir.terminology.making import ANIMALS, BEASTS, codes, kept, value_set

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import (
    validate_code,
    validate_code_of_system,
    validate_codes,
)
from hygie.fhir.terminology.closure import read_closure
from hygie.fhir.terminology.translation import translate
from hygie.limits import MAX_CODES_CHECKED_AT_ONCE
from hygie.refusal import Refused

SET, OTHER = "https://a.test/set", "https://a.test/other"
ODD: list[Any] = [None, True, 0, -1.5, "", "x", "{x}", [], {}, [[]], [None], [{}], {"a": 1}]
DEFINITIONS: list[Any] = [
    {**ANIMALS, "language": "en", "version": "1", "extension": [{"url": "x", "valueCode": "y"}]},
    {
        **value_set(
            SET,
            {**kept(("concept", "is-a", "mammal"), ("code", "regex", ".*")), "valueSet": [OTHER]},
            {"system": BEASTS, "version": "1", "concept": [{"code": "cat", "display": "Cat"}]},
            exclude=[codes("bat"), {"valueSet": [OTHER], "system": "https://b.test"}],
        ),
        "extension": [{"url": "x"}],
        "expansion": {"contains": [{"system": BEASTS, "code": "cat"}]},
    },
    value_set(OTHER, {"system": BEASTS}),
    {"resourceType": "ConceptMap", "url": "https://a.test/map", "group": [{"source": BEASTS}]},
]
ONE = parameters(coding=coding("cat", display="Cat", version="1"))
REQUEST = {
    **parameters(
        url=SET,
        codeableConcept={"coding": [coding("cat"), coding("bat", display="x")], "text": "?"},
        displayLanguage="fr,en;q=0.5",
        system_version=f"{BEASTS}|1",
        activeOnly=True,
        abstract=False,
        valueSet=DEFINITIONS[1],
        codeSystem=DEFINITIONS[0],
    ),
    "validation": [],
}
OPERATIONS = (validate_code, validate_code_of_system, validate_codes, translate)
Way = tuple[Any, ...]


def places(value: Any, way: Way = ()) -> Iterator[Way]:
    yield way
    listed = enumerate(value if isinstance(value, list) else ())
    for key, inner in value.items() if isinstance(value, dict) else listed:
        yield from places(inner, (*way, key))


def changed(value: Any, changes: list[tuple[Way, Any]]) -> Any:
    """A copy in which odd things stand in some places."""
    made = copy.deepcopy(value)
    for way, odd in changes:
        holder = made
        for key in way[:-1]:
            holder = holder[key] if _has(holder, key) else None
        if _has(holder, way[-1]):
            holder[way[-1]] = copy.deepcopy(odd)
    return made


def _has(holder: Any, key: Any) -> bool:
    if isinstance(holder, dict):
        return key in holder
    return isinstance(holder, list) and isinstance(key, int) and key < len(holder)


def changes_of(value: Any) -> st.SearchStrategy[list[tuple[Way, Any]]]:
    ways = [way for way in places(value) if len(way) > 1]
    return st.lists(st.tuples(st.sampled_from(ways), st.sampled_from(ODD)), max_size=3)


def ask_all(definitions: list[Any], request: Any) -> None:
    """Whatever is not an answer must be a refusal."""
    for operation in OPERATIONS:
        try:
            asked = Asked(request)
            answer = operation(Catalogue.of(definitions).over(asked.resources), asked)
        except Refused:
            continue
        assert answer["resourceType"] == "Parameters"


@settings(max_examples=300)
@given(changes_of(DEFINITIONS), st.sampled_from([ONE, REQUEST]))
def test_definitions_of_any_shape(changes: list[tuple[Way, Any]], request_: Any) -> None:
    """Danger: one malformed definition of a package ends every check with a crash."""
    ask_all(changed(DEFINITIONS, changes), request_)


@settings(max_examples=300)
@given(changes_of(REQUEST))
def test_requests_of_any_shape(changes: list[tuple[Way, Any]]) -> None:
    """Danger: a request that is no Parameters breaks the server."""
    ask_all(DEFINITIONS, changed(REQUEST, changes))


@given(st.recursive(st.sampled_from(ODD), lambda inner: st.lists(inner, max_size=2)))
def test_closures_of_any_shape(odd: Any) -> None:
    """Danger: a concept that is none taken for one."""
    items = [{"name": "name", "valueString": "n"}, {"name": "concept", "valueCoding": odd}]
    try:
        read_closure(Asked({"parameter": items}))
    except Refused:
        return
    assert odd is None


def test_a_pattern_that_explodes_is_not_waited_for() -> None:
    """Danger: a regular expression of a value set that takes years (ReDoS)."""
    exploding = value_set(SET, kept(("code", "regex", "(a+)+$")))
    answer = of_set(ANIMALS, exploding, url=SET, coding=coding("a" * 60 + "!"))
    assert answer["result"] is False


def test_a_batch_is_bounded_and_what_cannot_be_checked_stands_in_its_place() -> None:
    """Danger: one wrong code of a batch hides the others; a batch without end."""
    wrong, right = parameters(code="cat"), parameters(coding=coding("cat"))
    each = [{"name": "validation", "resource": one} for one in (wrong, right)]
    asked = Asked({"parameter": [*parameters(url=OTHER)["parameter"], *each]})
    answers = validate_codes(Catalogue.of(DEFINITIONS), asked)["parameter"]
    kinds = [answer["resource"]["resourceType"] for answer in answers]
    assert kinds == ["OperationOutcome", "Parameters"]
    many = Asked({"parameter": each * MAX_CODES_CHECKED_AT_ONCE})
    with pytest.raises(Refused, match="TOO_LARGE"):
        validate_codes(Catalogue.of(DEFINITIONS), many)
