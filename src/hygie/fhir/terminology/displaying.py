"""What a concept is called: its display in the language that is wanted, and its other names.

A display is a designation like others: of the language of its system, for display. Of the languages
wanted (BCP 47), most wanted first, a designation of that language, then of a variant of it
(`fr-FR` for `fr`), then of its plain form or another variant; within each, those for display before
synonyms and fully specified names. When none fits, the system's own display is shown, unless the
request rules other languages out (`*;q=0`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from hygie.fhir.terminology.code_system import CodeSystem, Concept, Designation
from hygie.fhir.terminology.languages import ANY, Wanted, covers, nearly
from hygie.fhir.terminology.notes import STANDARDS_STATUS
from hygie.fhir.terminology.reading import Json, extensions, text
from hygie.fhir.terminology.supplemented import SOURCE, source_of

PREFERRED: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra",
    "code": "preferredForLanguage",
    "display": "Preferred For Language",
}
"""Use of the display of a concept, where it is shown among its designations."""
FOR_DISPLAY: Final = frozenset({
    ("http://terminology.hl7.org/CodeSystem/hl7TermMaintInfra", "preferredForLanguage"),
    ("http://terminology.hl7.org/CodeSystem/designation-usage", "display"),
    ("http://snomed.info/sct", "900000000000013009"),
    ("http://snomed.info/sct", "900000000000548007"),
})  # fmt: skip
"""Uses of what may stand for a concept: SNOMED CT's synonyms do, fully specified names do not."""
SHOWN_EXTENSIONS: Final = frozenset({
    "http://hl7.org/fhir/StructureDefinition/coding-sctdescid",
    "http://hl7.org/fhir/StructureDefinition/rendering-style",
    "http://hl7.org/fhir/StructureDefinition/rendering-xhtml",
    "http://hl7.org/fhir/StructureDefinition/codesystem-alternate",
    STANDARDS_STATUS,
})  # fmt: skip
WITHDRAWN: Final = frozenset({"withdrawn", "inactive"})


class Name(msgspec.Struct, frozen=True):
    """One of the names of a concept."""

    value: str
    language: str
    use: Json
    json: Json
    """As its system, a supplement or a set gives it; empty for a display."""
    is_display: bool = False
    """Whether it is the `display` of the system or the set, not a designation."""

    @property
    def is_for_display(self) -> bool:
        use = text(self.use, "system"), text(self.use, "code")
        return self.is_display or not self.use or use in FOR_DISPLAY

    @property
    def is_withdrawn(self) -> bool:
        statuses = extensions(self.json, STANDARDS_STATUS)
        return any(text(each, "valueCode") in WITHDRAWN for each in statuses)


def names_of(
    system: CodeSystem, concept: Concept, listed: Json | None = None, language: str = ""
) -> list[Name]:
    """All names: the set's own display first, which stands before the system's; then the system's,
    its designations, those of supplements, and those of the set."""
    names = []
    if display := text(listed, "display"):
        names.append(Name(display, language or system.language, {}, {}, is_display=True))
    elif concept.display:
        names.append(Name(concept.display, system.language, {}, {}, is_display=True))
    names.extend(map(_name, concept.designations))
    names.extend(map(_name, Concept("", listed or {}).designations))
    return [name for name in names if name.value]


def preferred(names: Sequence[Name], wanted: Iterable[Wanted]) -> Name | None:
    """The one to show; None when every language it has is ruled out."""
    languages = tuple(wanted)
    for each in languages:
        if each.weight > 0 and (found := _best(names, each.tag)):
            return found
    if not languages:
        return _first(names)
    only_these = any(each.tag == ANY and each.weight == 0 for each in languages)
    refused = {each.tag for each in languages if each.weight == 0}
    left = [
        name
        for name in names
        if not name.language
        or not (only_these or any(covers(tag, name.language) for tag in refused))
    ]
    return _first([name for name in left if name.is_for_display])


def display_of(system: CodeSystem, code: str, wanted: Iterable[Wanted]) -> str:
    """What a code is called in the language that is wanted; "" when it is not known."""
    concept = system.find(code)
    name = preferred(names_of(system, concept), wanted) if concept else None
    return name.value if name else ""


def designation_of(name: Name) -> Json:
    """A name as `contains.designation` shows it."""
    shown: Json = {}
    if told := list(extensions(name.json, *SHOWN_EXTENSIONS)):
        shown["extension"] = told
    if name.language:
        shown["language"] = name.language
    if name.use or name.is_display:
        shown["use"] = name.use or PREFERRED
    shown["value"] = name.value
    return shown


def supplement_of(name: Name) -> str:
    """Canonical of the supplement that gives a name; "" when it is none's."""
    return source_of(name.json) if SOURCE in name.json else ""


def is_asked(name: Name, designations: Sequence[str]) -> bool:
    """Whether the parameter `designation` asks for it: `urn:ietf:bcp:47|fr`, or a use."""
    if not designations:
        return True
    pairs = [(system, code) for system, _, code in (each.partition("|") for each in designations)]
    use = text(name.use, "system"), text(name.use, "code")
    return use in pairs or any(
        system == "urn:ietf:bcp:47" and code.lower() == name.language.lower()
        for system, code in pairs
    )


def _name(designation: Designation) -> Name:
    return Name(designation.value, designation.language, designation.use, designation.json)


def _best(names: Sequence[Name], tag: str) -> Name | None:
    """Of one language: the same, then a variant of it, then what is near."""
    same = [name for name in names if name.language.lower() == tag.lower()]
    variants = [name for name in names if name.language and covers(tag, name.language)]
    near = [name for name in names if name.language and nearly(tag, name.language)]
    groups: Iterator[list[Name]] = iter((same, variants, near))
    if tag == ANY:
        groups = iter((list(names),))
    return next((found for group in groups if (found := _first(group))), None)


def _first(names: Sequence[Name]) -> Name | None:
    """One for display that is in use; else any for display; else any."""
    in_use = [name for name in names if not name.is_withdrawn]
    for group in ([n for n in in_use if n.is_for_display], in_use, names):
        if group:
            return group[0]
    return None
