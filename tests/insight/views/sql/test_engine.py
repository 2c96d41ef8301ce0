"""Chunks, their order, and what is left to the Python engine."""

import time
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from tests.insight.views.sql.conftest import Json, batch, refused_to_python

from hygie.fhir.definitions import r4
from hygie.insight.views import by_python, read_view
from hygie.insight.views.sql import Beyond, Engine, engine, explain

NAMES = {
    "resource": "Patient",
    "select": [
        {"column": [{"name": "id", "path": "id"}]},
        {"forEach": "name", "column": [{"name": "family", "path": "family"}]},
    ],
}


def patient(number: int, **more: Any) -> Json:
    return {"resourceType": "Patient", "id": f"p{number}", **more}


def families(resource: Json) -> list[tuple[Any, ...]]:
    """The Python engine, for NAMES."""
    return [
        (resource["id"], name.get("family"))
        for name in resource.get("name", [])
        if isinstance(name, dict)
    ]


def test_rows_come_in_the_order_of_the_resources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: rows shuffled by threads, lost between chunks, or kept until the end."""
    monkeypatch.setattr(engine, "MORSEL", 7)
    monkeypatch.setattr(engine, "CHUNK_RESOURCES", 50)
    resources = [patient(n, name=[{"family": f"a{n}"}, {"family": f"b{n}"}]) for n in range(1_000)]
    given: list[int] = []

    def batches() -> Any:
        for start in range(0, 1_000, 100):
            given.append(start)
            yield batch(resources[start : start + 100])

    running = Engine(read_view(NAMES), r4(), refused_to_python).run(batches())
    first = next(running)
    assert len(given) < 5
    found = [row for part in (first, *running) for row in part.to_pylist()]
    assert found == [
        {"id": f"p{n}", "family": f"{letter}{n}"} for n in range(1_000) for letter in "ab"
    ]


def test_a_chunk_that_sql_cannot_answer_is_answered_by_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards: rows of NULLs for what is no object; a chunk answered twice, or in another place."""
    monkeypatch.setattr(engine, "CHUNK_RESOURCES", 2)
    resources = [
        patient(1, name=[{"family": "A"}]),
        patient(2, name=[5, {"family": "B"}]),
        patient(3, name=[{"family": "C"}]),
    ]
    asked = Engine(read_view(NAMES), r4(), families)
    rows = [
        tuple(row.values()) for part in asked.run([batch(resources)]) for row in part.to_pylist()
    ]
    assert rows == [("p1", "A"), ("p2", "B"), ("p3", "C")]
    assert asked.by_python == 1


def test_a_chunk_that_makes_too_many_rows_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a cross product that fills the memory."""
    monkeypatch.setattr(engine, "CHUNK_ROWS", 40)
    resources = [patient(n, name=[{"family": "A"}] * 20) for n in range(8)]
    asked = Engine(read_view(NAMES), r4(), refused_to_python)
    parts = list(asked.run([batch(resources)]))
    assert sum(map(len, parts)) == 160
    assert max(map(len, parts)) <= 40


def test_what_a_chunk_makes_is_not_held_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a cross product of every resource, gigabytes of it, before the first row."""
    monkeypatch.setattr(engine, "CHUNK_ROWS", 40)
    resources = [patient(n, name=[{"family": "A"}] * 20) for n in range(64)]
    asked = Engine(read_view(NAMES), r4(), refused_to_python)
    statements = 0
    ask = asked._asked

    def counted(chunk: pa.Table) -> Any:
        nonlocal statements
        statements += 1
        return ask(chunk)

    monkeypatch.setattr(asked, "_asked", counted)
    rows = asked.run([batch(resources)])
    next(rows)
    assert statements <= 8
    rows.close()
    assert statements <= 8


def test_the_cells_of_a_chunk_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: few rows of a thousand columns that weigh as much as many."""
    monkeypatch.setattr(engine, "CHUNK_CELLS", 80)
    resources = [patient(n, name=[{"family": "A"}] * 20) for n in range(8)]
    parts = list(Engine(read_view(NAMES), r4(), refused_to_python).run([batch(resources)]))
    assert sum(map(len, parts)) == 160
    assert max(map(len, parts)) <= 40


def test_what_python_makes_comes_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: all rows of a chunk that SQL cannot answer in memory at once."""
    monkeypatch.setattr(by_python, "BATCH_CELLS", 20)
    resources = [patient(n, name=[{"family": "A"}, 5]) for n in range(100)]
    read = 0

    def counted(resource: Any) -> list[tuple[Any, ...]]:
        nonlocal read
        read += 1
        return families(resource)

    rows = Engine(read_view(NAMES), r4(), counted).run([batch(resources)])
    next(rows)
    assert read <= 10
    assert sum(map(len, rows)) + 10 == 100


def test_texts_of_another_layout_are_read_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a statement planned for 32-bit offsets, given others: memory read at random."""
    monkeypatch.setattr(engine, "CHUNK_RESOURCES", 2)
    texts = batch([patient(n, name=[{"family": "A"}]) for n in range(5)]).column("resource")
    large = pa.record_batch([texts.cast(pa.large_string())], names=["resource"])
    asked = Engine(read_view(NAMES), r4(), refused_to_python)
    found = [row["id"] for part in asked.run([large]) for row in part.to_pylist()]
    assert found == ["p0", "p1", "p2", "p3", "p4"]


def test_a_wide_view_is_planned_in_time() -> None:
    """Guards: a plan that takes the square of the columns, for every chunk."""
    columns = [
        {"name": f"c{n}", "path": f"name.where(use = 'u{n}').family.first()"} for n in range(400)
    ]
    view = read_view({"resource": "Patient", "select": [{"column": columns}]})
    begun = time.process_time()
    asked = Engine(view, r4(), refused_to_python)
    (rows,) = asked.run([batch([patient(1, name=[{"use": "u399", "family": "A"}])])])
    assert rows.to_pylist()[0]["c399"] == "A"
    assert time.process_time() - begun < 8


def test_no_resources_have_no_rows() -> None:
    """Guards: a view over nothing that fails."""
    asked = Engine(read_view(NAMES), r4(), refused_to_python)
    assert list(asked.run([])) == []
    assert asked.schema == pa.schema([("id", pa.string()), ("family", pa.string())])


def test_a_view_that_sql_cannot_say_is_told_at_once() -> None:
    """Guards: a difference between engines that nobody is told of."""
    view = read_view(
        {"resource": "Patient", "select": [{"column": [{"name": "x", "path": "id.matches('a')"}]}]}
    )
    with pytest.raises(Beyond, match="matches"):
        Engine(view, r4(), refused_to_python)
    assert explain(view, r4()) == "-- Python: the function matches()"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/there'",
        "ATTACH '/tmp/there.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '/tmp'",
    ],
)
def test_the_database_reaches_nothing_outside(statement: str) -> None:
    """Guards: health data spilled to a disk, and a view that reads or writes files."""
    with pytest.raises(duckdb.Error), engine.connect() as connection:
        connection.execute(statement)
