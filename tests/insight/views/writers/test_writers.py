"""Guards what leaves as files: every digit, every character, and a table even without rows."""

import csv
import io
import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import decode_any
from hygie.insight.views.schema import ColumnType
from hygie.insight.views.tables import to_arrow
from hygie.insight.views.writers import FORMATS, Format, format_of, open_writer
from hygie.insight.views.writers.duckdb import DuckdbWriter
from hygie.insight.views.writers.replacing import replacing
from hygie.insight.views.writers.sinks import Outgoing
from hygie.refusal import Refused

COLUMNS = (
    ColumnType("id", "id", "text"),
    ColumnType("value", "decimal", "decimal"),
    ColumnType("rank", "integer", "integer"),
    ColumnType("active", "boolean", "boolean"),
    ColumnType("given", "string", "text", collection=True),
    ColumnType("doses", "decimal", "decimal", collection=True),
    ColumnType("name", "HumanName", "object"),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("a", Decimal("72.50"), 3, True, ["Zoé", 'l"autre'], [Decimal("0.10"), 2], {"family": "M"}),
    ("b", Decimal("1E-20"), None, False, [], None, None),
    ("c", 7, None, None, None, [], None),
)
STREAMED: tuple[Format, ...] = ("ndjson", "json", "csv", "parquet")


def written(
    form: Format, rows: Any = ROWS, columns: Any = COLUMNS, *, header: bool = True
) -> bytes:
    sink = io.BytesIO()
    writer = open_writer(form, sink, columns, header=header)
    for row in rows:
        writer.write(to_arrow([row], columns))
    writer.close()
    return sink.getvalue()


def table(raw: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(io.BytesIO(raw)).to_pylist()
    return found


def expected() -> list[dict[str, Any]]:
    return [dict(zip((c.name for c in COLUMNS), row, strict=True)) for row in ROWS]


def test_json_keeps_every_digit() -> None:
    """Guards: a measurement rounded on its way out: 72.50 is not 72.5."""
    lines = written("ndjson").splitlines()
    assert b'"value":72.50' in lines[0]
    assert [decode_any(line, limit=10_000) for line in lines] == expected()
    assert decode_any(written("json"), limit=10_000) == expected()


def test_csv_is_read_back_as_it_was() -> None:
    """Guards: cells cut at commas, quotes and ends of lines; nulls taken for texts."""
    found = list(csv.DictReader(io.StringIO(written("csv").decode(), newline="")))
    assert found[0] == {
        "id": "a", "value": "72.50", "rank": "3", "active": "true",
        "given": '["Zoé","l\\"autre"]', "doses": "[0.10,2]", "name": '{"family":"M"}',
    }  # fmt: skip
    assert found[2] == {
        "id": "c", "value": "7", "rank": "", "active": "", "given": "", "doses": "[]", "name": "",
    }  # fmt: skip
    assert written("csv", header=False).decode().startswith("a,72.50,")


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "+A1", "-2+3+cmd|' /C calc'!A0", "\tA"]
)
def test_a_cell_is_no_formula(text: str) -> None:
    """Guards: a name in a message that runs on the computer of whoever opens the table."""
    raw = written("csv", [(text,)], COLUMNS[:1])
    assert list(csv.reader(io.StringIO(raw.decode(), newline="")))[1] == ["'" + text]
    assert json.loads(written("ndjson", [(text,)], COLUMNS[:1])) == {"id": text}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Martin;=1+1", "Martin;'=1+1"),
        ('a; "@SUM(A1)"', 'a;\' "@SUM(A1)"'),
        ("-5;+33 6 12;-1-cmd", "-5;+33 6 12;'-1-cmd"),
        ("a\n=1", "a\n'=1"),
        (" =1", "' =1"),
        ("\t=1", "'\t'=1"),
        ("＝1", "'＝1"),
    ],
)
def test_a_part_of_a_cell_is_no_formula_either(text: str, cell: str) -> None:
    """Guards: the same where spreadsheets part cells at semicolons, as in French."""
    raw = written("csv", [(text,)], COLUMNS[:1])
    assert list(csv.reader(io.StringIO(raw.decode(), newline="")))[1] == [cell]


def test_a_list_or_object_is_no_formula_either() -> None:
    """Guards: the same, by way of a column that holds several values."""
    columns = (
        ColumnType("l", "string", "text", collection=True),
        ColumnType("o", "Period", "object"),
        ColumnType("d", "decimal", "decimal"),
    )
    raw = written("csv", [(["a;=1"], {"start": "b;=1"}, Decimal("-1E-7"))], columns)
    line = list(csv.reader(io.StringIO(raw.decode(), newline="")))[1]
    assert line == ['["a;\'=1"]', '{"start":"b;\'=1"}', "-1E-7"]


@pytest.mark.parametrize(
    "text", ["-5", "+33 6 12 34 56 78", "-0.5", "2026-01-01", "a=b", "1-2", "-"]
)
def test_numbers_and_dates_are_left_alone(text: str) -> None:
    """Guards: an apostrophe before every telephone and negative result."""
    assert written("csv", [(text,)], COLUMNS[:1]).decode() == f"id\n{text}\n"


def test_parquet_and_duckdb_keep_decimals_as_text_unless_asked(tmp_path: Path) -> None:
    """Guards: numbers rounded by a type that nobody asked for, or a table of texts where numbers
    were asked for."""
    assert [row["value"] for row in table(written("parquet"))] == ["72.50", "1E-20", "7"]
    exact = (ColumnType("v", "decimal", "decimal", hint="decimal(9, 3)"),)
    raw = written("parquet", [(Decimal("72.50"),), (None,)], exact)
    assert table(raw) == [{"v": Decimal("72.500")}, {"v": None}]
    double = (ColumnType("v", "decimal", "decimal", collection=True, hint="DOUBLE PRECISION"),)
    assert table(written("parquet", [([Decimal("0.5")],)], double)) == [{"v": [0.5]}]
    assert in_database(tmp_path, exact, [(Decimal("72.50"),)]) == [(Decimal("72.500"),)]


def test_a_number_that_does_not_fit_is_refused_without_its_value() -> None:
    """Guards: a result cut to what a column holds, and a health datum in an error."""
    exact = (ColumnType("v", "decimal", "decimal", hint="DECIMAL(5, 2)"),)
    with pytest.raises(Refused) as refused:
        written("parquet", [(Decimal("72.505"),)], exact)
    assert refused.value.refusal.issues[0].rule == "view.digits"
    assert "72" not in refused.value.refusal.issues[0].text("fr")
    assert refused.value.__cause__ is None


def in_database(folder: Path, columns: Any, rows: Any) -> list[tuple[Any, ...]]:
    path = folder / "rows.duckdb"
    path.unlink(missing_ok=True)
    writer = DuckdbWriter(path, columns, "select")
    for row in rows:
        writer.write(to_arrow([row], columns))
    writer.close()
    assert [file.name for file in folder.iterdir()] == ["rows.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute('SELECT * FROM "select"').fetchall()


def test_a_database_is_one_file_whatever_its_table_is_called(tmp_path: Path) -> None:
    """Guards: a table that cannot be made because of its name; rows left in a log beside."""
    assert len(in_database(tmp_path, COLUMNS, ROWS)) == 3


@pytest.mark.parametrize("form", STREAMED)
def test_a_table_without_rows_has_its_columns(form: Format, tmp_path: Path) -> None:
    """Guards: an empty file that programs refuse to read."""
    raw = written(form, ())
    match form:
        case "ndjson":
            assert raw == b""
        case "json":
            assert json.loads(raw) == []
        case "csv":
            assert raw == b"id,value,rank,active,given,doses,name\n"
        case "parquet":
            assert pq.read_schema(io.BytesIO(raw)).names == [c.name for c in COLUMNS]
    assert in_database(tmp_path, COLUMNS, ()) == []


@given(
    st.lists(st.tuples(st.text(), st.none() | st.decimals(allow_nan=False, allow_infinity=False)))
)
def test_formats_agree(rows: list[tuple[str, Decimal | None]]) -> None:
    """Guards: a text that one format loses and another keeps."""
    columns = (ColumnType("t", "string", "text"), ColumnType("d", "decimal", "decimal"))
    lines = [
        msgspec.json.decode(line, type=dict[str, Any])
        for line in written("ndjson", rows, columns).splitlines()
    ]
    assert [line["t"] for line in lines] == [row[0] for row in rows]
    stored = table(written("parquet", rows, columns))
    assert [row["t"] for row in stored] == [row[0] for row in rows]
    assert [row["d"] for row in stored] == [None if d is None else str(d) for _, d in rows]


def test_pieces_make_the_whole() -> None:
    """Guards: an answer in pieces of which one is lost, or sent twice."""
    for form in STREAMED:
        sink = Outgoing()
        writer, pieces = open_writer(form, sink, COLUMNS), []
        for row in ROWS:
            writer.write(to_arrow([row], COLUMNS))
            pieces.append(sink.take())
        writer.close()
        pieces.append(sink.take())
        assert b"".join(pieces) == written(form)
        assert sink.take() == b""


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """Guards: half a table under the name of a whole one, and tables that others can read."""
    path = tmp_path / "t.csv"
    path.write_text("before")
    path.chmod(0o644)
    with suppress(ZeroDivisionError), replacing(path) as written_to:
        written_to.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "before"
    with replacing(path) as written_to:
        written_to.write_text("whole")
        assert path.read_text() == "before"
    assert path.read_text() == "whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]


def test_a_format_is_known_by_the_name_or_refused() -> None:
    """Guards: Parquet in a file that says it is something else."""
    assert {format_of(Path(f"x.{form}")) for form in FORMATS} == set(FORMATS)
    with pytest.raises(Refused, match=r"view\.format"):
        format_of(Path("x.xlsx"))


def test_arrow_has_no_type_that_rounds() -> None:
    """Guards: a double somewhere between the engine and the writer."""
    for field in to_arrow(ROWS, COLUMNS).schema:
        inner = field.type.value_type if pa.types.is_list(field.type) else field.type
        assert inner in (pa.string(), pa.int64(), pa.bool_())
