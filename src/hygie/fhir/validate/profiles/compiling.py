"""Snapshot -> checks: what a profile adds to its base, and nothing else.

An element that says no more than its type is left out, with all below it: a profile of some
hundred elements comes to a few dozen small functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from msgspec import structs

from hygie.fhir.definitions import Registry
from hygie.fhir.path.model import is_abstract, is_primitive
from hygie.fhir.validate.profiles import model
from hygie.fhir.validate.profiles.additions import Additions, Where
from hygie.fhir.validate.profiles.criteria import Criteria, all_plain
from hygie.fhir.validate.profiles.items import Slot, slot
from hygie.fhir.validate.profiles.limits import limit_checks
from hygie.fhir.validate.profiles.members import Member, of_object
from hygie.fhir.validate.profiles.model import Discriminator, Said, Typed
from hygie.fhir.validate.profiles.slicing import ANY_TYPE, Checks, Slice, Slicing, keyed
from hygie.fhir.validate.profiles.tree import Spec, whole
from hygie.fhir.validate.profiles.values import Check, value_checks
from hygie.fhir.validate.profiles.walk import codes_of
from hygie.fhir.validate.report import Place, Report

DEFAULT: Final = "@default"
BY_URL: Final = (Discriminator("value", "url"),)
BY_TYPE: Final = (Discriminator("type", "$this"),)


@dataclass(slots=True)
class _Later:
    """The check of an element that another refers to, made while it is being made."""

    check: Check | None = None

    def __call__(self, value: Any, sibling: Any, place: Place, report: Report) -> None:
        if self.check is not None:
            self.check(value, sibling, place, report)


class Compilation:
    """Makes the check of one profile."""

    def __init__(
        self, registry: Registry, root: Spec, additions: Additions, criteria: Criteria
    ) -> None:
        self._registry = registry
        self._root = root
        self._additions = additions
        self._criteria = criteria
        self._referred: dict[str, _Later] = {}

    def check(self, type_name: str) -> Check | None:
        """The check of the values of the profile; None when it adds nothing."""
        kind = self._registry.types[type_name].kind
        resource = type_name if kind == "resource" else ""
        return self.value(self._root, Where(type_name, type_name, resource))

    def part(self, spec: Spec, type_name: str) -> Check | None:
        """The check of a value by itself, wherever it stands."""
        known = self._registry.types.get(type_name)
        return self.value(spec, Where(type_name, type_name, "")) if known else None

    # --- values ---------------------------------------------------------------------------
    def value(self, spec: Spec, where: Where) -> Check | None:
        """What is said of one value, of a type: by itself, and of its parts."""
        said = spec.said
        alone = [*value_checks(said, self._registry), *limit_checks(said)]
        checks = [*alone, *self._additions.of(said, where)]
        if below := self._parts(spec, where):
            checks.append(below)
        return _every(checks)

    def _parts(self, spec: Spec, where: Where) -> Check | None:
        if spec.said.content_reference and not spec.children:
            return self._reference(spec.said.content_reference, where)
        members = self._members(spec.children, where)
        check = of_object(members, self._registry)
        if check is None or not is_primitive(self._registry, where.type):
            return check
        return _of_sibling(check)

    def _reference(self, reference: str, where: Where) -> Check | None:
        """What the profile says of the parts of another element holds here too."""
        path = reference.partition("#")[2]
        if path in self._referred:
            return self._referred[path]
        target = _at(self._root, path)
        if target is None:
            return None
        later = self._referred[path] = _Later()
        later.check = self._parts(target, where) if target.children else None
        return later if later.check else None

    def _members(self, children: dict[str, Spec], where: Where) -> list[Member]:
        return [
            self._member(spec, wanted, where, f"{where.type}.{name}")
            for name, (wanted, spec) in self._elements(children, where.type).items()
        ]

    def _elements(self, children: dict[str, Spec], type_name: str) -> dict[str, tuple[Slot, Spec]]:
        """The elements that the type has; `valueQuantity` is a slice of `value[x]`."""
        found: dict[str, tuple[Slot, Spec]] = {}
        for name, spec in children.items():
            wanted = slot(self._registry, type_name, name)
            if wanted is None:
                continue
            if wanted.name == name:
                found[name] = wanted, spec
            else:
                stem = found.setdefault(wanted.name, (wanted, _unsliced(spec, name, wanted)))[1]
                form = next(f for f in wanted.forms if f.json_name == name)
                stem.slices[name] = _narrowed(spec, form.type)
        return found

    # --- members --------------------------------------------------------------------------
    def _member(self, spec: Spec, wanted: Slot, where: Where, path: str) -> Member:
        said, limit = spec.said, spec.said.maximum
        less = limit is not None and (wanted.maximum < 0 or limit < wanted.maximum)
        types = self._types(spec, wanted)
        sliced = bool(spec.slices) or (said.slicing is not None and said.slicing.rules == "closed")
        return Member(
            wanted,
            said.path.rpartition(".")[2],
            said.min if said.min > wanted.minimum else 0,
            limit if less else None,
            types,
            {} if sliced else self._checks(spec, wanted, where, path),
            self._slicing(spec, wanted, where, path) if sliced else None,
        )

    def _types(self, spec: Spec, wanted: Slot) -> tuple[str, ...]:
        """The types that are left, where there are fewer."""
        codes = tuple(code for code in codes_of(spec) if code in self._registry.types)
        held = {form.type for form in wanted.forms}
        if not codes or len(codes) < len(spec.said.type) or held <= set(codes):
            return ()
        return codes if wanted.choice or "Resource" in held else ()

    def _checks(self, spec: Spec, wanted: Slot, where: Where, path: str) -> Checks:
        """Of the values of an element, or of a slice of it, by type."""
        form = wanted.forms[0]
        if form.type == "Resource":
            return self._of_resources(spec, path)
        codes = set(codes_of(spec)) if wanted.choice else set()
        found = {}
        for form in wanted.forms:
            if not codes or form.type in codes:
                narrowed = _narrowed(spec, form.type) if wanted.choice else spec
                check = self.value(narrowed, Where(form.type, path, where.resource))
                if check is not None:
                    found[form.type if wanted.choice else ANY_TYPE] = check
        return found

    def _of_resources(self, spec: Spec, path: str) -> Checks:
        codes = [code for code in codes_of(spec) if code in self._registry.types] or ["Resource"]
        found = {}
        for code in codes:
            narrowed = _narrowed(spec, code) if spec.said.type else spec
            check = self.value(narrowed, Where(code, path, code))
            if check is not None:
                key = ANY_TYPE if is_abstract(self._registry, code) else code
                found[key] = _of_resource(check)
        return found

    # --- slices ---------------------------------------------------------------------------
    def _slicing(self, spec: Spec, wanted: Slot, where: Where, path: str) -> Slicing:
        said = spec.said.slicing or model.Slicing()
        told_by = said.discriminator or _implied(wanted)
        unsliced = Spec(spec.said, spec.children)
        slices = tuple(
            self._slice(whole(slice_, unsliced), told_by, wanted, where, path)
            for name, slice_ in spec.slices.items()
            if name != DEFAULT
        )
        default = spec.slices.get(DEFAULT)
        rest = unsliced if default is None else whole(default, unsliced)
        member, keys = keyed(slices)
        return Slicing(
            wanted.name,
            slices,
            said.rules,
            said.ordered,
            self._checks(rest, wanted, where, path),
            default is not None,
            member,
            keys,
        )

    def _slice(
        self,
        spec: Spec,
        told_by: Iterable[Discriminator],
        wanted: Slot,
        where: Where,
        path: str,
    ) -> Slice:
        criteria = self._criteria.of(spec, told_by) or []
        again = self._slicing(spec, wanted, where, path) if spec.slices else None
        return Slice(
            spec.said.slice_name,
            spec.said.min,
            spec.said.maximum,
            tuple(criteria),
            {} if again else self._checks(spec, wanted, where, path),
            again,
            all_plain(criteria),
        )


def _implied(wanted: Slot) -> tuple[Discriminator, ...]:
    """How the slices of extensions and of choices are told when nothing says so."""
    if wanted.name in ("extension", "modifierExtension"):
        return BY_URL
    return BY_TYPE if wanted.choice else ()


def _unsliced(spec: Spec, name: str, wanted: Slot) -> Spec:
    above = spec.said.path.removesuffix(name)
    return Spec(Said(path=f"{above}{wanted.name}[x]"))


def _narrowed(spec: Spec, type_name: str) -> Spec:
    """What is said of the values of one type."""
    types = tuple(type_ for type_ in spec.said.type if type_.code == type_name)
    said = structs.replace(spec.said, type=types or (Typed(code=type_name),))
    return Spec(said, spec.children, spec.slices)


def _at(root: Spec, path: str) -> Spec | None:
    """The element of a path (`Questionnaire.item`)."""
    spec: Spec | None = root
    for name in path.split(".")[1:]:
        spec = spec.children.get(name.removesuffix("[x]")) if spec else None
    return spec


# --- checks of checks ---------------------------------------------------------------------
def _every(checks: list[Check]) -> Check | None:
    if len(checks) < 2:
        return checks[0] if checks else None

    def run(value: Any, sibling: Any, place: Place, report: Report) -> None:
        for check in checks:
            check(value, sibling, place, report)

    return run


def _of_sibling(parts: Check) -> Check:
    """The parts of a primitive are its id and extensions."""

    def run(_value: Any, sibling: Any, place: Place, report: Report) -> None:
        parts(sibling if type(sibling) is dict else {}, None, place, report)

    return run


def _of_resource(check: Check) -> Check:
    """A resource within another: its rules speak of it as %resource."""

    def run(value: Any, sibling: Any, place: Place, report: Report) -> None:
        outer = report.resource
        if type(value) is dict:
            report.resource = value
        check(value, sibling, place, report)
        report.resource = outer

    return run
