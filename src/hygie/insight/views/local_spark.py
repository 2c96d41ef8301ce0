"""Spark as an engine: a cluster of this machine alone, for as long as the process lasts."""

import os
import sys
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Final

from hygie.fhir.definitions import Registry
from hygie.insight.views.definition import View
from hygie.insight.views.schema import schema
from hygie.insight.views.spark import view_frame
from hygie.insight.views.tables import RESOURCE, Batch, arrow_schema

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
}
"""Nothing listens to the network."""


def local_rows(view: View, registry: Registry) -> Callable[[Iterable[Batch]], Generator[Batch]]:
    """Each batch is a job. Refused where Spark is not installed."""
    session = _session()
    expected = arrow_schema(schema(view, registry))

    def run(batches: Iterable[Batch]) -> Generator[Batch]:
        for batch in batches:
            lines = session.sparkContext.parallelize(batch.column(RESOURCE).to_pylist())
            yield from view_frame(session, view, lines).toArrow().cast(expected).to_batches()

    return run


def _session() -> "SparkSession":
    from pyspark.sql import SparkSession  # noqa: PLC0415 - `hygie.insight.views.spark` refuses first

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the workers are this Python
    builder = SparkSession.builder.master("local[*]").appName("hygie view")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
