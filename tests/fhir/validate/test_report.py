"""Guards the bounds of what is reported."""

import pytest

from hygie.fhir.validate.report import EnoughIssuesError, Report
from hygie.limits import MAX_ISSUES
from hygie.refusal import Phrase

SAID = Phrase("f", "e")
ROOT = (None, "Patient", -1)


def test_remarks_without_end_hide_no_error() -> None:
    """Danger: a resource with two hundred warnings before its first error is stored."""
    report = Report()
    for _ in range(3 * MAX_ISSUES):
        report.say("warning", "value", "a.b", SAID, ROOT)
    report.add("value", "c.d", SAID, ROOT)
    assert len(report.issues) == MAX_ISSUES + 2
    assert [issue.rule for issue in report.issues[-2:]] == ["structure.more", "c.d"]


def test_errors_are_bounded_too() -> None:
    """Danger: a megabyte of errors for a megabyte of bad data."""
    report = Report()
    report.say("information", "value", "a.b", SAID, ROOT)
    for _ in range(MAX_ISSUES):
        report.add("value", "c.d", SAID, ROOT)
    with pytest.raises(EnoughIssuesError):
        report.add("value", "c.d", SAID, ROOT)
    assert len(report.issues) == MAX_ISSUES + 2
    assert report.issues[-1].rule == "structure.more"
