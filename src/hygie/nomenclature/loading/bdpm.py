"""The public drug database (BDPM): specialities (CIS), presentations (CIP13), and UCD where given.

Tables without a head, separated by tabs; the columns are those of the document "Contenu et format
des fichiers téléchargeables dans la BDPM" (ANSM). Files beside CIS_bdpm.txt may be left out. The
table of UCD codes has a head, and comes from the SMT or the Assurance Maladie.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import at, fault
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import (
    Reading,
    code_system,
    declared,
    other_kind,
    require_version,
)
from hygie.nomenclature.loading.tables import cells_of, few_cells, rows_of, separator_of

BASE: Final = "http://data.esante.gouv.fr/ansm/medicament/"
WANTED: Final = "CIS_bdpm.txt, CIS_CIP_bdpm.txt…"
NOT_MARKETED: Final = ("non commercialisee", "arret", "suspension")
"""Words of the state in which a product is, when it is not to be had."""
CIS_COLUMNS: Final = (
    "", "", "forme", "voies", "statut", "procedure", "commercialisation", "dateAMM", "statutBdm",
    "autorisationEuropeenne", "titulaires", "surveillanceRenforcee",
)  # fmt: skip
CIP_COLUMNS: Final = (
    "cis", "cip7", "", "statut", "commercialisation", "dateDeclaration", "", "collectivites",
    "remboursement", "prix",
)  # fmt: skip
CODES: Final = frozenset({"cis", "cip7", "cip13", "ucd7"})
Row = Sequence[str]


class Table(NamedTuple):
    """One system of the database, and the columns of its file."""

    name: str
    path: str
    title: str
    oid: str
    code: int
    display: int
    columns: tuple[str, ...]
    others: tuple[str, ...]
    """Properties that come from other files."""


CIS: Final = Table(
    "CIS", "SpecialitePharmaceutique", "Spécialités pharmaceutiques (CIS)",
    "urn:oid:1.2.250.1.213.2.3.1", 0, 1, CIS_COLUMNS,
    ("substance", "groupeGenerique", "conditionPrescription"),
)  # fmt: skip
CIP: Final = Table(
    "CIP13", "Presentation", "Présentations de médicaments (CIP13)",
    "urn:oid:1.2.250.1.213.2.3.2", 6, 2, CIP_COLUMNS, (),
)  # fmt: skip


def read(given: Given) -> Sequence[Reading]:
    """Up to three systems of one version."""
    named = {file.name.lower(): file for file in given.files}
    cis = named.get("cis_bdpm.txt")
    if cis is None:
        raise other_kind("bdpm", WANTED, given.sources[0].name if given.sources else "")
    version = require_version(given.options.version, given, cis.shown)
    readings = [_reading(CIS, version, lambda: _specialities(cis, named))]
    if presentations := named.get("cis_cip_bdpm.txt"):
        readings.append(_reading(CIP, version, lambda: _presentations(presentations, cis)))
    if ucd := next((f for name, f in named.items() if "ucd" in name), None):
        readings.append(_ucd(ucd, version))
    return readings


def _reading(table: Table, version: str, pieces: Callable[[], Iterator[Piece]]) -> Reading:
    names = [name for name in (*table.columns, *table.others) if name]
    kinds = {name: "code" if name in CODES else "string" for name in names}
    json = code_system(
        BASE + table.path, version, table.name, table.title, language="fr",
        identifier=[{"system": "urn:ietf:rfc:3986", "value": table.oid}] if table.oid else [],
        property=[declared("notMarketed", "boolean"), *(declared(*item) for item in kinds.items())],
    )  # fmt: skip
    aliases = (table.oid,) if table.oid else ()
    return Reading(Header(kind="bdpm", json=json, aliases=aliases), pieces)


def _specialities(file: File, named: dict[str, File]) -> Iterator[Piece]:
    yield from _table(file, CIS)
    if substances := named.get("cis_compo_bdpm.txt"):
        for cells in _rows(substances, 8):
            dose = f"{cells[3]} ({cells[4]})" if cells[4] else cells[3]
            yield _adding(cells[0], "substance", dose)
    if groups := named.get("cis_gener_bdpm.txt"):
        for cells in _rows(groups, 3):
            yield _adding(cells[2], "groupeGenerique", f"{cells[0]} {cells[1]}")
    if conditions := named.get("cis_cpd_bdpm.txt"):
        for cells in _rows(conditions, 2):
            yield _adding(cells[0], "conditionPrescription", cells[1])


def _presentations(file: File, specialities: File) -> Iterator[Piece]:
    """A presentation is called by its speciality too: `plaquette de 16 comprimés` says little."""
    names = {cells[0]: cells[1] for cells in _rows(specialities, len(CIS_COLUMNS) - 1)}
    for piece in _table(file, CIP):
        speciality = names.get(piece.body["property"][0].get("valueCode", ""), "")
        label = piece.body["display"]
        display = f"{speciality} — {label}" if speciality else label
        yield piece._replace(body={**piece.body, "display": display, "designation": [
            {"language": "fr", "value": label}]})  # fmt: skip


def _table(file: File, table: Table) -> Iterator[Piece]:
    for cells in _rows(file, len(table.columns) - 1):
        properties = list(_properties(table, cells))
        state = normalize(_cell(table, cells, "commercialisation"))
        if any(word in state for word in NOT_MARKETED):
            properties.append({"code": "notMarketed", "valueBoolean": True})
        yield Piece(cells[table.code], {"display": cells[table.display], "property": properties})


def _properties(table: Table, cells: Row) -> Iterator[Json]:
    for name, cell in zip(table.columns, cells, strict=False):
        kind = "valueCode" if name in CODES else "valueString"
        for value in cell.split(";") if name in ("voies", "titulaires") else (cell,):
            if name and value.strip():
                yield {"code": name, kind: value.strip()}


def _cell(table: Table, cells: Row, name: str) -> str:
    return cells[table.columns.index(name)]


def _adding(code: str, name: str, value: str) -> Piece:
    return Piece(code, {"property": [{"code": name, "valueString": value}]}, defines=False)


def _rows(file: File, width: int) -> Iterator[Row]:
    """Raises `Refused` at the first line that has no code where one belongs."""
    for line, cells in cells_of(file, "\t", quoted=False):
        if len(cells) < width:
            raise few_cells(file, line, len(cells), width)
        stripped = [cell.strip() for cell in cells]
        if not stripped[0].isdigit():
            reason = stripped[0][:20]
            raise fault(
                "nomenclature.table", phrases.BAD_TABLE, at(file.shown, line), reason=reason
            )
        yield stripped


def _ucd(file: File, version: str) -> Reading:
    """A table with a head, in which a column has UCD codes; CIP codes beside them are kept."""
    separator = separator_of(file)
    heads = list(next(iter(rows_of(file, separator, (), quoted=True))).cells)
    plain = {normalize(name).replace(" ", ""): name for name in heads}
    code = next((plain[name] for name in plain if "ucd13" in name), "") or next(
        (plain[name] for name in plain if "ucd" in name and "7" not in name), ""
    )
    label = next((plain[name] for name in plain if "libel" in name), "")
    if not code or not label:
        raise other_kind("bdpm", f"{file.name}: UCD13, libellé", file.shown)
    kept = {plain[n]: k for n in plain for k in ("cip13", "cip7", "ucd7") if k in n}
    table = Table("UCD", "UCD", "Unités communes de dispensation (UCD)", "", 0, 0, (),
                  ("cip13", "cip7", "ucd7"))  # fmt: skip

    def pieces() -> Iterator[Piece]:
        seen: set[str] = set()
        for row in rows_of(file, separator, (code, label), quoted=True):
            number = row.cell(code)
            properties: list[Any] = [
                {"code": kind, "valueCode": row.cell(name)}
                for name, kind in kept.items()
                if row.cell(name)
            ]
            is_new = number not in seen
            seen.add(number)
            body: Json = {"property": properties}
            yield Piece(
                number, {"display": row.cell(label), **body} if is_new else body, defines=is_new
            )

    return _reading(table, version, pieces)
