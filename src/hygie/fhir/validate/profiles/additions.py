"""What a profile says of a value besides its parts: its profiles, its targets, its codes, rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hygie.fhir.packages import Definition
from hygie.fhir.validate.bindings import Bound, check_bound
from hygie.fhir.validate.invariants import invariant_check
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.bases import Bases, bound_in
from hygie.fhir.validate.profiles.model import CORE, Said
from hygie.fhir.validate.profiles.outside import Outside
from hygie.fhir.validate.profiles.values import Check
from hygie.fhir.validate.references.targets import Wanted, check_targets
from hygie.fhir.validate.report import Place, Report
from hygie.fhir.validate.siblings import Check as BaseCheck


@dataclass(frozen=True, slots=True)
class Where:
    """What a value is, and of what."""

    type: str
    path: str
    """Of the element in the base definitions (`Patient.contact.gender`)."""
    resource: str
    """The type of the resource that holds it; empty in the profile of a data type."""


class Additions:
    def __init__(self, outside: Outside, bases: Bases, definition: Definition) -> None:
        self._outside = outside
        self._bases = bases
        self._definition = definition

    def of(self, said: Said, where: Where) -> Iterator[Check]:
        yield from self._bindings(said, where)
        yield from self._profiles(said, where)
        yield from self._targets(said, where)
        yield from self._rules(said, where)

    def _bindings(self, said: Said, where: Where) -> Iterator[Check]:
        """Where it is not the one of the base, that is checked with the base."""
        bound = bound_in(said.binding, self._definition)
        if bound is None or self._bases.binds_alike(where.path, bound):
            return
        if bound.strength != "example" or bound.maximum or bound.additional:
            yield _bound(bound, where.type)

    def _rules(self, said: Said, where: Where) -> Iterator[Check]:
        """Those that the base does not have on the element or on its type."""
        registry = self._outside.registry
        known = self._bases.known_rules(where.type, where.path)
        for said_rule in said.constraint:
            if said_rule.expression and said_rule.key not in known:
                rule = said_rule.invariant(where.path)
                yield _rule(invariant_check(rule, where.type, registry, where.resource))

    def _profiles(self, said: Said, where: Where) -> Iterator[Check]:
        """Of an extension, its own definition is checked wherever it is met: not once more."""
        for type_ in said.type:
            urls = tuple(url for url in type_.profile if not self._is_base(url))
            narrows = type_.code == where.type != "Extension" and len(urls) == len(type_.profile)
            if narrows and urls and not self._bases.has_profile(where.path, type_):
                yield self._one(urls[0]) if len(urls) == 1 else self._one_of(urls)

    def _targets(self, said: Said, where: Where) -> Iterator[Check]:
        """Of a reference: those that the base has are checked with the base."""
        for type_ in said.type if where.type == "Reference" else ():
            profiles, near = type_.target_profile, self._definition.package
            if type_.code == where.type:
                profiles = () if self._bases.has_targets(where.path, type_) else profiles
                wanted = Wanted(profiles, type_.aggregation, type_.versioning, near)
                if any(wanted[:3]):
                    yield _target(wanted)

    def _is_base(self, url: str) -> bool:
        definition = self._outside.registry.types.get(url.removeprefix(CORE))
        return definition is not None and not definition.constrains

    def _one(self, url: str) -> Check:
        outside, near = self._outside, self._definition.package

        def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
            if value is not None:
                outside.check(url, value, place, report, near)

        return check

    def _one_of(self, urls: tuple[str, ...]) -> Check:
        outside, near = self._outside, self._definition.package
        shown = ", ".join(urls)

        def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
            if value is not None and not any(
                outside.conforms(url, value, report, near) for url in urls
            ):
                rule = "profile.type-profile"
                report.add("structure", rule, phrases.TYPE_PROFILE, place, profiles=shown)

        return check


def _bound(bound: Bound, type_name: str) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if value is not None:
            check_bound(value, type_name, bound, place, report)

    return check


def _target(wanted: Wanted) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        check_targets(value, wanted, place, report)

    return check


def _rule(invariant: BaseCheck) -> Check:
    def check(value: Any, _sibling: Any, place: Place, report: Report) -> None:
        if value is not None:
            invariant(value, place, report)

    return check
