"""How the items of a slice are told: what its definition says at the end of a discriminator's path.

R4 profiling.html, "Discriminator": by a fixed value, a pattern or a required binding (`value`,
`pattern`), by whether something is there (`exists`), by type, by a profile.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from hygie.fhir.packages import Definition
from hygie.fhir.path.library.equality import every_answer
from hygie.fhir.path.model import is_a
from hygie.fhir.validate.bindings import Bound
from hygie.fhir.validate.context import Membership
from hygie.fhir.validate.profiles.bases import bound_in
from hygie.fhir.validate.profiles.items import Item
from hygie.fhir.validate.profiles.model import Discriminator
from hygie.fhir.validate.profiles.outside import Outside
from hygie.fhir.validate.profiles.paths import Step, follow, steps
from hygie.fhir.validate.profiles.probing import passes
from hygie.fhir.validate.profiles.tree import Spec
from hygie.fhir.validate.profiles.values import Check, pattern_test, same, shown
from hygie.fhir.validate.profiles.walk import Walk, codes_of, profiles_of
from hygie.fhir.validate.report import Report

Answer = bool | None
"""None: it cannot be told, a value set is not known here."""
Test = Callable[[Item, Report], Answer]
Plain = Callable[[Any], bool]


class Criterion(NamedTuple):
    """One way to tell a slice."""

    test: Test
    by: str
    """For a person: `system = http://loinc.org`."""
    plain: Plain | None = None
    """The same test of the JSON of an item alone, where that is enough: most are of this kind."""
    member: str = ""
    key: str = ""
    """When the test is that one member of the item is this very text."""


class Criteria:
    """Makes the criteria of slices, within one profile."""

    def __init__(
        self,
        outside: Outside,
        definition: Definition,
        walk: Walk,
        check: Callable[[Spec, str], Check | None],
    ) -> None:
        self._outside = outside
        self._definition = definition
        self._walk = walk
        self._check = check

    def of(self, slice_: Spec, discriminators: Iterable[Discriminator]) -> list[Criterion] | None:
        """What all hold of the items of a slice; None when a discriminator tells nothing of it."""
        found: list[Criterion] = []
        for discriminator in discriminators:
            path = steps(discriminator.path)
            made = None if path is None else self._criterion(slice_, discriminator, path)
            if made is None:
                return None
            found.append(made)
        return found or None

    def _criterion(
        self, slice_: Spec, discriminator: Discriminator, path: tuple[Step, ...]
    ) -> Criterion | None:
        specs = self._walk.at(slice_, path)
        match discriminator.type:
            case "value" | "pattern":
                return self._by_value(specs, discriminator.path, path) or self._by_existence(
                    specs, discriminator.path, path
                )
            case "exists":
                return self._by_existence(specs, discriminator.path, path)
            case "type":
                return self._by_type(specs, discriminator.path, path)
            case "profile":
                return self._by_profile(specs, discriminator.path, path)
        return None

    # --- kinds ----------------------------------------------------------------------------
    def _by_value(self, specs: list[Spec], label: str, path: tuple[Step, ...]) -> Criterion | None:
        tests = [test for spec in specs for test in self._tests(spec)]
        if not tests:
            return None
        by = " ".join(dict.fromkeys(f"{label} {told}" for _, told in tests))
        plain = plain_test(specs, path) if len(tests) == 1 else None
        key = _text(specs) if plain and len(path) == 1 else ""
        member = path[0].name if key else ""
        test = self._somewhere([test for test, _ in tests], path)
        return Criterion(test, by, plain, member, key)

    def _tests(self, spec: Spec) -> Iterator[tuple[Test, str]]:
        if fixed := spec.said.value("fixed"):
            yield _equals(fixed[1]), f"= {shown(fixed[1])}"
        elif pattern := spec.said.value("pattern"):
            yield _includes(pattern[1]), f"= {shown(pattern[1])}"
        elif below := self._below(spec):
            yield below
        elif (bound := self._bound(spec)) and bound.strength == "required":
            yield _member(bound), f"∈ {bound.value_set}"

    def _bound(self, spec: Spec) -> Bound | None:
        return bound_in(spec.said.binding, self._definition)

    def _below(self, spec: Spec) -> tuple[Test, str] | None:
        """By what is said of the parts of a value, where nothing is said of it whole."""
        values = list(_values_below(spec))
        checks: dict[str, Check | None] = {}

        def test(item: Item, report: Report) -> bool:
            if item.type not in checks:
                checks[item.type] = self._check(spec, item.type)
            check = checks[item.type]
            return check is None or passes(check, item.value, item.sibling, report)

        return (test, f"= {', '.join(values)}") if values else None

    def _by_existence(
        self, specs: list[Spec], label: str, path: tuple[Step, ...]
    ) -> Criterion | None:
        said = [spec.said for spec in specs]
        if any(one.maximum == 0 for one in said):
            present = self._somewhere([_is_there], path)
            return Criterion(lambda item, report: not present(item, report), f"{label} ∄")
        if any(one.min > 0 for one in said):
            return Criterion(self._somewhere([_is_there], path), f"{label} ∃")
        return None

    def _by_type(self, specs: list[Spec], label: str, path: tuple[Step, ...]) -> Criterion | None:
        codes = sorted({code for spec in specs for code in codes_of(spec)})
        registry = self._outside.registry

        def test(item: Item, _report: Report) -> bool:
            return any(is_a(registry, item.type, code) for code in codes)

        by = f"{label} : {', '.join(codes)}"
        return Criterion(self._somewhere([test], path), by) if codes else None

    def _by_profile(
        self, specs: list[Spec], label: str, path: tuple[Step, ...]
    ) -> Criterion | None:
        profiles = sorted({url for spec in specs for url in profiles_of(spec)})
        outside, near = self._outside, self._definition.package

        def test(item: Item, report: Report) -> bool:
            return any(outside.conforms(url, item.value, report, near) for url in profiles)

        by = f"{label} : {', '.join(profiles)}"
        return Criterion(self._somewhere([test], path), by) if profiles else None

    # --- along the path -------------------------------------------------------------------
    def _somewhere(self, tests: list[Test], path: tuple[Step, ...]) -> Test:
        """Whether each test holds for some item at the end of the path."""
        registry, resolve = self._outside.registry, self._outside.resolve

        def test(item: Item, report: Report) -> Answer:
            found = follow([item], path, registry, resolve, report) if path else [item]
            return every_answer(any_answer(one(f, report) for f in found) for one in tests)

        return test


def _member(bound: Bound) -> Test:
    def test(item: Item, report: Report) -> Answer:
        terms = report.context.terms
        if terms is None:
            return None
        return any_answer(
            MEMBER[terms.member(bound.value_set, system, code, bound.near, bound.holder)]
            for system, code in codings(item.value)
        )

    return test


MEMBER: Final = {Membership.IN: True, Membership.OUT: False, Membership.UNKNOWN: None}


def any_answer(answers: Iterable[Answer]) -> Answer:
    unknown = False
    for answer in answers:
        if answer:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def codings(value: Any) -> Iterator[tuple[str, str]]:
    """System and code of a code, a Coding or a CodeableConcept."""
    if type(value) is str:
        yield "", value
    elif type(value) is dict:
        inner = value.get("coding")
        for coding in inner if type(inner) is list else [value]:
            if type(coding) is dict and type(coding.get("code")) is str:
                yield str(coding.get("system") or ""), coding["code"]


def _equals(expected: Any) -> Test:
    return lambda item, _: same(item.value, expected)


def _includes(expected: Any) -> Test:
    matches = pattern_test(expected)
    return lambda item, _: matches(item.value)


def _is_there(_item: Item, _report: Report) -> bool:
    return True


def _values_below(spec: Spec) -> Iterator[str]:
    """What is fixed of the parts of a value, as a person reads it."""
    for name, child in spec.children.items():
        for part in (child, *child.slices.values()):
            value = part.said.value("fixed") or part.said.value("pattern")
            if value:
                yield f"{name} {shown(value[1])}"
            yield from _values_below(part)


# --- what the JSON alone tells ------------------------------------------------------------
def plain_test(specs: list[Spec], path: tuple[Step, ...]) -> Plain | None:
    """The test of one fixed value or pattern at the end of a path of plain elements."""
    said = [value for spec in specs for value in _stated(spec)]
    if len(said) != 1 or any(step.kind != "element" for step in path):
        return None
    names = [step.name for step in path]
    stem, expected = said[0]
    agrees = pattern_test(expected) if stem == "pattern" else partial(same, expected)
    if type(expected) is str:
        return _text_at(names, expected)
    return lambda value: any(map(agrees, values_at(value, names)))


def all_plain(criteria: list[Criterion]) -> Plain | None:
    """The test of all criteria by the JSON of an item; None where that is not enough."""
    if not criteria or criteria[0].plain is None:
        return None
    first, others = criteria[0].plain, all_plain(criteria[1:])
    if others is None:
        return first if len(criteria) == 1 else None
    return lambda value: first(value) and others(value)


def _text_at(names: list[str], expected: str) -> Plain:
    if len(names) != 1:
        return lambda value: expected in values_at(value, names)
    name = names[0]

    def test(value: Any) -> bool:
        found = value.get(name) if type(value) is dict else None
        return found == expected or (type(found) is list and expected in found)

    return test


def values_at(value: Any, names: list[str]) -> list[Any]:
    """The JSON at the end of a path of members, through arrays."""
    found = [value]
    for name in names:
        below: list[Any] = []
        for one in found:
            inner = one.get(name) if type(one) is dict else None
            if type(inner) is list:
                below += inner
            elif inner is not None:
                below.append(inner)
        found = below
    return found


def _stated(spec: Spec) -> Iterator[tuple[str, Any]]:
    for stem in ("fixed", "pattern"):
        if value := spec.said.value(stem):
            yield stem, value[1]


def _text(specs: list[Spec]) -> str:
    """The text that is fixed, or a pattern, where it is one."""
    said = [value for spec in specs for _, value in _stated(spec)]
    return said[0] if len(said) == 1 and type(said[0]) is str else ""
