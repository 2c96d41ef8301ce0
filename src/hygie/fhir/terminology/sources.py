"""Where code systems and value sets are found: each read once, when it is first asked for."""

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from hygie.fhir.packages import Definition, Library
from hygie.fhir.packages.versions import age
from hygie.fhir.terminology.code_system import CodeSystem, adds_to_another, is_whole
from hygie.fhir.terminology.grammars import FORMS, RULES
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.reading import Json, contained
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.versions import fits

THIN: Final = frozenset({"not-present", "example"})
"""Content of a definition that does not have the codes of its system."""
KEPT_NAMES: Final = 4_096
"""Canonicals that are known to lead to one of them: versions come from outside, without end."""
KEPT_CONTAINED: Final = 256
"""Contained value sets and systems kept ready: those of the resources met last."""

Thing = TypeVar("Thing")


class Sources:
    """Of a library that grows no more, and of a layer behind it. `near` as in `Library.find`;
    `holder` contains others."""

    def __init__(self, library: Library, layer: Layer | None = None) -> None:
        self._layer = layer or Layer()
        self._systems: _Made[System] = _Made(library, "CodeSystem", _system_of)
        self._value_sets: _Made[ValueSet] = _Made(library, "ValueSet", _value_set_of)
        self._contained: dict[int, tuple[Json, System | ValueSet]] = {}
        """By identity of the resource, which is kept beside what was made of it."""

    @property
    def edition(self) -> int:
        """Another one whenever the systems of the layer are others."""
        return self._layer.edition()

    def value_set(
        self, canonical: str, near: str = "", holder: Json | None = None
    ) -> ValueSet | None:
        """None when it is not known here."""
        if canonical.startswith("#"):
            inner = contained(holder, "ValueSet", canonical)
            made = self._of_contained(inner, near, holder) if inner and holder else None
            return made if isinstance(made, ValueSet) else None
        return self._value_sets.find(canonical, near)

    def system(
        self, url: str, version: str = "", near: str = "", holder: Json | None = None
    ) -> CodeSystem | None:
        """None when it is not known here; a supplement too is found by its own URL.

        A system of which the library says only that there is one is that of the layer.
        """
        if holder and (inner := contained(holder, "CodeSystem", url)):
            made = self._of_contained(inner, near, holder)
            return made if isinstance(made, System) else None
        found = self._systems.find(f"{url}|{version}" if version else url, near)
        if found is None or found.content in THIN:
            return self._layered(url, version) or found
        return found

    def known(
        self, url: str, code: str, version: str = "", near: str = "", holder: Json | None = None
    ) -> Membership:
        """Whether a code is one of its system. A supplement has none (R4 §4.7.5)."""
        if rule := RULES.get(url):
            return rule(code)
        if (has_form := FORMS.get(url)) and not has_form(code):
            return Membership.OUT
        system = self.system(url, version, near, holder)
        if system is None or adds_to_another(system):
            return Membership.UNKNOWN
        if system.find(code):
            return Membership.IN
        return Membership.OUT if is_whole(system) else Membership.UNKNOWN

    def _layered(self, url: str, version: str) -> CodeSystem | None:
        """The version asked for; the newest when none is."""
        known = self._layer.versions("CodeSystem", url)
        meant = [each for each in known if not version or fits(version, each)]
        return self._layer.system(url, max(meant, key=age)) if meant else None

    def _of_contained(self, resource: Json, near: str, holder: Json) -> System | ValueSet:
        kept = self._contained.get(id(resource))
        if kept is None:
            if len(self._contained) >= KEPT_CONTAINED:
                self._contained.clear()
            is_set = resource.get("resourceType") == "ValueSet"
            made = ValueSet(resource, near, holder) if is_set else System(resource)
            kept = self._contained[id(resource)] = (resource, made)
        return kept[1]


class _Made(Generic[Thing]):
    """What was made of the definitions of one kind, each once, however it is called."""

    def __init__(self, library: Library, kind: str, make: Callable[[Definition], Thing]) -> None:
        self._library = library
        self._kind = kind
        self._make = make
        self._by_name: dict[tuple[str, str], Thing] = {}
        self._by_definition: dict[tuple[str, str], Thing] = {}

    def find(self, canonical: str, near: str) -> Thing | None:
        name = canonical, near
        found = self._by_name.get(name)
        if found is None and (definition := self._library.find(self._kind, canonical, near)):
            key = definition.canonical, definition.package
            found = self._by_definition.get(key)
            if found is None:
                found = self._by_definition[key] = self._make(definition)
            if len(self._by_name) >= KEPT_NAMES:
                self._by_name.clear()
            self._by_name[name] = found
        return found


def _system_of(definition: Definition) -> System:
    return System(definition.resource)


def _value_set_of(definition: Definition) -> ValueSet:
    return ValueSet(definition.resource, definition.package, definition.resource)
