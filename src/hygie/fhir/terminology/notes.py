"""What an expansion says of how it came about: its parameters (R4 §4.9.8, ValueSet.expansion)."""

from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.reading import Json, extensions, text
from hygie.fhir.terminology.supplemented import Supplemented, canonical_of
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.value_set import canonical_of as canonical_of_set

STANDARDS_STATUS: Final = (
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
)


UNCLOSED: Final = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
GRAVE: Final = ("deprecated", "withdrawn", "retired")
STANDINGS: Final = (*GRAVE, "experimental", "draft")
"""What a definition may be that is to be told, gravest first."""


class Notes:
    """Systems and sets that were used, and what is to be known of them; each once, as met."""

    def __init__(self, subject: ValueSet) -> None:
        self.all: dict[tuple[str, str], None] = {}
        self._partial: dict[str, str] = {}
        self._known = _standing(subject.resource)
        """What who asks for the subject knows of it."""
        self._warn(canonical_of_set(subject), subject.resource, GRAVE)

    def add(self, name: str, uri: str) -> None:
        self.all[name, uri] = None

    def parameters(self) -> Iterator[Json]:
        """As `ValueSet.expansion.parameter`."""
        return ({"name": name, "valueUri": uri} for name, uri in self.all)

    def unclosed(self) -> Iterator[Json]:
        """As extensions of an expansion that is not all that the set means (valueset-unclosed)."""
        if self._partial:
            yield {"url": UNCLOSED, "valueBoolean": True}
        for url, content in self._partial.items():
            reason = f"This extension is based on a {content} of the code system {url}"
            yield {"url": UNCLOSED + "-reason", "valueString": reason}

    def uses_system(self, system: CodeSystem) -> None:
        uri = canonical_of(system)
        self.add("used-codesystem", uri)
        if system.content in ("fragment", "example"):
            self.add(f"used-{system.content}", uri)
            self._partial[system.url] = system.content
        if isinstance(system, Supplemented):
            for supplement in system.added:
                self.add("used-supplement", canonical_of(supplement))
        self._warn(uri, system.json, STANDINGS)

    def uses_value_set(self, value_set: ValueSet, *, is_contained: bool) -> None:
        if not is_contained and text(value_set.resource, "url"):
            self.add("used-valueset", canonical_of_set(value_set))
        self._warn(canonical_of_set(value_set), value_set.resource, STANDINGS)

    def _warn(self, uri: str, used: Json, standings: Sequence[str]) -> None:
        """Of what is used only the gravest is said; what the subject is too, is no news."""
        own = _standing(used)
        gravest = next((name for name in standings if name in own), "")
        if gravest and (gravest in GRAVE or gravest not in self._known):
            self.add(f"warning-{gravest}", uri)


def standards_status(holder: Json) -> str:
    """Of a definition or a concept: `deprecated`, `withdrawn`, `draft`…; "" when it is not said."""
    return next((text(each, "valueCode") for each in extensions(holder, STANDARDS_STATUS)), "")


def _standing(definition: Json) -> set[str]:
    is_experimental = definition.get("experimental") is True
    said = {standards_status(definition), text(definition, "status")}
    return said | ({"experimental"} if is_experimental else set())
