"""Accounts as a list that a spreadsheet opens, changes and gives back. Pure.

A column that is missing leaves what there is; a cell that is empty empties it. What only tells how
an account stands is written, and not read back.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.access.accounts import Standing
from hygie.access.lifecycle.ending import read_end, say_end
from hygie.access.names import normalize_name
from hygie.access.phrases import (
    BAD_COLUMN,
    BAD_ENCODING,
    BAD_WIDTH,
    LIST_EMPTY,
    LIST_TOO_LONG,
    NAME_TWICE,
)
from hygie.limits.access import MAX_ACCOUNTS_FILE_BYTES, MAX_IMPORTED_ACCOUNTS
from hygie.refusal import Category, Issue, Refused, refuse
from hygie.spreadsheet import BOM, FRENCH, as_csv, harmless, plain

NAME: Final = "compte"
FACTS: Final = {
    "nom": "display", "role": "role", "praticien": "practitioner", "identifiant": "national",
    "unites": "units", "specialite": "specialty", "courriel": "email", "fin": "until",
}  # fmt: skip
"""Column -> fact."""
TOLD: Final = ("etat", "cree", "derniere_connexion", "second_facteur", "confirme")
"""Columns that are not read back."""
SECOND: Final = {"": "aucun", "set": "en place", "owed": "à mettre en place"}


class Line(NamedTuple):
    """What a line says of an account."""

    number: int
    name: str
    said: dict[str, Any]
    """Fact -> value, of the columns that are there."""


class Fault(NamedTuple):
    """What is wrong on a line."""

    number: int
    issue: Issue


def decode_list(raw: bytes) -> str:
    """UTF-8, or what a French spreadsheet writes by itself (Windows-1252). Raises `Refused`."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(Category.INVALID, "accounts.encoding", BAD_ENCODING, code="structure")


def read_list(text: str, zone: ZoneInfo) -> tuple[list[Line], list[Fault]]:
    """Its lines, and what is wrong with some. Raises `Refused` when it is no such list at all."""
    if len(text.encode()) > MAX_ACCOUNTS_FILE_BYTES:
        raise _too_long(f"{MAX_ACCOUNTS_FILE_BYTES // 1024} Ko")
    rows = list(_rows(text.removeprefix("\ufeff")))
    if len(rows) > MAX_IMPORTED_ACCOUNTS + 1:
        raise _too_long(str(MAX_IMPORTED_ACCOUNTS))
    if len(rows) < 2:
        raise refuse(Category.INVALID, "accounts.empty", LIST_EMPTY, code="required")
    columns = _columns(rows[0][1])
    lines: list[Line] = []
    faults: list[Fault] = []
    met: set[str] = set()
    for number, cells in rows[1:]:
        try:
            line = _line(number, columns, cells, zone)
            if line.name in met:
                raise refuse(Category.INVALID, "accounts.twice", NAME_TWICE, code="duplicate")
        except Refused as refused:
            faults += (Fault(number, issue) for issue in refused.refusal.issues)
        else:
            met.add(line.name)
            lines.append(line)
    return lines, faults


def write_list(known: Iterable[Standing], zone: ZoneInfo) -> bytes:
    rows = ((harmless(cell) for cell in _cells(one, zone)) for one in known)
    return BOM + as_csv([(NAME, *FACTS, *TOLD), *rows], FRENCH)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Those that are not blank, with the number of the line they end on."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=max(";,\t", key=head.count), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        place = str(reader.line_num)
        raise refuse(
            Category.INVALID, "accounts.width", BAD_WIDTH, code="structure", location=place
        ) from error


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [_folded(cell) for cell in cells]
    known = (NAME, *FACTS, *TOLD)
    wrong = [cell for cell, column in zip(cells, columns, strict=True) if column not in known]
    if wrong or NAME not in columns or len(set(columns)) < len(columns):
        raise refuse(
            Category.INVALID, "accounts.column", BAD_COLUMN, code="structure",
            known=", ".join((NAME, *FACTS)),
        )  # fmt: skip
    return columns


def _line(number: int, columns: list[str], cells: list[str], zone: ZoneInfo) -> Line:
    if len(cells) != len(columns):
        raise refuse(Category.INVALID, "accounts.width", BAD_WIDTH, code="structure")
    row = {column: plain(cell.strip()) for column, cell in zip(columns, cells, strict=True)}
    said = {
        fact: _value(fact, row[column], zone) for column, fact in FACTS.items() if column in row
    }
    return Line(number, normalize_name(row[NAME]), said)


def _value(fact: str, cell: str, zone: ZoneInfo) -> Any:
    match fact:
        case "units":
            return tuple(cell.split())
        case "until":
            return read_end(cell, zone)
        case _:
            return cell


def _cells(one: Standing, zone: ZoneInfo) -> Iterator[str]:
    account = one.account
    yield account.name
    for fact in FACTS.values():
        value = getattr(account, fact)
        if fact == "units":
            yield " ".join(value)
        else:
            yield say_end(value, zone) if fact == "until" else value
    yield "fermé" if account.disabled else "invité" if one.invited else "ouvert"
    yield account.created.astimezone(zone).date().isoformat()
    yield one.seen.astimezone(zone).date().isoformat() if one.seen else "jamais"
    yield SECOND[one.second]
    yield account.reviewed.astimezone(zone).date().isoformat() if account.reviewed else "jamais"


def _folded(cell: str) -> str:
    """« Unités » is written "unites"."""
    letters = unicodedata.normalize("NFD", cell.strip().casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace(" ", "_")


def _too_long(limit: str) -> Refused:
    return refuse(Category.TOO_LARGE, "accounts.too-long", LIST_TOO_LONG, limit=limit)
