"""Guards against searches misread: a wrong answer is worse than a refusal."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fhir.search.shared import PARIS, criterion, query, refusal

from hygie.fhir.definitions import r4
from hygie.fhir.search import parse_query, supported_parameters
from hygie.fhir.search.instants import DAY, interval
from hygie.fhir.search.plans import UNSUPPORTED
from hygie.fhir.search.query import (
    Chain,
    CompositeValue,
    Criterion,
    DateValue,
    Has,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    Value,
)
from hygie.limits import (
    MAX_CHAIN_DEPTH,
    MAX_OR_VALUES,
    MAX_QUERY_CHARACTERS,
    MAX_SEARCH_PARAMETERS,
)
from hygie.refusal import Category, Refused

YEAR = interval("1980", PARIS) or (0, 0)
SYSTEM = "http://loinc.org"


@pytest.mark.parametrize(
    ("resource_type", "name", "value", "expected"),
    [
        ("Patient", "name", "Du pont", [StringValue("Du pont")]),
        ("Patient", "name", r"a\,b,c", [StringValue("a,b"), StringValue("c")]),
        ("Patient", "name:exact", "É", [StringValue("É")]),
        ("Patient", "gender", "male", [TokenValue(None, "male")]),
        ("Patient", "identifier", "urn:x|1", [TokenValue("urn:x", "1")]),
        ("Patient", "identifier", "|1", [TokenValue("", "1")]),
        ("Patient", "identifier", "urn:x|", [TokenValue("urn:x", None)]),
        ("Patient", "identifier", r"urn:x|a\|b", [TokenValue("urn:x", "a|b")]),
        ("Patient", "identifier:of-type", "http://v2|MR|1", [TokenValue("http://v2", "MR|1")]),
        ("Patient", "gender:not", "male", [TokenValue(None, "male")]),
        ("Observation", "code:text", "glucose", [StringValue("glucose")]),
        ("Patient", "birthdate", "1980", [DateValue("eq", *YEAR)]),
        ("Patient", "birthdate", "ge1980", [DateValue("ge", *YEAR)]),
        ("Patient", "_id", "a,b", [TokenValue(None, "a"), TokenValue(None, "b")]),
        ("Patient", "_lastUpdated", "sa1980", [DateValue("sa", *YEAR)]),
        ("Observation", "subject", "Patient/1", [ReferenceValue("Patient", "1")]),
        ("Observation", "subject", "1", [ReferenceValue("", "1")]),
        ("Observation", "patient", "1", [ReferenceValue("Patient", "1")]),
        ("Observation", "encounter", "1", [ReferenceValue("Encounter", "1")]),
        ("Observation", "subject:Patient", "1", [ReferenceValue("Patient", "1")]),
        ("Observation", "subject", "Patient/1/_history/3", [ReferenceValue("Patient", "1")]),
        ("Observation", "subject", "https://x/Patient/1",
         [ReferenceValue(url="https://x/Patient/1")]),
        ("Observation", "subject:identifier", "urn:x|1", [TokenValue("urn:x", "1")]),
        ("ValueSet", "url", "http://x", [UriValue("http://x")]),
        ("ValueSet", "url:below", "http://x", [UriValue("http://x")]),
        ("RiskAssessment", "probability", "gt0.8",
         [NumberValue("gt", Decimal("0.8"), Decimal("0.75"), Decimal("0.85"))]),
        ("RiskAssessment", "probability", "ap100",
         [NumberValue("ap", Decimal(100), Decimal(90), Decimal(110))]),
        ("Observation", "value-quantity", "le5.4|http://u|mg",
         [QuantityValue("le", Decimal("5.4"), Decimal("5.35"), Decimal("5.45"), "http://u", "mg")]),
        ("Observation", "value-quantity", "5||mg",
         [QuantityValue("eq", Decimal(5), Decimal("4.5"), Decimal("5.5"), None, "mg")]),
        ("Observation", "code-value-date", f"{SYSTEM}|1$ge1980",
         [CompositeValue((TokenValue(SYSTEM, "1"), DateValue("ge", *YEAR)))]),
        ("Observation", "code-value-string", r"a\$b$c",
         [CompositeValue((TokenValue(None, "a$b"), StringValue("c")))]),
    ],
)  # fmt: skip
def test_values_are_read_by_their_type(
    resource_type: str, name: str, value: str, expected: list[Value]
) -> None:
    """Danger: a separator, prefix or modifier is taken for something else."""
    found = criterion(resource_type, name, value)
    assert list(found.values) == expected
    assert found.parameter.code == name.partition(":")[0]


def test_an_approximate_date_is_a_day_or_its_own_length_either_side() -> None:
    """Danger: `ap` finds nothing around the date, or everything."""
    (day,) = criterion("Patient", "birthdate", "ap1980-05-10").values
    (minute,) = criterion("Observation", "date", "ap1980-05-10T10:00Z").values
    assert isinstance(day, DateValue)
    assert isinstance(minute, DateValue)
    assert day.high - day.low + 1 == 3 * DAY
    assert minute.high - minute.low + 1 == 2 * DAY + 60_000_000


def test_missing_carries_no_value() -> None:
    """Danger: `:missing=true` is searched as the word "true"."""
    found = criterion("Patient", "birthdate:missing", "true")
    assert (found.values, found.modifier, found.missing) == ((), "missing", True)
    assert criterion("Patient", "birthdate:missing", "false").missing is False


# --- chains -------------------------------------------------------------------------------
def test_a_chain_leads_to_the_type_it_says() -> None:
    """Danger: a patient's name is looked for among devices."""
    (chain,) = query("Observation", ("subject:Patient.family", "x")).conditions
    assert isinstance(chain, Chain)
    assert chain.targets == ("Patient",)
    (inner,) = chain.inner
    assert isinstance(inner, Criterion)
    assert inner.parameter.code == "family"


def test_a_chain_without_type_leads_to_every_type_that_knows_the_rest() -> None:
    """Danger: `subject.name` misses a type, or fails for one that has no name."""
    (chain,) = query("Observation", ("subject.name", "x")).conditions
    assert isinstance(chain, Chain)
    assert chain.targets == ("Patient", "Location")
    (patient,) = query("Observation", ("patient.name", "x")).conditions
    assert isinstance(patient, Chain)
    assert patient.targets == ("Patient",)


def test_chains_and_has_nest() -> None:
    """Danger: a nested condition is attached to the wrong resource."""
    (chain,) = query("Observation", ("encounter.service-provider.name", "x")).conditions
    assert isinstance(chain, Chain)
    (inner,) = chain.inner
    assert isinstance(inner, Chain)
    assert (chain.targets, inner.targets) == (("Encounter",), ("Organization",))
    name = "_has:Observation:patient:_has:AuditEvent:entity:action"
    (has,) = query("Patient", (name, "R")).conditions
    assert isinstance(has, Has)
    assert isinstance(has.inner, Has)
    assert (has.source, has.inner.source) == ("Observation", "AuditEvent")
    (through,) = query(
        "Encounter", ("subject:Patient._has:Flag:patient:identifier", "x")
    ).conditions
    assert isinstance(through, Chain)
    assert isinstance(through.inner[0], Has)


# --- refusals -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("resource_type", "name", "value", "rule", "shown"),
    [
        ("Patient", "nam", "x", "unknown-parameter", "name"),
        ("Patient", "Birthdate", "1980", "unknown-parameter", "birthdate"),
        ("Patiant", "name", "x", "unknown-type", "Patient"),
        ("Patient", "name:in", "x", "unknown-modifier", ":contains"),
        ("Observation", "code:in", "http://x", "unsupported-modifier", "in"),
        ("Patient", "birthdate:exact", "1980", "unknown-modifier", ":missing"),
        ("Observation", "subject:Patiant", "1", "unknown-modifier", ":Patient"),
        ("Observation", "subject:Practitioner", "1", "wrong-target", "Patient"),
        ("Observation", "subject:Patient", "Group/1", "malformed-value", "Group/1"),
        ("Observation", "subject", "Patiant/1", "unknown-type", "Patient"),
        ("Observation", "subject", "a b", "malformed-value", "a b"),
        ("Patient", "birthdate", "xx1980", "unknown-prefix", "ap"),
        ("Patient", "birthdate", "1980-13", "malformed-value", "1980-13"),
        ("Patient", "birthdate", "31/12/1980", "malformed-value", "31/12/1980"),
        ("Patient", "birthdate:missing", "yes", "malformed-value", "true"),
        ("Patient", "name", "", "empty-value", "name"),
        ("Patient", "name", "a,,b", "empty-value", "name"),
        ("Patient", "family", "_", "malformed-value", "_"),
        ("Patient", "family:contains", "'-", "malformed-value", "'-"),
        ("Patient", "identifier", "a|b|c", "malformed-value", "a|b|c"),
        ("Patient", "identifier", "|", "malformed-value", "|"),
        ("Patient", "identifier:of-type", "a|b", "malformed-value", "a|b"),
        ("RiskAssessment", "probability", "1,5e", "malformed-value", "5e"),
        ("RiskAssessment", "probability", "1e4000", "malformed-value", "1e4000"),
        ("RiskAssessment", "probability", "nan", "malformed-value", "nan"),
        ("Observation", "value-quantity", "5|mg", "malformed-value", "5|mg"),
        ("Observation", "code-value-date", "a", "malformed-value", "2"),
        ("Patient", "_filter", "x", "unsupported-parameter", "_filter"),
        ("Location", "near", "1|2", "unsupported-parameter", "near"),
        ("Patient", "_list", "$current-problems", "unsupported-list", "$current-problems"),
        ("Patient", "name.family", "x", "not-a-reference", "name"),
        ("Observation", "subject.nope", "x", "unknown-parameter", "nope"),
        ("Patient", "_has:Observation:code", "x", "malformed-value", "_has"),
        ("Patient", "_has:Observation:encounter:code", "x", "wrong-target", "Encounter"),
        ("Patient", "_has:Observations:patient:code", "x", "unknown-type", "Observation"),
        ("Observation", "focus.focus.focus.code", "x", "too-wide", "focus"),
        ("Observation", "focus.identifier", "x," * 200 + "x", "too-wide", "focus.identifier"),
        ("Patient", "link:Patient." * 6 + "name", "x", "too-deep", str(MAX_CHAIN_DEPTH)),
        ("Patient", "name", "x," * MAX_OR_VALUES + "x", "too-many-values", str(MAX_OR_VALUES)),
        ("Patient", "", "x", "unknown-parameter", "Patient"),
        ("Patient", ":", "x", "unknown-parameter", "Patient"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_would_be_right(
    resource_type: str, name: str, value: str, rule: str, shown: str
) -> None:
    """Danger: a mistyped search silently answers another question."""
    issue = refusal(resource_type, (name, value))
    assert issue is not None
    assert issue.rule == f"search.{rule}"
    assert shown in issue.text("fr")
    assert shown in issue.text("en")
    assert "{" not in issue.text("fr") + issue.text("en")


def test_unsupported_is_told_from_wrong() -> None:
    """Danger: a client cannot tell a standard parameter not served from a typing error."""
    for code in UNSUPPORTED:
        issue = refusal("Patient", (code, "x"))
        assert issue is not None
        assert issue.code == "not-supported"
    wrong = refusal("Patient", ("nam", "x"))
    assert wrong is not None
    assert wrong.code == "invalid"


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ([("name", "x" * MAX_QUERY_CHARACTERS)], "search.too-long"),
        ([("name", "x")] * (MAX_SEARCH_PARAMETERS + 1), "search.too-many-parameters"),
        ([("_id", ",".join("x" * 100_000))], "search.too-long"),
    ],
)
def test_a_query_s_size_is_bounded(parameters: list[tuple[str, str]], rule: str) -> None:
    """Danger: one request occupies the server."""
    issue = refusal("Patient", *parameters)
    assert issue is not None
    assert issue.rule == rule
    assert len(issue.text("fr")) < 300


def test_a_long_value_is_searched_and_never_repeated_in_full() -> None:
    """Danger: a refusal copies a whole value, health data included, into an answer."""
    value = "é" * 60_000
    assert criterion("Patient", "name", value).values == (StringValue(value),)
    issue = refusal("Patient", ("birthdate", value))
    assert issue is not None
    assert len(issue.text("fr")) < 400


@pytest.mark.parametrize(
    ("name", "value"), [("name", "a\ud800"), ("na\udfffme", "a"), ("_content", "\udc80 os")]
)
def test_half_a_character_is_refused(name: str, value: str) -> None:
    """Danger: a text that cannot be encoded breaks the server where it is hashed."""
    issue = refusal("Patient", (name, value))
    assert issue is not None
    assert issue.rule == "search.not-text"
    issue.text("fr").encode()


def test_lists_without_end_are_refused() -> None:
    """Danger: 100,000 alternatives in one value, or in chains, hold the server."""
    for name in ("name", "organization.name", "_content", "_has:Observation:patient:code"):
        issue = refusal("Patient", (name, ",".join(["os"] * 20_000)))
        assert issue is not None
        assert issue.code == "too-costly"
    long = refusal("Patient", ("name", ",".join(["os"] * 100_000)))
    assert long is not None
    assert long.rule == "search.too-long"


def test_lenient_handling_passes_over_what_is_not_understood() -> None:
    """Danger: a client that asked for leniency is refused, or not told what was ignored."""
    parameters = [("nam", "x"), ("name:in", "y"), ("_filter", "z"), ("family", "Martin")]
    parsed = parse_query(r4(), "Patient", parameters, zone=PARIS, lenient=True)
    assert [w.severity for w in parsed.warnings] == ["warning"] * 3
    assert parsed.query.used == (("family", "Martin"),)
    assert len(parsed.query.conditions) == 1
    with pytest.raises(Refused):
        parse_query(r4(), "Patient", [("birthdate", "nope")], zone=PARIS, lenient=True)


def test_supported_parameters_are_exactly_those_a_query_may_use() -> None:
    """Danger: the capability statement promises what is refused."""
    for resource_type in r4().resource_types:
        listed = {p.code for p in supported_parameters(r4(), resource_type)}
        for code in r4().parameters(resource_type):
            issue = refusal(resource_type, (f"{code}:missing", "true"))
            assert (issue is None) is (code in listed)


NAMES = st.sampled_from([
    "name", "birthdate", "identifier", "_id", "_has:Observation:patient:code", "link.name",
    "general-practitioner", "_sort", "_include", "_count", "_elements", "_lastUpdated",
])  # fmt: skip


@given(st.lists(st.tuples(NAMES | st.text(max_size=20), st.text(max_size=30)), max_size=5))
@settings(deadline=None)
def test_arbitrary_queries_are_read_or_refused(parameters: list[tuple[str, str]]) -> None:
    """Danger: a hostile query string becomes a server error."""
    refused = None
    used: Any = None
    try:
        used = query("Patient", *parameters).used
    except Refused as problem:
        refused = problem.refusal
    if refused is None:
        assert set(used) <= set(parameters)
    else:
        assert refused.category is Category.INVALID
        assert all(i.text("fr") and i.text("en") for i in refused.issues)


@given(
    st.sampled_from([
        ("Patient", "birthdate"), ("RiskAssessment", "probability"), ("Patient", "identifier"),
        ("Observation", "value-quantity"), ("Observation", "code-value-quantity"),
        ("Observation", "subject"), ("ValueSet", "url"),
    ]),
    st.text("0123456789eEgtlaspbn-+.:TZ|$,\\/ #é٣", max_size=24),
)  # fmt: skip
@settings(deadline=None, max_examples=400)
def test_arbitrary_values_are_read_or_refused(which: tuple[str, str], value: str) -> None:
    """Danger: a number or date at the edge of its grammar raises something else."""
    issue = refusal(which[0], (which[1], value))
    assert issue is None or issue.rule.startswith("search.")
