"""Guards against a view whose rows depend on what runs it."""

import importlib
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from tests.insight.views.drawn import patients, views
from tests.insight.views.engines import duckdb, python
from tests.insight.views.samples import SAMPLES

from hygie.insight.views import View
from hygie.insight.views.library import names, ready
from hygie.refusal import Refused

RESOURCES = [resource for resources, _ in SAMPLES.values() for resource in resources]


@pytest.mark.parametrize("name", names())
def test_a_ready_view_gives_the_same_rows_on_duckdb(name: str) -> None:
    """Danger: figures that differ from one command to the next; a slow view nobody noticed."""
    assert duckdb(ready(name), RESOURCES) == python(ready(name), RESOURCES)


@settings(max_examples=40, deadline=None)
@given(views(), patients())
def test_any_view_gives_the_same_rows_on_duckdb(view: View, patient: dict[str, Any]) -> None:
    """Danger: a select, a union or a loop that one engine reads otherwise."""
    assert duckdb(view, [patient]) == python(view, [patient])


def test_without_spark_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: an ImportError shown to whoever only lacks a package."""
    for name in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "hygie.insight.views.spark", raising=False)
    with pytest.raises(Refused) as caught:
        importlib.import_module("hygie.insight.views.spark")
    assert "pip install pyspark" in caught.value.refusal.issues[0].text("fr")
