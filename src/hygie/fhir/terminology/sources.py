"""Where code systems and value sets are found: each read once, when it is first asked for."""

from typing import Final

from hygie.fhir.packages import Definition, Library
from hygie.fhir.terminology.grammars import GRAMMARS
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.reading import Json, contained, text
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import ValueSet

KEPT_CONTAINED: Final = 256
"""Contained value sets and systems kept ready: those of the resources met last."""


class Sources:
    """Of a library that grows no more. `near` as in `Library.find`; `holder` contains others."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._systems: dict[tuple[str, str], System] = {}
        self._value_sets: dict[tuple[str, str], ValueSet] = {}
        """By canonical and package."""
        self._contained: dict[int, tuple[Json, System | ValueSet]] = {}
        """By identity of the resource, which is kept beside what was made of it."""

    def value_set(self, canonical: str, near: str, holder: Json | None) -> ValueSet | None:
        if inner := contained(holder, "ValueSet", canonical):
            made = self._of_contained(inner, near, holder)
            return made if isinstance(made, ValueSet) else None
        definition = self._library.find("ValueSet", canonical, near)
        if definition is None:
            return None
        key = definition.canonical, definition.package
        found = self._value_sets.get(key)
        if found is None:
            made = ValueSet(definition.resource, definition.package, definition.resource)
            found = self._value_sets[key] = made
        return found

    def definition(self, system: str, version: str, near: str) -> Definition | None:
        """The CodeSystem resource of a system, a supplement if that is what it names."""
        canonical = f"{system}|{version}" if version else system
        return self._library.find("CodeSystem", canonical, near)

    def system(
        self, url: str, version: str = "", near: str = "", holder: Json | None = None
    ) -> System | None:
        """None when it is not known here. A supplement is no system (R4 §4.7.5)."""
        if holder and (inner := contained(holder, "CodeSystem", url)):
            made = self._of_contained(inner, near, holder)
            return made if isinstance(made, System) else None
        definition = self.definition(url, version, near)
        if definition is None or text(definition.resource, "content") == "supplement":
            return None
        key = definition.canonical, definition.package
        found = self._systems.get(key)
        if found is None:
            found = self._systems[key] = System(definition.resource)
        return found

    def known(
        self, url: str, code: str, version: str = "", near: str = "", holder: Json | None = None
    ) -> Membership:
        """Whether a code is one of its system."""
        if grammar := GRAMMARS.get(url):
            return grammar(code)
        system = self.system(url, version, near, holder)
        if system is None:
            return Membership.UNKNOWN
        if system.find(code):
            return Membership.IN
        return Membership.OUT if system.whole else Membership.UNKNOWN

    def _of_contained(self, resource: Json, near: str, holder: Json | None) -> System | ValueSet:
        kept = self._contained.get(id(resource))
        if kept is None:
            if len(self._contained) >= KEPT_CONTAINED:
                self._contained.clear()
            is_set = resource.get("resourceType") == "ValueSet"
            made = ValueSet(resource, near, holder) if is_set else System(resource)
            kept = self._contained[id(resource)] = (resource, made)
        return kept[1]
