"""Guards what is done with what validation finds: a table of policies and issues."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.policy import Clause, Effect, Policy, Requirement, Silence, judge, required
from hygie.fhir.policy.judging import is_of_r4
from hygie.refusal import Issue, Phrase, Severity

DAY = date(2026, 6, 1)
CORE = "https://x/core"


def issue(
    rule: str = "fr.ins-key",
    severity: Severity = "error",
    location: str = "Patient.identifier[0].value",
    source: str = "",
) -> Issue:
    return Issue(
        severity=severity, code="value", rule=rule, phrase=Phrase("f", "e"),
        location=location, source=source,
    )  # fmt: skip


def silence(
    rule: str = "fr.ins-key", place: str = "", source: str = "LABO", until: date = DAY
) -> Silence:
    return Silence(
        id=1, source=source, rule=rule, place=place, motive="m", author="a",
        since=datetime(2026, 1, 1, tzinfo=UTC), until=until,
    )  # fmt: skip


def clause(
    severity: Severity,
    effect: Effect,
    *,
    source: str = "*",
    rule: str = "*",
    profile: str = "*",
    type_: str = "*",
) -> Clause:
    return Clause(
        source=source, rule=rule, profile=profile, type=type_, severity=severity, effect=effect
    )


@pytest.mark.parametrize(
    ("clauses", "found", "effect"),
    [
        ((), issue(), "quarantine"),
        ((), issue(severity="warning"), "accept"),
        ((clause("error", "refuse"),), issue(), "refuse"),
        ((clause("error", "accept"),), issue(), "accept"),
        ((clause("warning", "quarantine"),), issue(severity="warning"), "quarantine"),
        ((clause("error", "accept", source="OTHER"),), issue(), "quarantine"),
        ((clause("error", "accept", type_="Observation"),), issue(), "quarantine"),
        ((clause("error", "accept", profile=CORE),), issue(), "quarantine"),
        ((clause("error", "accept", profile=CORE),), issue(source=f"{CORE}|2.2.0"), "accept"),
        (
            (clause("error", "accept", source="LABO"), clause("error", "refuse", type_="Patient")),
            issue(),
            "accept",
        ),
        (
            (clause("error", "accept", profile=CORE), clause("error", "refuse", type_="Patient")),
            issue(source=CORE),
            "accept",
        ),
        ((clause("error", "refuse"), clause("error", "accept")), issue(), "accept"),
        ((clause("error", "accept", rule="fr.*"),), issue(), "accept"),
        ((clause("error", "accept", rule="fr.ins-key"),), issue(), "accept"),
        ((clause("error", "accept", rule="f.*"),), issue(), "quarantine"),
        (
            (clause("error", "accept", rule="fr.ins-key"), clause("error", "refuse", rule="fr.*")),
            issue(),
            "accept",
        ),
        ((clause("error", "accept"),), issue("structure.required"), "quarantine"),
        ((clause("error", "refuse"),), issue("structure.required"), "refuse"),
        ((clause("error", "accept"),), issue("invariant.x-1", source=CORE), "accept"),
    ],
)
def test_the_most_particular_clause_counts(
    clauses: tuple[Clause, ...], found: Issue, effect: Effect
) -> None:
    """Guards: a rule for one source that changes what is done for the others, or for none."""
    verdict = judge(Policy(clauses=clauses), [found], "LABO", DAY)
    assert verdict.effect == effect
    shown = {"refuse": {"fatal"}, "quarantine": {"error"}, "accept": {"warning", "information"}}
    assert verdict.issues[0].severity in shown[effect]


@pytest.mark.parametrize(
    ("kept", "found", "silenced"),
    [
        (silence(), issue(), True),
        (silence(source="*"), issue(), True),
        (silence(source="OTHER"), issue(), False),
        (silence("fr.other"), issue(), False),
        (silence(until=date(2026, 5, 31)), issue(), False),
        (silence(place="Patient.identifier"), issue(), True),
        (silence(place="Patient.identifier[3]"), issue(), True),
        (silence(place="Patient.ident"), issue(), False),
        (silence(place="Patient.name"), issue(), False),
        (silence(place="Patient.identifier.value.extension"), issue(), False),
        (
            silence(place="Patient.identifier"),
            issue(location="Bundle.entry[4].resource.identifier[0]"),
            True,
        ),
        (silence("structure.required"), issue("structure.required"), False),
        (silence("structure.x"), issue("structure.x", severity="warning"), True),
        (silence("invariant.pat-1"), issue("invariant.pat-1"), False),
        (silence("invariant.x-1"), issue("invariant.x-1", source=CORE), True),
    ],
)
def test_a_silence_covers_its_rule_source_place_and_time(
    kept: Silence, found: Issue, silenced: bool
) -> None:
    """Guards: a silence that hides more than it says, or what makes the store invalid."""
    verdict = judge(Policy(silences=(kept,)), [found], "LABO", DAY)
    assert verdict.silenced == ((found,) if silenced else ())
    assert bool(verdict.issues) is not silenced


def test_a_lifted_silence_is_kept_and_holds_no_more() -> None:
    """Guards: a history that forgets who was silenced."""
    lifted = Silence(
        id=1, source="LABO", rule="fr.ins-key", motive="m", author="a",
        since=datetime(2026, 1, 1, tzinfo=UTC), until=DAY, lifted_at=datetime.now(UTC),
    )  # fmt: skip
    assert judge(Policy(silences=(lifted,)), [issue()], "LABO", DAY).effect == "quarantine"


def test_required_profiles_by_source_and_type() -> None:
    """Guards: a profile required of the wrong ones."""
    policy = Policy(
        requirements=(
            Requirement(type="Patient", profile=CORE),
            Requirement(source="LABO", type="Patient", profile="https://x/labo"),
            Requirement(source="LABO", type="Observation", profile="https://x/o"),
        )
    )
    assert required(policy, "LABO", "Patient") == (CORE, "https://x/labo")
    assert required(policy, "OTHER", "Patient") == (CORE,)
    assert required(policy, "OTHER", "Observation") == ()


SEVERITIES: st.SearchStrategy[Severity] = st.sampled_from(
    ["fatal", "error", "warning", "information"]
)
ISSUES = st.builds(
    issue,
    rule=st.sampled_from(["structure.x", "value.y", "invariant.z", "fr.a", "profile.b"]),
    severity=SEVERITIES,
    source=st.sampled_from(["", CORE, "http://hl7.org/fhir/StructureDefinition/Patient"]),
)
CLAUSES = st.builds(
    clause, SEVERITIES, st.sampled_from(["refuse", "quarantine", "accept"]),
    source=st.sampled_from(["*", "LABO"]), profile=st.sampled_from(["*", CORE]),
)  # fmt: skip
SILENCES = st.builds(
    silence, st.sampled_from(["structure.x", "value.y", "invariant.z", "fr.a", "profile.b"])
)


@given(
    st.lists(ISSUES, max_size=8),
    st.lists(CLAUSES, max_size=6).map(tuple),
    st.lists(SILENCES, max_size=4).map(tuple),
)
def test_no_policy_lets_in_what_r4_forbids(
    found: list[Issue], clauses: tuple[Clause, ...], silences: tuple[Silence, ...]
) -> None:
    """Guards: a store that is no longer valid R4, by whatever combination of words in a file."""
    verdict = judge(Policy(clauses=clauses, silences=silences), found, "LABO", DAY)
    if any(map(is_of_r4, found)):
        assert verdict.effect != "accept"
    assert len(verdict.issues) + len(verdict.silenced) == len(found)
    stopped = any(one.severity in ("fatal", "error") for one in verdict.issues)
    assert stopped is (verdict.effect != "accept")


@pytest.mark.parametrize(
    ("rule", "clauses", "stops"),
    [
        ("reference.canonical", (), False),
        ("bundle.full-url-id", (), False),
        ("coding.unknown-code", (), False),
        ("reference.target", (), True),
        ("structure.required", (), True),
        ("profile.minimum", (), True),
        ("fr.ins-traits-family", (), False),
        ("fr.ins-key", (clause("error", "quarantine", rule="fr.*"),), True),
        ("coding.unknown-code", (clause("error", "quarantine", rule="coding.*"),), True),
    ],
)
def test_a_write_is_stopped_by_what_is_wrong_with_it(
    rule: str, clauses: tuple[Clause, ...], stops: bool
) -> None:
    """Guards: a result that no doctor sees because of a link in its narrative."""
    found = issue(rule)
    written = judge(Policy(clauses=clauses), [found], "LABO", DAY, writing=True)
    assert (written.effect != "accept") is stops
    assert judge(Policy(clauses=clauses), [found], "LABO", DAY).issues[0].severity == "error"
