"""Where the definitions of terminology come from: what a request brings, packages, and others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from hygie.fhir.packages import Library
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.reading import Json, text
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.value_set import ValueSet

KINDS: Final = frozenset({"CodeSystem", "ValueSet", "ConceptMap"})
KEPT: Final = 4_096
"""Value sets and systems of packages that are kept once made: as many as their definitions."""
Thing = TypeVar("Thing")


class Loose(Layer):
    """Resources given one by one; of two with one type, URL and version, the last is kept."""

    def __init__(self, resources: Iterable[Json]) -> None:
        self._found: dict[tuple[str, str], dict[str, Json]] = {}
        for resource in resources:
            kind, url = text(resource, "resourceType"), text(resource, "url")
            if kind in KINDS:
                self._found.setdefault((kind, url), {})[text(resource, "version")] = resource
        self._systems = _Made(self._read("CodeSystem"), System)
        self._value_sets = _Made(self._read("ValueSet"), _value_set_of)

    def urls(self, kind: str) -> Iterable[str]:
        return (url for of_kind, url in self._found if of_kind == kind and url)

    def versions(self, kind: str, url: str) -> Sequence[str]:
        return tuple(self._found.get((kind, url), ()))

    def system(self, url: str, version: str) -> CodeSystem | None:
        return self._systems.get(url, version)

    def supplements(self, url: str) -> Iterable[CodeSystem]:
        for resource in self._all("CodeSystem"):
            if text(resource, "supplements").partition("|")[0] == url:
                found = self.system(text(resource, "url"), text(resource, "version"))
                if found:
                    yield found

    def value_set(self, url: str, version: str) -> ValueSet | None:
        return self._value_sets.get(url, version)

    def system_of(self, value_set: str) -> str:
        named = (text(r, "url") for r in self._all("CodeSystem") if r.get("valueSet") == value_set)
        return next(named, "")

    def concept_maps(self) -> Iterator[Json]:
        return self._all("ConceptMap")

    def _all(self, kind: str) -> Iterator[Json]:
        for (of_kind, _), versions in self._found.items():
            if of_kind == kind:
                yield from versions.values()

    def _read(self, kind: str) -> Callable[[str, str], Json | None]:
        return lambda url, version: self._found.get((kind, url), {}).get(version)


class Packaged(Layer):
    """A library of packages, which grows no more."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._systems = _Made(self._read("CodeSystem"), System)
        self._value_sets = _Made(self._read("ValueSet"), _value_set_of)

    def urls(self, kind: str) -> Iterable[str]:
        return self._library.urls(kind)

    def versions(self, kind: str, url: str) -> Sequence[str]:
        return self._library.versions(kind, url)

    def system(self, url: str, version: str) -> CodeSystem | None:
        return self._systems.get(url, version)

    def value_set(self, url: str, version: str) -> ValueSet | None:
        return self._value_sets.get(url, version)

    def concept_maps(self) -> Iterator[Json]:
        return (definition.resource for definition in self._library.all("ConceptMap"))

    def _read(self, kind: str) -> Callable[[str, str], Json | None]:
        def read(url: str, version: str) -> Json | None:
            found = self._library.find(kind, f"{url}|{version}" if version else url)
            return found.resource if found and found.version == version else None

        return read


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
