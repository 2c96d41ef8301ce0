"""Codes as an expansion shows them: displays, designations, properties (ValueSet.expansion)."""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.code_system import PROPERTIES, property_code
from hygie.fhir.terminology.displaying import designation_of, is_asked, names_of, preferred
from hygie.fhir.terminology.members import Member
from hygie.fhir.terminology.notes import standards_status
from hygie.fhir.terminology.reading import Json, extensions, text, value_of

R5: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion."
"""R5's elements of an expansion, as extensions of R4 (R5, versions.html, §2.1.1.6.2)."""
STRUCTURE: Final = "http://hl7.org/fhir/StructureDefinition/"
OF_CONCEPT: Final = {
    STRUCTURE + "codesystem-label": ("label", "label", "valueString"),
    STRUCTURE + "codesystem-conceptOrder": ("order", "order", "valueDecimal"),
    STRUCTURE + "itemWeight": ("itemWeight", "weight", "valueDecimal"),
}
"""Extension of a concept -> FHIR's property of that meaning, the code it goes by, its element."""
OF_LISTED: Final = {
    STRUCTURE + "valueset-label": ("label", "label", "valueString"),
    STRUCTURE + "valueset-conceptOrder": ("order", "order", "valueDecimal"),
    STRUCTURE + "itemWeight": ("itemWeight", "weight", "valueDecimal"),
}
"""As OF_CONCEPT, of the concepts that a set lists."""
OF_SYSTEM: Final = frozenset({
    STRUCTURE + "coding-sctdescid",
    STRUCTURE + "rendering-style",
    STRUCTURE + "rendering-xhtml",
    STRUCTURE + "codesystem-alternate",
})  # fmt: skip
"""Extensions of concepts that an expansion repeats."""
OF_SET: Final = frozenset({
    STRUCTURE + "valueset-supplement",
    STRUCTURE + "valueset-deprecated",
    STRUCTURE + "valueset-concept-definition",
    STRUCTURE + "coding-sctdescid",
    STRUCTURE + "rendering-style",
    STRUCTURE + "rendering-xhtml",
    STRUCTURE + "structuredefinition-standards-status",
})  # fmt: skip
"""Extensions of the concepts that a set lists, that an expansion repeats."""


class Contents:
    """Shows the members of one expansion, and keeps what their properties mean."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._with_designations = asked.flag("includeDesignations") is True
        self._designations = asked.texts("designation")
        self._properties = asked.texts("property")
        self.declared: dict[str, str] = {}
        """Code of each property shown -> its URI, "" when its system gives none."""

    def declarations(self) -> Iterator[Json]:
        """R5's `expansion.property`, as R4 can carry it."""
        for code, uri in self.declared.items():
            parts: list[Json] = [{"url": "code", "valueCode": code}]
            parts += [{"url": "uri", "valueUri": uri}] if uri else []
            yield {"url": R5 + "property", "extension": parts}

    def show(self, member: Member, *, with_version: bool) -> Json:
        shown: Json = {"system": member.system.url}
        if told := [*self._extensions(member), *self._property_extensions(member)]:
            shown["extension"] = told
        if member.abstract:
            shown["abstract"] = True
        if member.inactive:
            shown["inactive"] = True
        if with_version and member.system.version:
            shown["version"] = member.system.version
        shown["code"] = member.code
        self._name(shown, member)
        return shown

    def _name(self, shown: Json, member: Member) -> None:
        names = names_of(member.system, member.concept, member.listed, member.language)
        display = preferred(names, self._asked.languages)
        if display:
            shown["display"] = display.value
        if self._with_designations:
            others = (name for name in names if name is not display)
            found = [designation_of(n) for n in others if is_asked(n, self._designations)]
            if found:
                shown["designation"] = found

    def _extensions(self, member: Member) -> Iterator[Json]:
        yield from extensions(member.concept.json, *OF_SYSTEM)
        yield from extensions(member.listed, *OF_SET)

    def _property_extensions(self, member: Member) -> Iterator[Json]:
        """R5's `contains.property`, as R4 can carry it."""
        for code, kind, value in self._shown_properties(member):
            parts = [{"url": "code", "valueCode": code}, {"url": "value", kind: value}]
            yield {"url": R5 + "contains.property", "extension": parts}

    def _shown_properties(self, member: Member) -> Iterator[tuple[str, str, Any]]:
        """Those that every expansion shows, then those that were asked for."""
        always = dict(self._always(member))
        for (code, kind), value in always.items():
            yield code, kind, value
        for code, kind, value in self._asked_for(member):
            if (code, kind) not in always:
                yield code, kind, value

    def _always(self, member: Member) -> Iterator[tuple[tuple[str, str], Any]]:
        """Status, label, order and weight: what the set says comes last, and stands."""
        if status := _status(member):
            self._declare("status", "status")
            yield ("status", "valueCode"), status
        for holder, known_ones in ((member.concept.json, OF_CONCEPT), (member.listed, OF_LISTED)):
            for extension in extensions(holder, *known_ones):
                if (value := value_of(extension)) is not None:
                    name, code, kind = known_ones[text(extension, "url")]
                    self._declare(name, code)
                    yield (code, kind), value

    def _asked_for(self, member: Member) -> Iterator[tuple[str, str, Any]]:
        concept, system = member.concept, member.system
        uris = {code: uri for uri, code in system.properties.items()}
        everything = "*" in self._properties
        if "definition" in self._properties and concept.definition:
            self._declare("definition", "definition")
            yield "definition", "valueString", concept.definition
        for each in concept.properties:
            if everything or each.code in self._properties:
                self.declared.setdefault(each.code, uris.get(each.code, ""))
                yield each.code, each.kind, each.value

    def _declare(self, name: str, code: str) -> None:
        """Of a property that FHIR defines."""
        self.declared.setdefault(code, PROPERTIES + name)


def _status(member: Member) -> str:
    """The status of a concept where it is not plainly active; "" where it is, or says nothing."""
    concept, system = member.concept, member.system
    for value in concept.values(property_code(system, "status")):
        if isinstance(value, str):
            return "" if value.lower() == "active" else value
    for name in ("deprecated", "inactive", "retired"):
        if any(value in (True, "true") for value in concept.values(property_code(system, name))):
            return name
    return standards_status(concept.json)
