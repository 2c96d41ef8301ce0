"""One rule, bound: what it asks of a value, and what it says when the value does not keep it."""

from collections.abc import Iterator, Mapping

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.path import Path, compile_path
from hygie.fhir.validate.reading import Json
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.fhir.validate.rules import phrases
from hygie.fhir.validate.rules.checks import CHECKS, Check
from hygie.fhir.validate.rules.model import Rule
from hygie.refusal import Category, Refused, refuse


class Judge(msgspec.Struct, frozen=True):
    """A rule with its expressions compiled and its function found."""

    rule: Rule
    on: str
    """The type of resource."""
    names: frozenset[str]
    """Of `Rule.named`: the systems or URLs it speaks of."""
    keeps: Check
    """Whether a value keeps the rule, or is not of those it speaks of. May raise Refused."""

    def broken(self, value: Json, place: Place, report: Report) -> None:
        """Reports that the value does not keep the rule."""
        rule = self.rule
        where = (place, rule.at, -1) if rule.at else place
        details = {"value": excerpt(value.get(rule.shows, ""))} if rule.shows else {}
        report.source = rule.source
        report.say(rule.severity, rule.code, rule.id, rule.phrase, where, **details)

    def not_evaluated(self, problem: Refused, place: Place, report: Report) -> None:
        """Not fatal: a rule that this value makes meaningless says nothing of the others."""
        report.source = self.rule.source
        issue = problem.refusal.issues[0]
        report.say(
            "warning", "incomplete", "rules.not-evaluated", phrases.NOT_EVALUATED, place,
            rule=self.rule.id, why=issue.text("fr"), why_en=issue.text("en"),
        )  # fmt: skip


def bind(rule: Rule, groups: Mapping[str, tuple[str, ...]], registry: Registry) -> Iterator[Judge]:
    """A rule, ready for each of its types of resources.

    Refused when it names what is not there, or when an expression is wrong.
    """
    if rule.named and rule.named not in groups:
        raise _wrong(rule, "named", rule.named)
    if bool(rule.test) == bool(rule.check):
        raise _wrong(rule, "test, check", rule.test or "-")
    if rule.check and rule.check not in CHECKS:
        raise _wrong(rule, "check", rule.check)
    names = frozenset(groups[rule.named]) if rule.named else frozenset()
    for on in rule.on:
        yield Judge(rule, on, names, _keeps(rule, on, registry))


def _keeps(rule: Rule, on: str, registry: Registry) -> Check:
    """The test of a rule, behind its conditions; the bare function when it has none."""
    judged = _judged_type(rule, on, registry)
    when = compile_path(rule.when, judged, registry, resource_type=on) if rule.when else None
    if rule.check:
        check = CHECKS[rule.check]
    else:
        check = _holds(compile_path(rule.test, judged, registry, resource_type=on))
    if not rule.needs and when is None:
        return check

    def keeps(value: Json, resource: Json, report: Report) -> bool:
        for name in rule.needs:
            if name not in value:
                return True
        if when is not None and when(value, report.environment, resource) != [True]:
            return True
        return check(value, resource, report)

    return keeps


def _holds(path: Path) -> Check:
    def holds(value: Json, resource: Json, report: Report) -> bool:
        return path(value, report.environment, resource) == [True]

    return holds


def _judged_type(rule: Rule, on: str, registry: Registry) -> str:
    if not registry.is_resource(on):
        raise _wrong(rule, "on", on)
    if not rule.each:
        return on
    for element in registry.types[on].elements:
        if element.name == rule.each and element.repeats:
            return element.types[0].name
    raise _wrong(rule, "each", rule.each)


def _wrong(rule: Rule, member: str, value: str) -> Refused:
    return refuse(
        Category.INVALID, "rules.wrong", phrases.WRONG_RULE,
        named=rule.id[:80], member=member, value=value[:80],
    )  # fmt: skip
