"""A short way to ask what is found in a response to a questionnaire."""

import contextlib
from collections.abc import Mapping
from typing import Any

from hygie.fhir.packages import Definition, Library
from hygie.fhir.terminology import Terms
from hygie.fhir.validate.context import Context
from hygie.fhir.validate.questionnaires import check_questionnaire, check_questionnaire_response
from hygie.fhir.validate.report import EnoughIssuesError, Report
from hygie.refusal import Issue

URL = "https://example.org/Questionnaire/admission"
COUNTRIES = "https://example.org/ValueSet/countries"


Short = tuple[str, str, str]
"""Severity, rule, and place within the resource, of an issue."""
LIST: dict[str, Any] = {
    "resourceType": "ValueSet",
    "url": COUNTRIES,
    "status": "active",
    "compose": {
        "include": [{"system": "urn:iso:std:iso:3166", "concept": [{"code": "FR"}, {"code": "BE"}]}]
    },
}


def form(*items: Any, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "url": URL, "status": "active", "item": [*items],
            **members}  # fmt: skip


def response(*items: Any, **members: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "questionnaire": URL, "status": "completed",
            "item": [*items], **members}  # fmt: skip


def question(link_id: str, type_: str, *items: Any, **members: Any) -> dict[str, Any]:
    found = {"linkId": link_id, "type": type_, **members}
    return {**found, "item": [*items]} if items else found


def extension(name: str, **value: Any) -> dict[str, Any]:
    base = "http://hl7.org/fhir/StructureDefinition/"
    return {"url": name if ":" in name else base + name, **value}


def given(link_id: str, *answers: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"linkId": link_id, **members}
    return {**found, "answer": list(answers)} if answers else found


def issues(questionnaire: Any, answered: Any, root: Any = None) -> list[Issue]:
    known = [LIST, questionnaire] if questionnaire else [LIST]
    return _checked(check_questionnaire_response, answered, known, root)


def found(questionnaire: Any, answered: Any) -> list[Short]:
    """Of a response."""
    return _short(issues(questionnaire, answered))


def form_issues(questionnaire: Any, *others: Any) -> list[Short]:
    """Of a questionnaire, where others are known."""
    return _short(_checked(check_questionnaire, questionnaire, [LIST, *others]))


def _short(issues: list[Issue]) -> list[Short]:
    return [
        (i.severity, i.rule.removeprefix("questionnaire."), i.location.partition(".")[1]
         + i.location.partition(".")[2])
        for i in issues
    ]  # fmt: skip


def _checked(check: Any, resource: Any, known: list[Any], root: Any = None) -> list[Issue]:
    library = Library(Definition(resource) for resource in known)
    report = Report(Context(library=library, terms=Terms(library)))
    report.root = root or resource
    report.resource = resource
    with contextlib.suppress(EnoughIssuesError):
        check(resource, (None, str(resource["resourceType"]), -1), report)
    for issue in report.issues:
        assert issue.text("fr") != issue.text("en")
    return report.issues
