"""A short way to ask what is found in a response to a questionnaire."""

import contextlib
from collections.abc import Mapping
from typing import Any

from hygie.fhir.packages import Definition, Library
from hygie.fhir.validate.context import Context, Membership
from hygie.fhir.validate.questionnaires import check_questionnaire_response
from hygie.fhir.validate.report import EnoughIssuesError, Report
from hygie.refusal import Issue

URL = "https://example.org/Questionnaire/admission"
COUNTRIES = "https://example.org/ValueSet/countries"


class FewTerms:
    """A terminology of one value set, of two codes."""

    def member(self, value_set: str, system: str, code: str, near: str = "") -> Membership:
        if value_set != COUNTRIES:
            return Membership.UNKNOWN
        known = system in ("", "urn:iso:std:iso:3166") and code in ("FR", "BE")
        return Membership.IN if known else Membership.OUT

    def known(self, system: str, code: str, version: str = "", near: str = "") -> Membership:
        return Membership.UNKNOWN

    def displays(self, system: str, code: str) -> frozenset[str]:
        return frozenset()


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
    library = Library([Definition(questionnaire)] if questionnaire else [])
    report = Report(Context(library=library, terms=FewTerms()))
    report.root = root or answered
    report.resource = answered
    with contextlib.suppress(EnoughIssuesError):
        check_questionnaire_response(answered, (None, "QuestionnaireResponse", -1), report)
    for issue in report.issues:
        assert issue.text("fr") != issue.text("en")
    return report.issues


def found(questionnaire: Any, answered: Any) -> list[tuple[str, str, str]]:
    """Severity, rule, and place within the response, of each issue."""
    short = [
        (i.rule.removeprefix("questionnaire."), i.location.removeprefix("QuestionnaireResponse"), i)
        for i in issues(questionnaire, answered)
    ]
    return [(issue.severity, rule, place) for rule, place, issue in short]
