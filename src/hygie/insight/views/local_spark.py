"""Spark as an engine: a cluster of this machine alone, for as long as the process lasts."""

from collections.abc import Callable, Iterable, Iterator

from hygie.fhir.definitions import Registry
from hygie.insight.views.definition import View
from hygie.insight.views.schema import schema
from hygie.insight.views.spark import view_frame
from hygie.insight.views.tables import RESOURCE, Batch, arrow_schema


def local_rows(view: View, registry: Registry) -> Callable[[Iterable[Batch]], Iterator[Batch]]:
    """Each batch is a job. Refused where Spark is not installed."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - `hygie.insight.views.spark` refuses first

    session = SparkSession.builder.master("local[*]").appName("hygie view").getOrCreate()
    expected = arrow_schema(schema(view, registry))

    def run(batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            lines = session.sparkContext.parallelize(batch.column(RESOURCE).to_pylist())
            yield from view_frame(session, view, lines).toArrow().cast(expected).to_batches()

    return run
