"""CCAM: as the SMT gives it (RDF), or the table of the Assurance Maladie or the ATIH, as text.

The table is that of the published workbook, saved as CSV: chapters (`01.01.02`) and acts
(`ABCD001`) in its order, the code in the first cell that is not empty, the label in the next.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import skos
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.tables import cells_of, separator_of

URL: Final = "https://smt.esante.gouv.fr/terminologie-ccam"
ALIASES: Final = ("urn:oid:1.2.250.1.215.300.1", "urn:oid:1.2.250.1.213.2.5")
"""The OID of today, and that of older documents."""
TITLE: Final = "Classification commune des actes médicaux"
ACT: Final = re.compile(r"[A-Z]{4}[0-9]{3}(?:-[0-9]{2})?")
CHAPTER: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{2}){0,4}\.?")
VERSION: Final = re.compile(r"[vV]_?([0-9]{1,3}(?:[._][0-9]{1,2})?)")
WANTED: Final = "CCAM (.rdf ; .csv : code, libellé)"


def read(given: Given) -> Sequence[Reading]:
    """One system, of one file."""
    if file := skos.rdf_of(given):
        return [skos.reading_of(file, given, skos.System("ccam", URL, "CCAM", TITLE, ALIASES))]
    files = given.named(".csv", ".txt", ".tsv")
    if len(files) != 1:
        raise other_kind("ccam", WANTED, given.sources[0].name if given.sources else "")
    (file,) = files
    if next(_pieces(file), None) is None:
        raise other_kind("ccam", WANTED, file.shown)
    named = VERSION.search(file.name)
    found = given.options.version or (f"v{named[1].replace('_', '.')}" if named else "")
    version = require_version(found, given, file.shown)
    json = code_system(
        URL, version, "CCAM", TITLE, language="fr", hierarchyMeaning="classified-with",
        identifier=[{"system": "urn:ietf:rfc:3986", "value": ALIASES[0]}], valueSet=URL + "?vs",
        property=[
            declared("type", "code"),
            declared(
                "notSelectable", "boolean", "http://hl7.org/fhir/concept-properties#notSelectable"
            ),
        ],
    )  # fmt: skip
    return [Reading(Header(kind="ccam", json=json, aliases=ALIASES), lambda: _pieces(file))]


def _pieces(file: File) -> Iterator[Piece]:
    """Chapters and acts; what goes on from the line before (activities, phases, notes) is passed
    over. An act that comes again, for another activity, is the same one."""
    chapter, seen = "", set()
    for _, cells in cells_of(file, separator_of(file), quoted=True):
        texts = [" ".join(cell.split()) for cell in cells if cell.strip()]
        code, label = (texts[0], texts[1]) if len(texts) > 1 else ("", "")
        if ACT.fullmatch(code) and code not in seen:
            seen.add(code)
            kind = {"code": "type", "valueCode": "acte"}
            yield Piece(code, {"display": label, "property": [kind]}, (chapter,) if chapter else ())
        elif CHAPTER.fullmatch(code) and any(letter.isalpha() for letter in label):
            chapter = _numbered(code)
            if chapter not in seen:
                seen.add(chapter)
                yield _chapter(chapter, label)


def _chapter(number: str, label: str) -> Piece:
    above = number.rpartition(".")[0]
    properties = [
        {"code": "type", "valueCode": "chapitre"},
        {"code": "notSelectable", "valueBoolean": True},
    ]
    body = {"display": label, "property": properties}
    return Piece(number, body, (above,) if above else ())


def _numbered(code: str) -> str:
    """`1.` is chapter 01: the first number has two digits everywhere else."""
    first, dot, rest = code.rstrip(".").partition(".")
    return f"{int(first):02}{dot}{rest}"
