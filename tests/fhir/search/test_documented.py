"""Guards against a page that promises another search than the one that runs."""

import re
from pathlib import Path

from tests.fhir.search.shared import refusal

from hygie import limits
from hygie.fhir.definitions import r4
from hygie.fhir.search import supported_parameters
from hygie.fhir.search.conditions import MODIFIERS
from hygie.fhir.search.plans import UNSUPPORTED

PAGE = (Path(__file__).parents[3] / "docs" / "search.md").read_text("utf-8")


def test_figures_are_those_of_the_code() -> None:
    """Danger: a bound changes and its page does not."""
    shown = {int(figure.replace(",", "")) for figure in re.findall(r"\d[\d,]*", PAGE)}
    assert shown >= {
        limits.MAX_CHAIN_DEPTH,
        limits.MAX_PAGE,
        limits.MAX_QUERY_CHARACTERS,
        limits.MAX_SEARCH_PARAMETERS,
        limits.MAX_OR_VALUES,
        limits.MAX_CHAIN_WAYS,
        limits.MAX_CHAIN_VALUES,
        limits.MAX_SORTS,
        limits.MAX_FILTER_TESTS,
        limits.MAX_FILTER_DEPTH,
        limits.MAX_SEARCHED_CODES,
        limits.MAX_TYPE_FILTERS,
        limits.MAX_OWN_PARAMETERS,
        limits.MAX_WORDS,
        limits.MAX_WORD_CHARACTERS,
        len(r4().search_parameters),
    }


def test_every_modifier_and_only_supported_ones_are_documented() -> None:
    """Danger: a modifier works without being documented, or is documented and refused."""
    table = PAGE.partition("## Modifiers")[2].partition("Codes of value sets")[0]
    documented = set(re.findall(r"`:([a-z-]+)", table))
    assert documented == {name for names in MODIFIERS.values() for name in names}


def test_what_is_said_not_to_be_supported_is_refused() -> None:
    """Danger: the page says "not supported" of what silently returns something."""
    table = PAGE.partition("Not supported:")[2].partition("| type |")[0]
    for name in re.findall(r"`(_[a-zA-Z]+)`", table):
        issue = refusal("Patient", (name, "x"))
        assert issue is not None
        assert issue.code == "not-supported"
    for code in ("relationship", "part-agree", "near"):
        assert f"{code}`" in table
    listed = {p.code for t in r4().resource_types for p in supported_parameters(r4(), t)}
    assert not listed & (UNSUPPORTED | {"near", "part-agree"})
