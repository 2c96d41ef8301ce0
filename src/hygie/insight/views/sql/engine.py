"""Views on DuckDB: batches of JSON in, batches of rows out, in the same order.

`Engine` is the door. Batches have one column, `resource`: the JSON of one resource, such as the
codec reads (no key twice, numbers within bounds). The rows have the columns of `schema(view,
registry)`, as `tables.arrow_schema` says.

The database is in memory, without files, network or extensions. Resources are taken in chunks, each
answered by the one statement of the view. What a statement cannot answer exactly (a number of 40
digits, a date that does not exist, a text where an object belongs) makes it end, and the chunk is
answered by `otherwise`, the Python engine, which also says what is wrong.

The statement is planned once, which takes 15 to 80 ms, and executed for every chunk: chunks may
then be small enough for reading and answering to go on side by side from the start.
"""

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import duckdb
import pyarrow as pa

from hygie.fhir.definitions import Registry
from hygie.insight.views.by_python import python_rows
from hygie.insight.views.definition import View
from hygie.insight.views.rows import Rows
from hygie.insight.views.sql.beyond import MARK, Beyond
from hygie.insight.views.sql.macros import definitions
from hygie.insight.views.sql.select import compile_view
from hygie.insight.views.sql.source import Source
from hygie.insight.views.sql.stages import SOURCE
from hygie.insight.views.tables import RESOURCE, Batch, arrow_schema

CHUNK_RESOURCES: Final = 16_384
CHUNK_BYTES: Final = 16 * 1024 * 1024
CHUNK_ROWS: Final = 250_000
CHUNK_CELLS: Final = 4_000_000
"""Of a chunk that makes more of either, each half is answered alone. Both are held twice while they
are handed over: by DuckDB and in Arrow."""
MORSEL: Final = 2_048
"""Resources that DuckDB takes at once: one of its vectors."""
EXECUTED: Final = "EXECUTE of_view"
SETTINGS: Final = (
    ("threads", "1"),  # The other core reads; and a stream from Arrow is scanned by one.
    ("memory_limit", "'1GB'"),
    ("temp_directory", "''"),
    ("autoload_known_extensions", "false"),
    ("autoinstall_known_extensions", "false"),
    ("allow_community_extensions", "false"),
    ("TimeZone", "'UTC'"),
    ("enable_external_access", "false"),
)
"""In this order: the last forbids some of those before it."""
WIDE: Final = 100
"""Columns beyond which DuckDB is not to look for what they have in common: it takes the square."""

Answer = Future[list[Batch] | None]
Asked = tuple[pa.Table, Answer]
"""A chunk, and what DuckDB will say of it."""


class Engine:
    """One view, compiled, and the database that answers it. `by_python` counts its chunks."""

    def __init__(self, view: View, registry: Registry, otherwise: Rows) -> None:
        """Raises `Beyond` for a view that SQL cannot say."""
        statement = compile_view(view, registry)
        self.sql = statement.sql
        self.schema = arrow_schema(statement.columns)
        self._columns = statement.columns
        self.by_python = 0
        self._otherwise = otherwise
        self._connection = connect(wide=len(statement.columns) > WIDE)
        self._source = Source()
        self._connection.register(SOURCE, self._source)
        self._prepare()

    def _prepare(self) -> None:
        """Has the statement planned: what is wrong with it itself is a bug, and no one's data.

        DuckDB keeps all rows of what it executes: hence the limit, beyond which they do not count.
        """
        bounded = f"SELECT * FROM ({self.sql}) LIMIT {self._most() + 1}"  # noqa: S608 - ours
        try:
            self._connection.execute(f"PREPARE of_view AS {bounded}")
            self._asked(self._source.empty)
        except duckdb.InvalidInputException as error:
            if MARK not in str(error):
                raise
            raise Beyond("a literal that SQL cannot hold") from None

    def run(self, batches: Iterable[Batch]) -> Generator[Batch]:
        """The rows of all resources of the view's type, in their order; once.

        Raises what `otherwise` raises. While the rows of a chunk are taken, the next is answered:
        two are held at a time, however many rows they make.
        """
        with self._connection, ThreadPoolExecutor(1, "views") as worker:
            try:
                yield from self._run(batches, worker)
            finally:  # whatever is still asked, nobody waits for
                worker.shutdown(wait=False, cancel_futures=True)
                self._connection.interrupt()

    def _run(self, batches: Iterable[Batch], worker: ThreadPoolExecutor) -> Iterator[Batch]:
        waiting: Asked | None = None
        for chunk in chunks(batches):
            following = (chunk, worker.submit(self._asked, chunk))
            if waiting is not None:
                yield from self._answers(*waiting, worker)
            waiting = following
        if waiting is not None:
            yield from self._answers(*waiting, worker)

    def _answers(
        self, chunk: pa.Table, asked: Answer, worker: ThreadPoolExecutor
    ) -> Iterator[Batch]:
        """The rows of a chunk: by DuckDB, else by Python."""
        half = len(chunk) // 2
        try:
            found = asked.result()
        except duckdb.Error:
            found, half = None, 0
        if found is not None:
            yield from found
        elif half:
            for part in (chunk.slice(0, half), chunk.slice(half)):
                yield from self._answers(part, worker.submit(self._asked, part), worker)
        else:
            self.by_python += 1
            yield from python_rows(self._otherwise, chunk.column(RESOURCE), self._columns)

    def _asked(self, chunk: pa.Table) -> list[Batch] | None:
        """What DuckDB answers; None for more rows than a chunk may make."""
        with (
            self._source.of(chunk),
            self._connection.sql(EXECUTED).to_arrow_reader(max(1, self._most() // 8)) as reader,
        ):
            return self._bounded(reader)

    def _bounded(self, reader: pa.RecordBatchReader) -> list[Batch] | None:
        found: list[Batch] = []
        rows = 0
        for batch in reader:
            rows += len(batch)
            if rows > self._most():
                return None
            found.append(batch.cast(self.schema))
        return found

    def _most(self) -> int:
        """Rows of a chunk."""
        return min(CHUNK_ROWS, CHUNK_CELLS // len(self._columns))


def chunks(batches: Iterable[Batch]) -> Iterator[pa.Table]:
    """The same resources, so many at a time that a chunk is worth a statement and fits."""
    gathered: list[Batch] = []
    resources = size = 0
    for batch in batches:
        for morsel in _morsels(batch):
            gathered.append(morsel)
            resources += len(morsel)
            size += morsel.nbytes
            if resources >= CHUNK_RESOURCES or size >= CHUNK_BYTES:
                yield pa.Table.from_batches(gathered)
                gathered, resources, size = [], 0, 0
    if gathered:
        yield pa.Table.from_batches(gathered)


def _morsels(batch: Batch) -> Iterator[Batch]:
    for start in range(0, len(batch), MORSEL):
        yield batch.slice(start, MORSEL)


def explain(view: View, registry: Registry) -> str:
    """The statement of a view; or, after "--", why the Python engine runs it."""
    try:
        return compile_view(view, registry).sql
    except Beyond as beyond:
        return f"-- Python: {beyond.reason}"


def connect(*, wide: bool = False) -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches nothing outside of itself, and cannot be told to."""
    connection = duckdb.connect(":memory:")
    for setting, value in SETTINGS:
        connection.execute(f"SET {setting} = {value}")
    if wide:
        connection.execute("SET disabled_optimizers = 'common_subexpressions'")
    for statement in definitions():
        connection.execute(statement)
    connection.execute("SET lock_configuration = true")
    return connection
