"""A code system with what supplements add to its concepts (R4 §4.7.5)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.reading import Json, objects, text

ADDED: Final = ("designation", "property", "extension")
SOURCE: Final = "_source"
"""Within a designation that a supplement adds: the supplement's canonical. Never shown as such."""


class Supplemented:
    """A `CodeSystem` that is the first, with designations, properties and extensions of others."""

    def __init__(self, system: CodeSystem, supplements: Sequence[CodeSystem]) -> None:
        self.base = system
        self.added = tuple(supplements)
        self.url = system.url
        self.version = system.version
        self.name = system.name
        self.title = system.title
        self.status = system.status
        self.experimental = system.experimental
        self.language = system.language
        self.content = system.content
        self.case_sensitive = system.case_sensitive
        self.hierarchy_meaning = system.hierarchy_meaning
        self.compositional = system.compositional
        self.supplements = system.supplements
        self.json = system.json
        self.properties: Mapping[str, str] = {
            uri: code for each in (*self.added, system) for uri, code in each.properties.items()
        }

    @property
    def count(self) -> int:
        return self.base.count

    def find(self, code: str) -> Concept | None:
        found = self.base.find(code)
        if found is None:
            return None
        more = [(each, each.find(found.code)) for each in self.added]
        json = dict(found.json)
        for name in ADDED:
            items = [item for each, has in more if has for item in _of(each, has, name)]
            if items:
                json[name] = [*objects(found.json, name), *items]
        return Concept(found.code, json, found.parents)

    def codes(self) -> Iterator[str]:
        return self.base.codes()

    def children(self, code: str) -> Iterator[str]:
        return self.base.children(code)

    def below(self, code: str) -> Iterator[str]:
        return self.base.below(code)

    def above(self, code: str) -> Iterator[str]:
        return self.base.above(code)

    def search(self, text: str, limit: int) -> list[str]:
        """Those of the system itself first; then those that only a supplement names so."""
        found = dict.fromkeys(self.base.search(text, limit))
        for each in self.added:
            found.update(dict.fromkeys(filter(self.base.find, each.search(text, limit))))
        return list(islice(found, limit))

    def having(self, name: str, operator: str, value: str) -> Iterator[str] | None:
        """A property may be a supplement's: only codes and hierarchy are the system's alone."""
        is_own = name in ("concept", "code")
        return self.base.having(name, operator, value) if is_own else None


def _of(supplement: CodeSystem, concept: Concept, name: str) -> Iterator[Json]:
    for item in objects(concept.json, name):
        yield {**item, SOURCE: canonical_of(supplement)} if name == "designation" else item


def canonical_of(definition: CodeSystem) -> str:
    return f"{definition.url}|{definition.version}" if definition.version else definition.url


def source_of(designation: Json) -> str:
    """Canonical of the supplement that adds a designation; "" for the system's own."""
    return text(designation, SOURCE)
