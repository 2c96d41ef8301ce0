"""Guards the outcome of one file."""

from hygie.insight.quality.outcomes import LINE, Findings, outcome_of
from hygie.limits import MAX_ISSUES
from hygie.refusal import Issue, Phrase, Severity


def issue(severity: Severity = "error") -> Issue:
    return Issue(severity=severity, code="value", rule="value.format", phrase=Phrase("f", "e"))


def test_errors_are_kept_however_many_warnings_come_before() -> None:
    """Guards: a file that fails, and an outcome that shows no error."""
    findings = Findings()
    findings.add(0, [issue("warning")] * (MAX_ISSUES + 50))
    findings.add(0, [issue()])
    kept = [found.issue for found in findings.kept()]
    assert findings.failed
    assert [one.severity for one in kept[-2:]] == ["error", "information"]
    assert kept[-1].details["count"] == "50"
    assert len(kept) == MAX_ISSUES + 2


def test_issues_of_lines_bear_their_line() -> None:
    """Guards: an issue in a file of a million lines that nobody finds."""
    findings = Findings()
    findings.add(7, [issue()])
    (one,) = outcome_of(findings.kept(), "fr")["issue"]
    assert one["extension"] == [{"url": LINE, "valueInteger": 7}]


def test_a_file_without_issues_says_so() -> None:
    """Guards: an OperationOutcome without issues, which is no valid one (R4 §2.36)."""
    assert outcome_of(Findings().kept(), "en")["issue"][0]["diagnostics"] == "All OK."
