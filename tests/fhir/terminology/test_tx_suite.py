"""The terminology ecosystem's cases, as a table in the summary."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.fhir.terminology.tx_compare import difference, fits
from tests.fhir.terminology.tx_suite import Table, cases, table

REACHED = 598
"""Cases of mode `general` that pass: raised as the engine grows, never lowered."""
Json = dict[str, Any]


@pytest.fixture(scope="module")
def general() -> Table:
    if not cases():
        pytest.skip("the public suites are not here: set HYGIE_SHARED to their folder")
    return table()


def test_the_suite_is_passed_as_far_as_before(
    general: Table, record_property: Callable[[str, object], None]
) -> None:
    """Danger: an answer that clients know how to read becomes another; each that fails is named."""
    for line in (*general.lines(), *general.failing()):
        record_property("suite", line)
    assert general.passed >= REACHED, "\n".join(general.failing())


def test_no_case_crashes(general: Table) -> None:
    """Danger: an exception where a refusal, or an answer, was due."""
    assert [line for line in general.failing() if ": crash: " in line] == []


def outcome(*texts: str) -> Json:
    """Issues whose texts are these."""
    issues = [{"severity": "error", "code": "invalid", "details": {"text": t}} for t in texts]
    return {"resourceType": "OperationOutcome", "issue": issues}


def test_what_is_expected_must_be_there_and_nothing_else() -> None:
    """Danger: a case counted as passed though an issue lacks, or one more is told."""
    assert difference(outcome("a"), outcome("a")) == ""
    assert difference(outcome("a", "b"), outcome("a")) != ""
    assert difference(outcome("a"), outcome("a", "b")) != ""
    assert difference(outcome("a"), outcome("b")) != ""
    assert difference(outcome("a"), {**outcome("a"), "implicitRules": "x"}) != ""


def test_only_what_is_optional_may_lack() -> None:
    """Danger: the template's own words hide a real difference, or make one."""
    expected = outcome("a", "b")
    expected["issue"][1]["$optional$"] = True
    assert difference(expected, outcome("a")) == ""
    assert difference(expected, outcome("a", "b")) == ""
    assert difference(expected, outcome("b")) != ""
    expected = {**outcome("a"), "$optional-properties$": ["language"], "language": "fr"}
    assert difference(expected, outcome("a")) == ""
    assert difference(expected, {**outcome("a"), "language": "en"}) != ""


def test_what_belongs_to_another_server_may_lack() -> None:
    """Danger: what only one server says is asked of all, or the version of FHIR is overlooked."""
    expected = outcome("a", "b")
    for filtered, is_optional in (
        ("!tx.fhir.org", True),
        ("version:4", True),
        ("version:5", False),
    ):
        expected["issue"][1]["$optional$"] = filtered
        assert (difference(expected, outcome("a")) == "") is is_optional


def test_order_and_narrative_do_not_matter() -> None:
    """Danger: a case fails for the order of its parameters."""
    names = ("result", "message", "display")
    parameters = [{"name": name, "valueString": "b; a"} for name in names]
    sent = {"resourceType": "Parameters", "parameter": parameters, "meta": {}}
    wanted = [{"name": name, "valueString": "b; a"} for name in sorted(names)]
    wanted[1]["valueString"] = "a; b"
    assert difference({"resourceType": "Parameters", "parameter": wanted}, sent) == ""


def test_templates_of_texts() -> None:
    """Danger: a template that anything fits."""
    assert fits("$uuid$", "urn:uuid:8acdbfdc-e9d2-11ed-a05b-0242ac120003")
    assert not fits("$uuid$", "8acdbfdc")
    assert fits("$instant$", "2026-01-01T10:00:00Z")
    assert not fits("$instant$", "2026-01-01")
    assert fits("$choice:a|b$", "b")
    assert not fits("$choice:a|b$", "c")
    assert fits("$fragments:Code|x$", "the code of x")
    assert not fits("$fragments:Code|x$", "the code of y")
    assert fits("$external:1:abc$", "xABCx")
    assert not fits("$external:1:abc$", "ab")
