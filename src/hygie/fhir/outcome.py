"""Issues as an OperationOutcome (R4 §2.36)."""

from collections.abc import Sequence
from typing import Any

from hygie.refusal import Issue, Language

RULE_SYSTEM = "urn:hygie:rule"
SOURCE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source"
"""Extension: where the rule comes from."""


def operation_outcome(issues: Sequence[Issue], language: Language) -> dict[str, Any]:
    """An OperationOutcome; an informational "ok" when there are no issues."""
    if not issues:
        ok = "Aucun problème." if language == "fr" else "All OK."
        entry = {"severity": "information", "code": "informational", "diagnostics": ok}
        return {"resourceType": "OperationOutcome", "issue": [entry]}
    return {"resourceType": "OperationOutcome", "issue": [_issue(i, language) for i in issues]}


def _issue(issue: Issue, language: Language) -> dict[str, Any]:
    system, code = issue.kind or (RULE_SYSTEM, issue.rule)
    coding = {"coding": [{"system": system, "code": code}]} if code else {}
    rendered: dict[str, Any] = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {**coding, "text": issue.text(language)},
    }
    if issue.source:
        rendered["extension"] = [{"url": SOURCE, "valueString": issue.source}]
    if issue.location:
        rendered["expression"] = [issue.location]
    return rendered
