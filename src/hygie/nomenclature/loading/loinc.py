"""LOINC as Regenstrief publishes it: the zip of a release, or the tables in it (Loinc.csv…).

French names come from `frFR…LinguisticVariant.csv`; the hierarchy from the component hierarchy by
system (before 2.73, the multi-axial one), whose nodes are parts. Properties: R4 loinc.html.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.packages.versions import age
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.rubrics import SYNONYM
from hygie.nomenclature.loading.tables import Row, rows_of

URL: Final = "http://loinc.org"
OID: Final = "urn:oid:2.16.840.1.113883.6.1"
WANTED: Final = "Loinc_x.yy.zip, Loinc.csv"
TABLE: Final = "loinc.csv"
HIERARCHIES: Final = ("componenthierarchybysystem.csv", "multiaxialhierarchy.csv")
PARTS: Final = "part.csv"
LISTS: Final = "answerlist.csv"
VARIANT: Final = re.compile(r"([a-z]{2})([A-Z]{2})[0-9]+LinguisticVariant\.csv")
NEEDED: Final = ("LOINC_NUM", "COMPONENT", "LONG_COMMON_NAME", "STATUS", "VersionLastChanged")
AXES: Final = ("COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP")
KEPT: Final = (
    *AXES, "CLASS", "CLASSTYPE", "STATUS", "ORDER_OBS", "UNITSREQUIRED", "EXAMPLE_UCUM_UNITS",
    "VersionFirstReleased", "VersionLastChanged",
)  # fmt: skip
DEPRECATED: Final = "DEPRECATED"
ENGLISH: Final = "en"


def read(given: Given) -> Sequence[Reading]:
    """One system, whose version is the newest that its terms name."""
    tables = [file for file in given.files if file.name.lower() == TABLE]
    if len(tables) != 1:
        raise other_kind("loinc", WANTED, given.sources[0].name if given.sources else "")
    (table,) = tables
    changed = {row.cell("VersionLastChanged") for row in _rows(table)}
    version = require_version(given.options.version or max(changed, key=age), given, table.shown)
    json = code_system(
        URL, version, "LOINC", "LOINC", language=ENGLISH, caseSensitive=False,
        hierarchyMeaning="is-a", valueSet=URL + "/vs", compositional=False,
        identifier=[{"system": "urn:ietf:rfc:3986", "value": OID}],
        property=[declared("inactive", "boolean"), *(declared(name, "string") for name in KEPT)],
    )  # fmt: skip
    return [Reading(Header(kind="loinc", json=json, aliases=(OID,)), lambda: _pieces(given, table))]


def _pieces(given: Given, table: File) -> Iterator[Piece]:
    for row in _rows(table):
        yield Piece(row.cell("LOINC_NUM"), _term(row))
    for file in given.files:
        name = file.name.lower()
        if name == PARTS:
            yield from _parts(file)
        elif name == LISTS:
            yield from _lists(file)
        elif found := VARIANT.fullmatch(file.name):
            yield from _names(file, f"{found[1]}-{found[2]}")
    hierarchies = [each for each in given.files if each.name.lower() in HIERARCHIES]
    if hierarchies:
        yield from _nodes(hierarchies[0], has_parts=bool(given.named("/" + PARTS, PARTS)))


def _rows(table: File) -> Iterator[Row]:
    return rows_of(table, ",", NEEDED, quoted=True)


def _term(row: Row) -> Json:
    properties: list[Json] = [
        {"code": name, "valueString": row.cell(name)} for name in KEPT if row.cell(name)
    ]
    if row.cell("STATUS") == DEPRECATED:
        properties.append({"code": "inactive", "valueBoolean": True})
    names = dict.fromkeys((row.cell("SHORTNAME"), row.cell("DisplayName"), _axes(row)))
    display = row.cell("LONG_COMMON_NAME")
    others = [name for name in names if name and name != display]
    return {
        "display": display,
        "designation": [{"language": ENGLISH, "use": SYNONYM, "value": name} for name in others],
        "property": properties,
    }


def _axes(row: Row) -> str:
    """The fully specified name: its axes, the method where there is one."""
    axes = [row.cell(name) for name in AXES]
    return ":".join(axes if axes[-1] else axes[:-1]) if axes[0] else ""


def _names(file: File, language: str) -> Iterator[Piece]:
    """Of a linguistic variant: what is shown first, then the long name, then the axes."""
    for row in rows_of(file, ",", ("LOINC_NUM", "COMPONENT"), quoted=True):
        shown = row.cell("LinguisticVariantDisplayName"), row.cell("LONG_COMMON_NAME"), _axes(row)
        names = filter(None, dict.fromkeys((*shown, row.cell("SHORTNAME"))))
        said = [{"language": language, "use": SYNONYM, "value": name} for name in names]
        yield Piece(row.cell("LOINC_NUM"), {"designation": said}, defines=False)


def _parts(file: File) -> Iterator[Piece]:
    needed = ("PartNumber", "PartTypeName", "PartName", "Status")
    for row in rows_of(file, ",", needed, quoted=True):
        shown = row.cell("PartDisplayName") or row.cell("PartName")
        properties: list[Json] = [
            {"code": "CLASS", "valueString": row.cell("PartTypeName")},
            {"code": "STATUS", "valueString": row.cell("Status")},
        ]
        if row.cell("Status") == DEPRECATED:
            properties.append({"code": "inactive", "valueBoolean": True})
        yield Piece(row.cell("PartNumber"), {"display": shown, "property": properties})


def _lists(file: File) -> Iterator[Piece]:
    """Lists of answers, each with its answers below."""
    seen = set()
    needed = ("AnswerListId", "AnswerListName", "AnswerStringId", "DisplayText")
    for row in rows_of(file, ",", needed, quoted=True):
        listed, answer = row.cell("AnswerListId"), row.cell("AnswerStringId")
        if listed not in seen:
            seen.add(listed)
            yield Piece(listed, {"display": row.cell("AnswerListName")})
        if answer:
            is_new = answer not in seen
            seen.add(answer)
            body = {"display": row.cell("DisplayText")} if is_new else {}
            yield Piece(answer, body, (listed,), defines=is_new)


def _nodes(file: File, *, has_parts: bool) -> Iterator[Piece]:
    """Nodes that are terms or known parts are placed; others are defined here."""
    seen = set()
    needed = ("IMMEDIATE_PARENT", "CODE", "CODE_TEXT")
    for row in rows_of(file, ",", needed, quoted=True):
        code, above = row.cell("CODE"), row.cell("IMMEDIATE_PARENT")
        is_own = code.startswith("LP") and not has_parts and code not in seen
        seen.add(code)
        body = {"display": row.cell("CODE_TEXT")} if is_own else {}
        yield Piece(code, body, (above,) if above else (), defines=is_own)
