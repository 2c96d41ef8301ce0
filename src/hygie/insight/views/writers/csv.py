"""Rows as CSV (RFC 4180, lines ended by LF, UTF-8), for spreadsheets as for programs.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and runs it: whoever
can write a name into a message could make the reader's computer send what is on the sheet
elsewhere. An apostrophe goes before texts that could be one, as OWASP advises; numbers and dates
stay as they are. In French, a spreadsheet parts cells at semicolons: what stands behind one within
a text may be a cell as well. Other formats hold every text unchanged.
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

_FORMULA: Final = re.compile(
    r"""
    (?: \A | (?<= [;\t\r\n] ) )       # where a cell may begin: so it does in French, at ";"
    (?= [ "]* (?:
        [=@＝＠]
      | [+\-＋－] (?! [\d .,()/]* (?: \Z | [;\t\r\n] ) )    # else a number, or a telephone
    ) )
    | \A (?= [\t\r\n] )
    """,
    re.VERBOSE,
)
"""Where a formula may begin."""
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
            return _guarded(value)
        case msgspec.Raw():
            raw = bytes(value).decode()
            return _guarded(raw) if raw.startswith("{") else raw
        case list():
            return _guarded(msgspec.json.encode(value).decode())
        case _:
            return value


def _guarded(text: str) -> str:
    return _FORMULA.sub("'", text)
