"""Rows as CSV (RFC 4180, lines ended by LF, UTF-8), for spreadsheets as for programs.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and runs it: whoever
can write a name into a message could make the reader's computer send what is on the sheet
elsewhere. An apostrophe goes before texts that could be one, as OWASP advises; numbers and dates
stay as they are. Other formats hold every text unchanged.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import pyarrow as pa

from hygie.insight.views.schema import ColumnType
from hygie.insight.views.writers.sinks import Sink
from hygie.insight.views.writers.values import objects

_FORMULA: Final = re.compile(r"[=@\t\r]|[+\-](?![\d .,()/]*\Z)")
"""How a formula begins. A sign before digits and separators only is a number, or a telephone."""
_TRUTH: Final = {True: "true", False: "false"}


class CsvWriter:
    def __init__(self, sink: Sink, columns: Sequence[ColumnType], *, header: bool = True) -> None:
        self._sink = sink
        self._columns = columns
        if header:
            self._send([[column.name for column in columns]])

    def write(self, rows: pa.RecordBatch) -> None:
        self._send([list(map(_cell, row.values())) for row in objects(rows, self._columns)])

    def close(self) -> None:
        """Nothing comes after the last line."""

    def _send(self, lines: Sequence[Sequence[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(lines)
        self._sink.write(text.getvalue().encode())


def _cell(value: Any) -> Any:
    """Null is an empty cell; lists and objects are JSON."""
    match value:
        case bool():
            return _TRUTH[value]
        case str():
            return f"'{value}" if _FORMULA.match(value) else value
        case msgspec.Raw():
            return bytes(value).decode()
        case list():
            return msgspec.json.encode(value).decode()
        case _:
            return value
