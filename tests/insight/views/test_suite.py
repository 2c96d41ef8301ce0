"""Guards against rows that differ from those the tests of SQL on FHIR expect."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.insight.views.suite import Json, cases, passes

from hygie.fhir.definitions import r4
from hygie.insight.views import View
from hygie.insight.views.rows import Row, compile_view

CASES = cases()


def python(view: View, resources: Sequence[Json]) -> list[Row]:
    run = compile_view(view, r4())
    return [row for resource in resources for row in run(resource)]


@pytest.mark.skipif(not CASES, reason="no sql-on-fhir-v2 suite beside the repository")
def test_the_suite_on_python(record_property: Callable[[str, Any], None]) -> None:
    """Danger: a view that other systems run gives other rows here."""
    wrong = [str(case) for case in CASES if not passes(case, python)]
    assert not wrong
    record_property("suite", f"sql-on-fhir-v2, python: {len(CASES)} of {len(CASES)} (100.0%)")
