"""Problems of a request: what is kept of many."""

import pytest

from hygie.limits import MAX_ISSUES
from hygie.refusal import Category, Issue, Phrase, Refused, Severity
from hygie.store.interactions.problems import Problems


def issue(severity: Severity) -> Issue:
    return Issue(severity=severity, code="value", rule="x", phrase=Phrase("fr", "en"))


def test_warnings_leave_room_for_errors() -> None:
    """Danger: an entry with a thousand warnings lets the invalid one after it be stored."""
    problems = Problems()
    problems.extend(Category.INVALID, [issue("warning")] * (MAX_ISSUES + 1))
    assert not problems
    problems.extend(Category.UNPROCESSABLE, [issue("error")])
    assert problems
    with pytest.raises(Refused) as refused:
        problems.refuse_if_any()
    assert refused.value.refusal.category is Category.UNPROCESSABLE
    assert refused.value.refusal.issues[0].severity == "error"


def test_errors_are_bounded() -> None:
    """Danger: an answer of a million issues."""
    problems = Problems()
    problems.extend(Category.INVALID, [issue("error")] * (MAX_ISSUES + 1))
    with pytest.raises(Refused) as refused:
        problems.refuse()
    assert len(refused.value.refusal.issues) == MAX_ISSUES
