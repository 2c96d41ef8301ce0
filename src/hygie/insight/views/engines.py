"""What runs a view: each engine makes the same rows of the same resources, in the same order.

An engine takes batches of one column, `resource`: the JSON of resources, sound; it gives batches of
rows as `tables.arrow_schema` has them. It takes a batch when it needs one, and keeps few of them;
nothing of it works on once its generator is closed.
Each raises Refused when a value does not fit its column.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Final, Literal, get_args

from hygie.fhir.definitions import Registry
from hygie.insight.views.by_python import python_rows
from hygie.insight.views.definition import View
from hygie.insight.views.rows import compile_view
from hygie.insight.views.schema import schema
from hygie.insight.views.sql import Beyond
from hygie.insight.views.sql import Engine as DuckdbEngine
from hygie.insight.views.tables import RESOURCE, Batch

EngineName = Literal["duckdb", "python", "spark"]
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)
Engine = Callable[[Iterable[Batch]], Generator[Batch]]


def engine(name: EngineName, view: View, registry: Registry) -> Engine:
    """The view, ready to run. Raises Refused when it cannot be compiled, or without Spark."""
    match name:
        case "python":
            return python_engine(view, registry)
        case "duckdb":
            return duckdb_engine(view, registry)
        case "spark":
            return spark_engine(view, registry)


def duckdb_engine(view: View, registry: Registry) -> Engine:
    """Resources that SQL cannot answer for exactly, and views that it cannot say, are run by
    Python."""
    try:
        return DuckdbEngine(view, registry, compile_view(view, registry)).run
    except Beyond:
        return python_engine(view, registry)


def python_engine(view: View, registry: Registry) -> Engine:
    """The view as a Python function: one resource after another."""
    rows, columns = compile_view(view, registry), schema(view, registry)

    def run(batches: Iterable[Batch]) -> Generator[Batch]:
        for batch in batches:
            yield from python_rows(rows, batch.column(RESOURCE), columns)

    return run


def spark_engine(view: View, registry: Registry) -> Engine:
    """On a local cluster. Refused where Spark is not installed."""
    # Spark does not come with Hygie, and takes a second to load.
    from hygie.insight.views.local_spark import local_rows  # noqa: PLC0415

    return local_rows(view, registry)
