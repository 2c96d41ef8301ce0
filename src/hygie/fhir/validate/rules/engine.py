"""Rules bound to what they judge, in one table by type of resource.

A type without rules costs one look-up. An identifier is judged by the rules of its system alone,
found by one more; sentences and places are made for faults only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from hygie.fhir.validate.reading import Json
from hygie.fhir.validate.report import Place, Report
from hygie.fhir.validate.rules.judge import Judge
from hygie.refusal import Refused

Judges = tuple[Judge, ...]
IDENTIFIER: Final = "identifier"


class Member(msgspec.Struct, frozen=True):
    """The rules of the items of one element."""

    name: str
    key: str
    """The member of an item that names it: `url` of an extension, else `system`."""
    of_name: Mapping[str, Judges]
    """Names whose rules are of the whole resource have none here."""
    of_all: Judges


class Plan(msgspec.Struct, frozen=True):
    """The rules of one type of resource."""

    members: tuple[Member, ...]
    whole: Judges
    """Without names, or judged when an item of one of their names was met."""


class RuleSet:
    """The rules of some packs. Immutable; safe to share between threads."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        self.rules = tuple({judge.rule.id: judge.rule for judge in judges}.values())
        types = {judge.on for judge in judges}
        self._plans = {name: _plan([j for j in judges if j.on == name]) for name in types}

    def check(self, resource: Json, place: Place, report: Report) -> None:
        """Reports every rule that a resource breaks; its structure has been checked before.

        Raises nothing but `EnoughIssuesError`. Cost: some µs for a patient with an INS.
        """
        plan = self._plans.get(resource["resourceType"])
        if plan is None:
            return
        source = report.source
        met: set[str] = set()
        for member in plan.members:
            _check_member(member, resource, place, report, met)
        for judge in plan.whole:
            if not judge.names or not judge.names.isdisjoint(met):
                _check(judge, resource, resource, place, report)
        report.source = source


def _check_member(
    member: Member, resource: Json, place: Place, report: Report, met: set[str]
) -> None:
    items = resource.get(member.name)
    if type(items) is not list:
        return
    for index, item in enumerate(items):
        if type(item) is not dict:
            continue
        name = item.get(member.key)
        where = (place, member.name, index)
        if type(name) is str and name in member.of_name:
            if item.get("use") != "old":
                met.add(name)
            for judge in member.of_name[name]:
                _check(judge, item, resource, where, report)
        for judge in member.of_all:
            _check(judge, item, resource, where, report)


def _check(judge: Judge, value: Json, resource: Json, place: Place, report: Report) -> None:
    try:
        if not judge.keeps(value, resource, report):
            judge.broken(value, place, report)
    except Refused as problem:
        judge.not_evaluated(problem, place, report)


def _plan(judges: Sequence[Judge]) -> Plan:
    whole = tuple(judge for judge in judges if not judge.rule.each)
    looked_for = {name for judge in whole for name in judge.names}
    members: dict[str, list[Judge]] = {IDENTIFIER: []} if looked_for else {}
    for judge in judges:
        if judge.rule.each:
            members.setdefault(judge.rule.each, []).append(judge)
    made = (
        _member(name, found, looked_for if name == IDENTIFIER else ())
        for name, found in members.items()
    )
    return Plan(tuple(made), whole)


def _member(name: str, judges: Sequence[Judge], looked_for: Iterable[str]) -> Member:
    of_name: dict[str, Judges] = dict.fromkeys(looked_for, ())
    for judge in judges:
        for named in judge.names:
            of_name[named] = (*of_name.get(named, ()), judge)
    key = "url" if name in ("extension", "modifierExtension") else "system"
    return Member(name, key, of_name, tuple(judge for judge in judges if not judge.names))
