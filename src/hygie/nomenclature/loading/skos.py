"""Terminologies as the SMT of the Agence du numérique en santé gives them: RDF/XML, SKOS or OWL.

A concept has a `skos:notation` (its code), labels, notes, and those above it by `skos:broader` or
`rdfs:subClassOf`. Statements on others (restrictions of OWL, annotations) are passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import fault
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.records import LANGUAGE, records_of
from hygie.nomenclature.loading.rubrics import SYNONYM

RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RDFS: Final = "{http://www.w3.org/2000/01/rdf-schema#}"
SKOS: Final = "{http://www.w3.org/2004/02/skos/core#}"
OWL: Final = "{http://www.w3.org/2002/07/owl#}"
ROOT: Final = RDF + "RDF"
ABOUT: Final = RDF + "about"
RESOURCE: Final = RDF + "resource"
NOTATION: Final = SKOS + "notation"
ABOVE: Final = frozenset({SKOS + "broader", RDFS + "subClassOf", SKOS + "broaderTransitive"})
PREFERRED: Final = (SKOS + "prefLabel", RDFS + "label")
ALTERNATIVE: Final = frozenset({SKOS + "altLabel", SKOS + "hiddenLabel"})
DEFINITION: Final = SKOS + "definition"
DEPRECATED: Final = OWL + "deprecated"
VERSION: Final = frozenset({OWL + "versionInfo", "{http://purl.org/dc/terms/}hasVersion"})
NAMED: Final = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?|v?[0-9]+(?:\.[0-9]+)+)\.[a-z]+$")
"""A version at the end of a file's name: `terminologie-cim-10-2025-01-01.rdf`."""
LEFT_OUT: Final = frozenset({RDF, RDFS, OWL})
"""Namespaces of statements on the concept as a thing of RDF."""
SMT: Final = "https://smt.esante.gouv.fr/"


class Described(NamedTuple):
    """What one pass over a file finds: which codes there are, what is said of them, a version."""

    codes: Mapping[str, str]
    """URI -> code."""
    literals: frozenset[str]
    """Predicates that give texts; and those that lead to other concepts."""
    links: frozenset[str]
    version: str


class System(NamedTuple):
    """What is known of a terminology beside its file."""

    kind: str
    url: str
    name: str
    title: str
    aliases: tuple[str, ...] = ()


def read(given: Given) -> Sequence[Reading]:
    """One system, of one file; its URL is that of the SMT where the file's name says which."""
    file = rdf_of(given)
    if file is None:
        raise other_kind("skos", "RDF/XML (.rdf, .owl)", _place(given))
    stem = NAMED.sub("", file.name).rstrip("-_.").removesuffix(".rdf").removesuffix(".owl")
    url = given.options.url or (SMT + stem if stem.startswith("terminologie-") else "")
    if not url:
        raise fault("nomenclature.url", phrases.NO_URL, file.shown)
    name = stem.removeprefix("terminologie-")
    return [reading_of(file, given, System("skos", url, name, given.options.title or name))]


def rdf_of(given: Given) -> File | None:
    """The file of RDF among those given, when there is one."""
    found = [f for f in given.named(".rdf", ".owl", ".xml") if b"rdf:RDF" in f.start(8_192)]
    return found[0] if len(found) == 1 else None


def reading_of(file: File, given: Given, system: System) -> Reading:
    """Raises `Refused` for what has no concepts with codes."""
    known = _described(file)
    if not known.codes:
        raise other_kind(system.kind, "RDF/XML, skos:notation", file.shown)
    named = NAMED.search(file.name)
    found = named[1] if named else known.version
    version = require_version(given.options.version or found, given, file.shown)
    texts = (declared(_local(tag), "string", _uri(tag)) for tag in known.literals)
    codes = (declared(_local(tag), "code", _uri(tag)) for tag in known.links)
    json = code_system(
        system.url, version, system.name, system.title, language="fr", valueSet=system.url + "?vs",
        property=sorted((*texts, *codes), key=lambda item: str(item["code"])),
    )  # fmt: skip
    header = Header(kind=system.kind, json=json, aliases=system.aliases)
    return Reading(header, lambda: _pieces(file, known))


def _described(file: File) -> Described:
    codes: dict[str, str] = {}
    literals: set[str] = set()
    links: set[str] = set()
    version = ""
    for record in records_of(file):
        if (code := _text(record, NOTATION)) and ABOUT in record.attrib:
            codes.setdefault(record.attrib[ABOUT], code)
            literals.update(each.tag for each in record if _is_text(each))
            links.update(each.tag for each in record if _is_link(each))
        version = version or next(filter(None, (_text(record, tag) for tag in VERSION)), "")
    return Described(codes, frozenset(literals), frozenset(links), version)


def _pieces(file: File, known: Described) -> Iterator[Piece]:
    for record in records_of(file):
        code = known.codes.get(record.get(ABOUT, "")) if _text(record, NOTATION) else None
        if code:
            above = (
                known.codes.get(each.get(RESOURCE, "")) for each in record if each.tag in ABOVE
            )
            yield Piece(code, _body(record, known), tuple(dict.fromkeys(filter(None, above))))


def _body(record: Element, known: Described) -> Json:
    labels = [each for tag in PREFERRED for each in record if each.tag == tag]
    labels.sort(key=lambda each: not _language(each).startswith("fr"))
    display = (labels[0].text or "").strip() if labels else ""
    names = [each for each in (*labels[1:], *_tagged(record, ALTERNATIVE)) if each.text]
    texts = (
        {"code": _local(e.tag), "valueString": (e.text or "").strip()}
        for e in record
        if _is_text(e)
    )
    members = {
        "display": display,
        "definition": _text(record, DEFINITION),
        "designation": list(_designations(display, names)),
        "property": [*texts, *_links(record, known), *_deprecated(record)],
    }
    return {name: value for name, value in members.items() if value}


def _designations(display: str, names: Sequence[Element]) -> Iterator[Json]:
    seen = {display}
    for each in names:
        value = " ".join((each.text or "").split())
        if value and value not in seen:
            seen.add(value)
            yield {"language": _language(each), "use": SYNONYM, "value": value}


def _links(record: Element, known: Described) -> Iterator[Json]:
    for each in record:
        other = known.codes.get(each.get(RESOURCE, "")) if _is_link(each) else None
        if other:
            yield {"code": _local(each.tag), "valueCode": other}


def _deprecated(record: Element) -> Iterator[Json]:
    if _text(record, DEPRECATED).lower() in ("true", "1"):
        yield {"code": "inactive", "valueBoolean": True}


def _is_text(element: Element) -> bool:
    named = element.tag in (NOTATION, DEFINITION, *PREFERRED) or element.tag in ALTERNATIVE
    is_plain = not len(element) and RESOURCE not in element.attrib and bool(element.text)
    return is_plain and not named and _space(element.tag) not in LEFT_OUT


def _is_link(element: Element) -> bool:
    is_one = RESOURCE in element.attrib and element.tag not in ABOVE
    return is_one and _space(element.tag) not in LEFT_OUT


def _tagged(record: Element, tags: frozenset[str]) -> Iterator[Element]:
    return (each for each in record if each.tag in tags)


def _text(record: Element, tag: str) -> str:
    """Of the first element of this name; "" when there is none."""
    return next(((each.text or "").strip() for each in record if each.tag == tag), "")


def _language(element: Element) -> str:
    return element.get(LANGUAGE, "fr")


def _space(tag: str) -> str:
    return tag[: tag.find("}") + 1]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _uri(tag: str) -> str:
    return tag.replace("{", "").replace("}", "")


def _place(given: Given) -> str:
    return given.sources[0].name if given.sources else ""
