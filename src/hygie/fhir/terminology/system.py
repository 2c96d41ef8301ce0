"""One code system: its concepts, their hierarchy and properties (R4 §4.7)."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hygie.fhir.terminology.reading import Json, objects, text

PROPERTIES: Final = "http://hl7.org/fhir/concept-properties#"
"""URIs of the properties that FHIR defines (R4 §4.7.9.1)."""
RETIRED: Final = frozenset({"retired", "inactive"})
"""Values of property `status` that make a concept inactive."""


class Concept(msgspec.Struct, frozen=True):
    """One concept, and the codes directly above it."""

    code: str
    json: Json
    parents: tuple[str, ...] = ()

    @property
    def display(self) -> str:
        return text(self.json, "display")

    def displays(self) -> Iterator[str]:
        """Its display and designations, of any language and use."""
        if self.display:
            yield self.display
        yield from filter(None, (text(d, "value") for d in objects(self.json, "designation")))

    def values(self, name: str) -> Iterator[Any]:
        """The values of a property: text, numbers, booleans; of a Coding, the object."""
        for item in objects(self.json, "property"):
            if item.get("code") == name:
                yield from (item[key] for key in item if key.startswith("value"))


class System:
    """The concepts of a CodeSystem resource. Read once, the first time it is asked for."""

    def __init__(self, resource: Json) -> None:
        self.version = text(resource, "version")
        self.supplement = text(resource, "content") == "supplement" or "supplements" in resource
        """Whether it only adds to the concepts of another system."""
        self.whole = text(resource, "content") == "complete" and not self.supplement
        self.case_sensitive = resource.get("caseSensitive") is not False
        self.properties = {
            text(item, "uri") or PROPERTIES + text(item, "code"): text(item, "code")
            for item in objects(resource, "property")
        }
        """URI of each property -> the code it goes by here."""
        self.concepts = _concepts(resource, self._named("parent"), self._named("child"))
        self._folded = {} if self.case_sensitive else {c.lower(): c for c in self.concepts}

    def find(self, code: str) -> Concept | None:
        found = self.concepts.get(code)
        if found is None and self._folded:
            found = self.concepts.get(self._folded.get(code.lower(), ""))
        return found

    def same(self, left: str, right: str) -> bool:
        """Whether two codes are one here."""
        return left == right or (not self.case_sensitive and left.lower() == right.lower())

    def above(self, code: str) -> Iterator[str]:
        """The codes of all that a concept is a kind of, nearest first, itself left out."""
        seen = {code}
        waiting = [code]
        while waiting:
            concept = self.concepts.get(waiting.pop(0))
            for parent in concept.parents if concept else ():
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
                    yield parent

    def below(self, code: str) -> Iterator[str]:
        """The codes directly below one."""
        return (concept.code for concept in self.concepts.values() if code in concept.parents)

    def inactive(self, concept: Concept) -> bool:
        """Whether it is no longer for use (R4 §4.7.9.1: `inactive`, `status`, both in use)."""
        flagged = any(value is True for value in concept.values(self._named("inactive")))
        return flagged or any(v in RETIRED for v in concept.values("status") if isinstance(v, str))

    def abstract(self, concept: Concept) -> bool:
        """Whether it only groups others (`notSelectable`)."""
        return any(value is True for value in concept.values(self._named("notSelectable")))

    def _named(self, name: str) -> str:
        return self.properties.get(PROPERTIES + name, name)


def _concepts(resource: Json, parent: str, child: str) -> dict[str, Concept]:
    """Every concept by its code; parents by nesting, and by the properties that name them."""
    found: dict[str, Concept] = {}
    below: dict[str, list[str]] = {}
    waiting: list[tuple[Json, tuple[str, ...]]]
    waiting = [(item, ()) for item in reversed(list(objects(resource, "concept")))]
    while waiting:
        item, nested_in = waiting.pop()
        concept = Concept(text(item, "code"), item)
        parents = [*nested_in, *(v for v in concept.values(parent) if isinstance(v, str))]
        found[concept.code] = msgspec.structs.replace(concept, parents=tuple(parents))
        for code in concept.values(child):
            if isinstance(code, str):
                below.setdefault(code, []).append(concept.code)
        inner = [(nested, (concept.code,)) for nested in objects(item, "concept")]
        waiting.extend(reversed(inner))
    for code, parents in below.items():
        if code in found:
            both = (*found[code].parents, *parents)
            found[code] = msgspec.structs.replace(found[code], parents=both)
    return found
