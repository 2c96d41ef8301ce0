"""What the base definitions say of an element, so that a profile is checked for what it adds."""

from functools import cached_property

from hygie.fhir.definitions import Registry
from hygie.fhir.packages import Definition, Library
from hygie.fhir.validate.bindings import Bound, bound_of
from hygie.fhir.validate.profiles.model import CORE, Json, Said, Typed, read
from hygie.refusal import Refused


class Bases:
    """Safe to share: what is read twice is the same."""

    def __init__(self, registry: Registry, library: Library) -> None:
        self._registry = registry
        self._library = library
        self._read: dict[str, dict[str, Said]] = {}

    def said(self, path: str) -> Said | None:
        """Of `Patient.contact.gender`, or of a type by its name; None where it is not known."""
        name = path.partition(".")[0]
        if name not in self._read:
            self._read[name] = self._elements(name)
        return self._read[name].get(path)

    def _elements(self, name: str) -> dict[str, Said]:
        definition = self._library.find("StructureDefinition", CORE + name)
        if definition is None:
            return {}
        snapshot = definition.resource.get("snapshot")
        try:
            elements = read(snapshot.get("element") if type(snapshot) is dict else None)
        except Refused:
            return {}
        return {said.path.removesuffix("[x]"): said for said in elements}

    def binds_alike(self, path: str, bound: Bound) -> bool:
        """Whether a binding is that of the base."""
        base = self.said(path)
        known = bound_of(base.binding) if base else None
        return known is not None and _binding(known) == _binding(bound)

    def has_profile(self, path: str, type_: Typed) -> bool:
        """Whether the base asks for the same profile of a type (`Quantity` as SimpleQuantity)."""
        base = self.said(path)
        return base is not None and any(
            known.code == type_.code and set(type_.profile) <= set(known.profile)
            for known in base.type
        )

    def has_targets(self, path: str, type_: Typed) -> bool:
        """Whether the base has no other targets than those that are allowed."""
        base = self.said(path)
        allowed = {_unversioned(url) for url in type_.target_profile} - {CORE + "Resource"}
        return base is not None and any(
            known.code == type_.code and set(known.target_profile) - {CORE + "Resource"} <= allowed
            for known in base.type
        )

    def known_rules(self, *names: str) -> frozenset[str]:
        """The keys of the invariants that the base's own check evaluates there."""
        return frozenset(rule.key for name in names for rule in self._registry.invariants(name))

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(self._registry.resource_types) | {"Resource"}


def bound_in(binding: Json | None, definition: Definition) -> Bound | None:
    """What a profile binds to. It comes along only where it may contain the value set itself:
    answers about a set that is everybody's are remembered.
    """
    holder = definition.resource if "contained" in definition.resource else None
    return bound_of(binding, definition.package, holder)


def _binding(bound: Bound) -> tuple[object, ...]:
    """What of a binding makes it another."""
    return bound.strength, _unversioned(bound.value_set), bound.maximum, bound.additional


def _unversioned(canonical: str) -> str:
    return canonical.partition("|")[0]
