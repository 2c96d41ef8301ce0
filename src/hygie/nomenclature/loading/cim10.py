"""CIM-10 FR as the ATIH publishes it: ClaML (Classification Markup Language, EN 14463), in XML.

Own reader rather than the package `cim10-claml`, which holds the whole document in memory, leaves
entities to expat's defaults and gives notes as HTML: see docs/decisions/0014-books.md.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import skos
from hygie.nomenclature.loading.claml import Claml
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.records import LANGUAGE, records_of

URL: Final = "https://smt.esante.gouv.fr/terminologie-cim-10"
ALIASES: Final = ("http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3")
"""The second is what ANS gives as its OID, and what French documents are coded with."""
TITLE: Final = (
    "Classification internationale des maladies, 10e révision, version française à usage PMSI"
)
WANTED: Final = "CIM-10 FR, ClaML (.xml, .zip), RDF"
XKOS: Final = "http://rdf-vocabulary.ddialliance.org/xkos#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROPERTIES: Final = (
    declared("type", "code", "http://purl.org/dc/elements/1.1/type"),
    declared("usage", "code", "", "dagger : étiologie ; aster : manifestation"),
    declared("notSelectable", "boolean", "http://hl7.org/fhir/concept-properties#notSelectable"),
    declared("inclusionNote", "string", XKOS + "inclusionNote"),
    declared("exclusionNote", "string", XKOS + "exclusionNote"),
    declared("note", "string", SKOS + "note"),
    declared("codingHint", "string", SKOS + "scopeNote"),
)
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEAR: Final = re.compile(r"\b(?:19|20)[0-9]{2}\b")


def read(given: Given) -> Sequence[Reading]:
    """One system, of one file."""
    if rdf := skos.rdf_of(given):
        return [skos.reading_of(rdf, given, skos.System("cim10", URL, "CIM10", TITLE, ALIASES))]
    files = [file for file in given.named(".xml") if b"<ClaML" in file.start(4_096)]
    if len(files) != 1:
        raise other_kind("cim10", WANTED, given.sources[0].name if given.sources else "")
    (file,) = files
    title = _title(file)
    version = require_version(_version(title), given, file.shown)
    json = code_system(
        URL, version, "CIM10", TITLE, language="fr", hierarchyMeaning="classified-with",
        identifier=[{"system": "urn:ietf:rfc:3986", "value": ALIASES[1]}],
        valueSet=URL + "?vs", property=list(PROPERTIES),
    )  # fmt: skip
    return [Reading(Header(kind="cim10", json=json, aliases=ALIASES), lambda: _pieces(file))]


def _title(file: File) -> Element:
    """Raises `Refused` for a classification that is another one, or in another language."""
    for record in records_of(file):
        if record.tag == "Title":
            named = " ".join((record.get("name", ""), record.text or "")).upper()
            if "CIM" not in named and "ICD-10" not in named and "MALADIES" not in named:
                raise other_kind("cim10", WANTED, file.shown)
            return record
        if record.tag == "Meta" and record.get("name") == "lang":
            _require_french(record.get("value", ""), file)
    raise other_kind("cim10", WANTED, file.shown)


def _require_french(language: str, file: File) -> None:
    if language and not language.lower().startswith("fr"):
        raise other_kind("cim10", f"{WANTED}, fr ≠ {language[:8]}", file.shown)


def _version(title: Element) -> str:
    """The day from which it is in use; the year, where only that is said."""
    if DATE.fullmatch(title.get("date", "")):
        return title.get("date", "")
    year = YEAR.search(title.get("version", "")) or YEAR.search(title.text or "")
    return year[0] if year else title.get("version", "")


def _pieces(file: File) -> Iterator[Piece]:
    """Modifiers may stand anywhere: all is read before the first code is given, some 40 MB."""
    claml = Claml()
    for record in records_of(file):
        for language in {label.get(LANGUAGE, "") for label in record.iter("Label")}:
            _require_french(language, file)
        claml.take(record)
    if not claml.is_icd10:
        raise other_kind("cim10", WANTED, file.shown)
    return claml.pieces()
