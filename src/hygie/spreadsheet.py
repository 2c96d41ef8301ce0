"""Tables for spreadsheets (CSV, RFC 4180).

Spreadsheets take a cell that begins with = + - @ for a formula: an apostrophe is put before it.
"""

import csv
import io
from collections.abc import Iterable
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
BOM: Final = b"\xef\xbb\xbf"
"""Without it, spreadsheets take UTF-8 for something else."""
FRENCH: Final = ";"
"""What French spreadsheets part cells at."""


def harmless(cell: str) -> str:
    """Never a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def as_csv(rows: Iterable[Iterable[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
