"""ATC: as the SMT gives it (RDF), or a table of codes and names, as others publish it.

The five levels are in the codes: A, A10, A10B, A10BA, A10BA02.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.search.normalize import normalize
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

URL: Final = "http://www.whocc.no/atc"
ALIASES: Final = ("https://smt.esante.gouv.fr/terminologie-atc", "urn:oid:2.16.840.1.113883.6.73")
TITLE: Final = "Classification anatomique, thérapeutique et chimique"
CODE: Final = re.compile(r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")
LEVELS: Final = (7, 5, 4, 3, 1)
"""Characters of a code at each level, the substance first."""
WANTED: Final = "ATC (.rdf ; .csv : code, libellé)"


def read(given: Given) -> Sequence[Reading]:
    """One system, of one file."""
    if file := skos.rdf_of(given):
        return [skos.reading_of(file, given, skos.System("atc", URL, "ATC", TITLE, ALIASES))]
    files = given.named(".csv", ".txt", ".tsv")
    if len(files) != 1:
        raise other_kind("atc", WANTED, given.sources[0].name if given.sources else "")
    (file,) = files
    if next(_pieces(file), None) is None:
        raise other_kind("atc", WANTED, file.shown)
    version = require_version(given.options.version, given, file.shown)
    json = code_system(
        URL, version, "ATC", TITLE, language=given.options.language or "fr",
        hierarchyMeaning="classified-with", valueSet=URL + "/vs",
        property=[declared("level", "integer")],
        identifier=[{"system": "urn:ietf:rfc:3986", "value": ALIASES[1]}],
    )  # fmt: skip
    return [Reading(Header(kind="atc", json=json, aliases=ALIASES), lambda: _pieces(file))]


def _pieces(file: File) -> Iterator[Piece]:
    """Lines whose first cell is a code; another dose of the same substance is the same code."""
    seen = set()
    for _, cells in cells_of(file, separator_of(file), quoted=True):
        code = cells[0].strip().upper()
        label = cells[1].strip() if len(cells) > 1 else ""
        if CODE.fullmatch(code) and label and code not in seen and not _is_head(label):
            seen.add(code)
            level = len(LEVELS) - LEVELS.index(len(code))
            body = {"display": label, "property": [{"code": "level", "valueInteger": level}]}
            yield Piece(code, body, _above(code))


def _is_head(label: str) -> bool:
    return normalize(label) in ("libelle", "name", "atc level name", "nom")


def _above(code: str) -> tuple[str, ...]:
    above = [length for length in LEVELS if length < len(code)]
    return (code[: above[0]],) if above else ()
