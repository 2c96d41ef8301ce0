"""The units of UCUM, as terms that one can look for: those of the table that Hygie ships.

A code of UCUM is an expression (`mg/dL`, `10*3/uL`): which ones there are is for the grammar to say
(`hygie.fhir.path.values.units`). The book has the units that expressions are made of.
"""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from hygie.fhir.path.items import UCUM
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading.given import File, Given, Options, given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.records import records_of

SHIPPED: Final = ("hygie.fhir.path.values.units", "ucum-essence.xml")
SPACE: Final = "{http://unitsofmeasure.org/ucum-essence}"
OID: Final = "urn:oid:2.16.840.1.113883.6.8"
UNITS: Final = frozenset({SPACE + "base-unit", SPACE + "unit"})
LICENCE: Final = "UCUM License (https://ucum.org/license)"


def read(given_files: Given) -> Sequence[Reading]:
    """Of the file given, or of the one that is shipped when there is none."""
    found = given_files.named(".xml")
    file = found[0] if found else _shipped()
    root = next(records_of(file))
    if root.tag != SPACE + "root":
        raise other_kind("ucum", "ucum-essence.xml", file.shown)
    version = require_version(root.get("version", ""), given_files, file.shown)
    json = code_system(
        UCUM, version, "UCUM", "Unified Code for Units of Measure", language="en",
        content="fragment", compositional=True, valueSet=UCUM + "/vs",
        identifier=[{"system": "urn:ietf:rfc:3986", "value": OID}],
        property=[declared("property", "string"), declared("isMetric", "boolean")],
    )  # fmt: skip
    header = Header(kind="ucum", json=json, aliases=(OID,), licence=LICENCE)
    return [Reading(header, lambda: _pieces(file))]


def _shipped() -> File:
    package, name = SHIPPED
    return given([Path(str(files(package) / name))], Options()).files[0]


def _pieces(file: File) -> Iterator[Piece]:
    for record in records_of(file):
        if record.tag in UNITS:
            yield Piece(record.get("Code", ""), _body(record))


def _body(record: Element) -> Json:
    texts = {tag: _text(record, tag) for tag in ("name", "printSymbol", "property")}
    names = [{"value": texts["printSymbol"]}] if texts["printSymbol"] else []
    properties: list[Json] = [{"code": "isMetric", "valueBoolean": record.get("isMetric") != "no"}]
    if texts["property"]:
        properties.append({"code": "property", "valueString": texts["property"]})
    return {"display": texts["name"], "designation": names, "property": properties}


def _text(record: Element, tag: str) -> str:
    found = record.find(SPACE + tag)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""
