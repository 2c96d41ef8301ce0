"""Code systems and their concepts, as people read them: French words first."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from hygie.fhir.terminology.code_system import (
    CodeSystem,
    Concept,
    Designation,
    is_abstract,
    is_inactive,
)
from hygie.fhir.terminology.languages import covers
from hygie.fhir.terminology.reading import Json, objects, text

FRENCH: Final = "fr"
MAX_CHILDREN: Final = 200
MAX_ABOVE: Final = 30
CONTENTS: Final = {
    "complete": "", "fragment": "en partie", "example": "exemples seulement",
    "not-present": "sans ses codes", "supplement": "complément d’une autre",
}  # fmt: skip
USES: Final = {
    "http://snomed.info/sct#900000000000003001": "nom complet",
    "http://snomed.info/sct#900000000000013009": "synonyme",
    "http://terminology.hl7.org/CodeSystem/designation-usage#display": "libellé",
}


class TermLine(msgspec.Struct, frozen=True):
    """A code in a list."""

    system: str
    code: str
    display: str
    retired: bool = False
    groups: bool = False
    """It only groups others."""

    @property
    def link(self) -> str:
        return concept_link(self.system, self.code)


class Said(msgspec.Struct, frozen=True):
    label: str
    value: str
    language: str = ""


class ConceptView(msgspec.Struct, frozen=True, kw_only=True):
    line: TermLine
    definition: str
    designations: tuple[Said, ...]
    properties: tuple[Said, ...]
    above: tuple[TermLine, ...]
    """The farthest first, one way up when there are several."""
    below: tuple[TermLine, ...]
    more_below: bool


class SystemView(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    version: str
    title: str
    publisher: str
    copyright: str
    description: str
    content: str
    count: int

    @property
    def link(self) -> str:
        return system_link(self.url)


def system_link(url: str, **more: str) -> str:
    return "/terminologie/nomenclature?" + urlencode({"url": url, **more})


def concept_link(url: str, code: str) -> str:
    return system_link(url, code=code) + "#code"


def value_set_link(url: str) -> str:
    return "/terminologie/jeu?" + urlencode({"url": url})


def read_system(system: CodeSystem) -> SystemView:
    about = system.json
    return SystemView(
        url=system.url, version=system.version, title=system.title or system.name or system.url,
        publisher=text(about, "publisher"), copyright=text(about, "copyright"),
        description=text(about, "description"), content=CONTENTS.get(system.content, ""),
        count=system.count,
    )  # fmt: skip


def shown(concept: Concept) -> str:
    """Its French display when it has one, else the one of its system."""
    french = (d.value for d in concept.designations if covers(FRENCH, d.language) and d.value)
    return next(french, "") or concept.display


def read_line(system: CodeSystem, code: str) -> TermLine:
    concept = system.find(code)
    if concept is None:
        return TermLine(system.url, code, "")
    return TermLine(
        system.url, concept.code, shown(concept), is_inactive(system, concept),
        is_abstract(system, concept),
    )  # fmt: skip


def read_lines(system: CodeSystem, codes: Iterable[str]) -> tuple[TermLine, ...]:
    return tuple(read_line(system, code) for code in codes)


def read_concept(system: CodeSystem, concept: Concept) -> ConceptView:
    below = list(islice(system.children(concept.code), MAX_CHILDREN + 1))
    return ConceptView(
        line=read_line(system, concept.code),
        definition=concept.definition,
        designations=tuple(_designation(one) for one in concept.designations),
        properties=tuple(
            Said(one.code, _written(one.value))
            for one in concept.properties
            if one.code not in ("parent", "child")
        ),
        above=tuple(reversed(read_lines(system, _way_up(system, concept)))),
        below=read_lines(system, below[:MAX_CHILDREN]),
        more_below=len(below) > MAX_CHILDREN,
    )


def roots(system: CodeSystem, count: int) -> list[str]:
    """The first codes that have nothing above them."""
    tops = (code for code in system.codes() if not _parents(system, code))
    return list(islice(tops, count))


def read_expansion(value_set: Json) -> Iterator[TermLine]:
    """The codes of an expansion, in its order, those within others after them."""
    expansion = value_set.get("expansion")
    waiting = list(reversed(list(objects(expansion, "contains"))))
    while waiting:
        item = waiting.pop()
        if text(item, "code"):
            yield TermLine(
                text(item, "system"), text(item, "code"), text(item, "display"),
                item.get("inactive") is True, item.get("abstract") is True,
            )  # fmt: skip
        waiting.extend(reversed(list(objects(item, "contains"))))


def _parents(system: CodeSystem, code: str) -> tuple[str, ...]:
    concept = system.find(code)
    return concept.parents if concept else ()


def _way_up(system: CodeSystem, concept: Concept) -> Iterator[str]:
    """By the first parent each time; a circle ends where it closes."""
    seen, parents = {concept.code}, concept.parents
    while parents and parents[0] not in seen and len(seen) <= MAX_ABOVE:
        yield parents[0]
        seen.add(parents[0])
        parents = _parents(system, parents[0])


def _designation(one: Designation) -> Said:
    use = f"{text(one.use, 'system')}#{text(one.use, 'code')}"
    label = USES.get(use, "") or text(one.use, "display") or text(one.use, "code") or "autre nom"
    return Said(label, one.value, one.language)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dict):
        return " – ".join(filter(None, (text(value, "code"), text(value, "display"))))
    return str(value)
