"""Where the definitions of terminology come from: what a request brings, the store, packages."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final, Generic, TypeVar

from hygie.fhir.packages import Library
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.concept_map import ConceptMap
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import ValueSet

KINDS: Final = frozenset({"CodeSystem", "ValueSet", "ConceptMap"})
KEPT: Final = 4_096
"""Value sets and systems of packages that are kept once made: as many as their definitions."""
Thing = TypeVar("Thing")


class _Resources(Layer, ABC):
    """Definitions that are resources, however they are kept: read one by one, or all."""

    def __init__(self) -> None:
        self._systems = _Made(self._reader("CodeSystem"), System)
        self._value_sets = _Made(self._reader("ValueSet"), _value_set_of)

    def system(self, url: str, version: str) -> CodeSystem | None:
        return self._systems.get(url, version)

    def value_set(self, url: str, version: str) -> ValueSet | None:
        return self._value_sets.get(url, version)

    def supplements(self, url: str) -> Iterable[CodeSystem]:
        """Cost: at first, a look at every code system of the layer; as for `system_of`."""
        names = self._index[0].get(url, ())
        return filter(None, (self.system(*each) for each in names))

    def system_of(self, value_set: str) -> str:
        return self._index[1].get(value_set, "")

    def concept_maps(self) -> Sequence[ConceptMap]:
        return self._maps

    @cached_property
    def _maps(self) -> tuple[ConceptMap, ...]:
        return tuple(map(ConceptMap, self._all("ConceptMap")))

    @cached_property
    def _index(self) -> tuple[dict[str, list[tuple[str, str]]], dict[str, str]]:
        """System -> its supplements; value set -> the system that it is all of."""
        supplements: dict[str, list[tuple[str, str]]] = {}
        systems: dict[str, str] = {}
        for resource in self._all("CodeSystem"):
            name = text(resource, "url"), text(resource, "version")
            if added := text(resource, "supplements").partition("|")[0]:
                supplements.setdefault(added, []).append(name)
            if value_set := text(resource, "valueSet"):
                systems.setdefault(value_set, name[0])
        return supplements, systems

    def _reader(self, kind: str) -> Callable[[str, str], Json | None]:
        return lambda url, version: self._read(kind, url, version)

    @abstractmethod
    def _read(self, kind: str, url: str, version: str) -> Json | None:
        """The resource of exactly this version."""

    @abstractmethod
    def _all(self, kind: str) -> Iterator[Json]:
        """Every resource of a type."""


class Loose(_Resources):
    """Resources given one by one; of two with one type, URL and version, the last is kept.

    Concept maps are all kept: each tells something of its own.
    """

    def __init__(self, resources: Iterable[Json]) -> None:
        super().__init__()
        resources = tuple(resources)
        self._given_maps = [r for r in resources if text(r, "resourceType") == "ConceptMap"]
        self._found: dict[tuple[str, str], dict[str, Json]] = {}
        for resource in resources:
            kind, url = text(resource, "resourceType"), text(resource, "url")
            if kind in KINDS:
                self._found.setdefault((kind, url), {})[text(resource, "version")] = resource

    def urls(self, kind: str) -> Iterable[str]:
        return (url for of_kind, url in self._found if of_kind == kind and url)

    def versions(self, kind: str, url: str) -> Sequence[str]:
        return tuple(self._found.get((kind, url), ()))

    def _read(self, kind: str, url: str, version: str) -> Json | None:
        return self._found.get((kind, url), {}).get(version)

    def _all(self, kind: str) -> Iterator[Json]:
        if kind == "ConceptMap":
            yield from self._given_maps
            return
        for (of_kind, _), versions in self._found.items():
            if of_kind == kind:
                yield from versions.values()


class Packaged(_Resources):
    """A library of packages, which grows no more."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library

    def urls(self, kind: str) -> Iterable[str]:
        return self._library.urls(kind)

    def versions(self, kind: str, url: str) -> Sequence[str]:
        return self._library.versions(kind, url)

    def _read(self, kind: str, url: str, version: str) -> Json | None:
        found = self._library.find(kind, f"{url}|{version}" if version else url)
        return found.resource if found and found.version == version else None

    def _all(self, kind: str) -> Iterator[Json]:
        return (definition.resource for definition in self._library.all(kind))


class _Made(Generic[Thing]):
    """What is made of resources, each once."""

    def __init__(
        self, read: Callable[[str, str], Json | None], make: Callable[[Json], Thing]
    ) -> None:
        self._read = read
        self._make = make
        self._made: dict[tuple[str, str], Thing] = {}

    def get(self, url: str, version: str) -> Thing | None:
        key = url, version
        found = self._made.get(key)
        if found is None and (resource := self._read(url, version)) is not None:
            if len(self._made) >= KEPT:
                self._made.clear()
            found = self._made[key] = self._make(resource)
        return found


def _value_set_of(resource: Json) -> ValueSet:
    return ValueSet(resource, holder=resource)
