"""All that is known of a code (CodeSystem/$lookup, R4 §4.8.14)."""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.code_system import (
    CodeSystem,
    Concept,
    is_abstract,
    is_inactive,
    property_code,
)
from hygie.fhir.terminology.displaying import (
    PREFERRED,
    Name,
    display_of,
    names_of,
    preferred,
    supplement_of,
)
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.subject import asked_code, concept_of
from hygie.fhir.terminology.supplemented import Supplemented, canonical_of

LANGUAGE: Final = "lang."
"""Before a language in the parameter `property`: designations of that language."""


def lookup(catalogue: Catalogue, asked: Asked) -> Json:
    """Parameters: names of the system, display, designations, properties; the display and the
    descriptions in the language that is wanted.

    The parameter `property` leaves all but those named out. Refused: a code or system that is not
    known, a required supplement that is not.
    """
    resolver = Resolver(catalogue, asked)
    coded = asked_code(asked)
    system, concept = concept_of(resolver, coded)
    resolver.check_supplements()
    answer = _Answer(system, concept, asked)
    return {"resourceType": "Parameters", "parameter": list(answer.parameters())}


class _Answer:
    def __init__(self, system: CodeSystem, concept: Concept, asked: Asked) -> None:
        self._system = system
        self._concept = concept
        self._asked = asked
        self._properties = asked.texts("property")
        self._names = names_of(system, concept)

    def parameters(self) -> Iterator[Json]:
        system, concept = self._system, self._concept
        display = preferred(self._names, self._asked.languages)
        yield {"name": "name", "valueString": system.name or system.title or system.url}
        if system.version:
            yield {"name": "version", "valueString": system.version}
        yield {"name": "display", "valueString": display.value if display else concept.code}
        yield {"name": "code", "valueCode": concept.code}
        yield {"name": "system", "valueUri": system.url}
        yield {"name": "abstract", "valueBoolean": is_abstract(system, concept)}
        if concept.definition and self._wants("definition"):
            yield {"name": "definition", "valueString": concept.definition}
        if isinstance(system, Supplemented):
            for supplement in system.added:
                yield {"name": "used-supplement", "valueCanonical": canonical_of(supplement)}
        yield from (_designation(name) for name in self._names if self._wants_name(name))
        yield from self._told()

    def _told(self) -> Iterator[Json]:
        """Properties: whether it is inactive, those of the system, and its place in the hierarchy,
        which a system may also tell as a property."""
        system, concept = self._system, self._concept
        inactive = property_code(system, "inactive")
        if self._wants(inactive):
            yield _property(inactive, "valueBoolean", is_inactive(system, concept))
        hierarchy = {property_code(system, name): name for name in ("parent", "child")}
        for each in concept.properties:
            if each.code not in (inactive, *hierarchy) and self._wants(each.code):
                yield _property(each.code, each.kind, each.value)
        if self._wants("parent"):
            yield from (self._related("parent", code) for code in dict.fromkeys(concept.parents))
        if self._wants("child"):
            yield from (self._related("child", code) for code in system.children(concept.code))

    def _related(self, name: str, code: str) -> Json:
        shown = _property(name, "valueCode", code)
        if display := display_of(self._system, code, self._asked.languages):
            shown["part"].append({"name": "description", "valueString": display})
        return shown

    def _wants(self, name: str) -> bool:
        return not self._properties or name in self._properties or "*" in self._properties

    def _wants_name(self, name: Name) -> bool:
        return self._wants("designation") or f"{LANGUAGE}{name.language}" in self._properties


def _designation(name: Name) -> Json:
    parts: list[Json] = []
    if name.language:
        parts.append({"name": "language", "valueCode": name.language})
    if name.use or name.is_display:
        parts.append({"name": "use", "valueCoding": name.use or PREFERRED})
    parts.append({"name": "value", "valueString": name.value})
    if source := supplement_of(name):
        parts.append({"name": "source", "valueCanonical": source})
    return {"name": "designation", "part": parts}


def _property(code: str, kind: str, value: Any) -> Json:
    parts = [{"name": "code", "valueCode": code}, {"name": "value", kind: value}]
    return {"name": "property", "part": parts}
