"""Views on DuckDB: batches of JSON in, batches of rows out, in the same order.

`duckdb_rows(view, registry, batches, otherwise)` is the door. Batches have one column, `resource`:
the JSON of one resource, such as the codec reads (no key twice, numbers within bounds). The rows
have the columns of `schema(view, registry)`, as `tables.arrow_schema` says.

The database is in memory, without files, network or extensions. Resources are taken in chunks, each
answered by the one statement of the view. What a statement cannot answer exactly (a number of 40
digits, a date that does not exist, a text where an object belongs) makes it end, and the chunk is
answered by `otherwise`, the Python engine, which also says what is wrong.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import duckdb
import pyarrow as pa

from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry
from hygie.insight.views.definition import View
from hygie.insight.views.rows import Rows
from hygie.insight.views.sql.beyond import MARK, Beyond
from hygie.insight.views.sql.macros import definitions
from hygie.insight.views.sql.select import compile_view
from hygie.insight.views.sql.stages import SOURCE
from hygie.insight.views.tables import RESOURCE, Batch, arrow_schema, to_arrow
from hygie.limits import MAX_BUNDLE_BYTES

CHUNK_RESOURCES: Final = 65_536
CHUNK_BYTES: Final = 64 * 1024 * 1024
CHUNK_ROWS: Final = 1_000_000
"""Of a chunk that makes more, each half is answered alone."""
MORSEL: Final = 2_048
"""Resources that a thread of DuckDB takes at once."""
SETTINGS: Final = (
    ("threads", "2"),
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


def duckdb_rows(
    view: View, registry: Registry, batches: Iterable[Batch], otherwise: Rows
) -> Iterator[Batch]:
    """The rows of all resources of the view's type, in their order.

    Raises `Beyond`, before the first batch is asked for, for a view that SQL cannot say; and what
    `otherwise` raises. While a chunk is answered, the next is read: two are held at a time.
    """
    engine = Engine(view, registry, otherwise)
    return engine.run(batches)


class Engine:
    """One view, compiled, and the database that answers it. `by_python` counts its chunks."""

    def __init__(self, view: View, registry: Registry, otherwise: Rows) -> None:
        statement = compile_view(view, registry)
        self.sql = statement.sql
        self.schema = arrow_schema(statement.columns)
        self._columns = statement.columns
        self.by_python = 0
        self._otherwise = otherwise
        self._connection = connect(wide=len(statement.columns) > WIDE)
        self._try_out()

    def _try_out(self) -> None:
        """Has the statement planned: what is wrong with it itself is a bug, and no one's data."""
        try:
            self._asked(pa.table({RESOURCE: pa.array([], pa.string())}))
        except duckdb.InvalidInputException as error:
            if MARK not in str(error):
                raise
            raise Beyond("a literal that SQL cannot hold") from None

    def run(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        with self._connection, ThreadPoolExecutor(1, "views") as worker:
            waiting: Future[list[Batch]] | None = None
            for chunk in chunks(batches):
                following = worker.submit(self._answer, chunk)
                if waiting is not None:
                    yield from waiting.result()
                waiting = following
            if waiting is not None:
                yield from waiting.result()

    def _answer(self, chunk: pa.Table) -> list[Batch]:
        """The rows of a chunk: by DuckDB, else by Python."""
        try:
            found = self._asked(chunk)
        except duckdb.Error:
            self.by_python += 1
            return [self._by_python(chunk)]
        if found is not None:
            return found
        half = len(chunk) // 2
        if not half:
            return [self._by_python(chunk)]
        return self._answer(chunk.slice(0, half)) + self._answer(chunk.slice(half))

    def _asked(self, chunk: pa.Table) -> list[Batch] | None:
        """What DuckDB answers; None for more than CHUNK_ROWS."""
        self._connection.register(SOURCE, chunk)
        try:
            reader = self._connection.sql(self.sql).to_arrow_reader(CHUNK_ROWS // 8)
            with reader:
                return self._bounded(reader)
        finally:
            self._connection.unregister(SOURCE)

    def _bounded(self, reader: pa.RecordBatchReader) -> list[Batch] | None:
        found: list[Batch] = []
        rows = 0
        for batch in reader:
            rows += len(batch)
            if rows > CHUNK_ROWS:
                return None
            found.append(batch.cast(self.schema))
        return found

    def _by_python(self, chunk: pa.Table) -> Batch:
        bodies = (text.as_py().encode() for text in chunk.column(RESOURCE))
        found = (self._otherwise(decode(body, limit=MAX_BUNDLE_BYTES)) for body in bodies)
        return to_arrow([row for rows in found for row in rows], self._columns)


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
