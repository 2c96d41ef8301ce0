"""One invariant as a check, and what is said when it is broken or cannot be evaluated."""

from typing import Any

from hygie.fhir.definitions import Registry
from hygie.fhir.definitions.model import Invariant
from hygie.fhir.path.items import is_primitive_json
from hygie.fhir.path.model import is_primitive
from hygie.fhir.validate.invariants import phrases
from hygie.fhir.validate.invariants.compiled import compile_invariant
from hygie.fhir.validate.report import Place, Report
from hygie.fhir.validate.siblings import Check
from hygie.refusal import Refused, Severity


def invariant_check(
    rule: Invariant, type_name: str, registry: Registry, resource_type: str = ""
) -> Check:
    """A check of one rule on values of one type. Never raises: a rule that is none says so, and
    what is of another type, which has been reported, is not looked at."""
    primitive = is_primitive(registry, type_name)
    try:
        path = compile_invariant(rule.expression, type_name, registry, resource_type)
    except Refused as refused:
        reason = refused

        def check_none(_: Any, place: Place, report: Report) -> None:
            not_evaluated(rule, reason, place, report)

        return check_none

    def check(value: Any, place: Place, report: Report) -> None:
        if not (is_primitive_json(value, type_name) if primitive else type(value) is dict):
            return
        try:
            found = path(value, report.environment, report.resource)
        except Refused as refused:
            not_evaluated(rule, refused, place, report)
        else:
            if found and found[0] is False:
                broken(rule, place, report)

    return check


def broken(rule: Invariant, place: Place, report: Report) -> None:
    """Says so with the severity of the rule; of best practice, with that of the context."""
    severity: Severity | None = rule.severity
    if rule.best_practice:
        severity = report.context.best_practice
    if severity:
        details = {"key": rule.key, "human": rule.human}
        name = f"invariant.{rule.key}"
        report.say(severity, "invariant", name, phrases.BROKEN, place, **details)


def not_evaluated(rule: Invariant, refused: Refused, place: Place, report: Report) -> None:
    """A rule that does not compile, or that fails on this value: reported, never fatal."""
    issue = refused.refusal.issues[0]
    details = {"key": rule.key, "reason": issue.text("fr"), "reason_en": issue.text("en")}
    phrase = phrases.NOT_EVALUATED
    report.say("warning", "processing", "invariant.not-evaluated", phrase, place, **details)
