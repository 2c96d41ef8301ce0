"""Guards against a view whose rows depend on what runs it."""

from typing import Any

import pytest
from hypothesis import given, settings
from tests.insight.views.drawn import patients, views
from tests.insight.views.engines import duckdb, python
from tests.insight.views.samples import SAMPLES

from hygie.insight.views import View
from hygie.insight.views.library import names, ready

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
