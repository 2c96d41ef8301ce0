"""Guards the manual: what it advises to write must mean something."""

import json
import re
from pathlib import Path

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse
from hygie.fhir.path.check import examine
from hygie.insight.views import read_view
from hygie.insight.views.rows import compile_view
from hygie.web.present.examples import EXAMPLES, RESOURCE

MANUAL = Path(__file__).parents[3] / "docs" / "manuels" / "expressions.md"
ADVISED = [
    expression
    for row in re.findall(r"^\| [^|]+ \| (.+) \|$", MANUAL.read_text(), re.MULTILINE)
    for expression in re.findall(r"`([^`]+)`", row.partition(", et non")[0])
]


@pytest.mark.parametrize("expression", [*ADVISED, *(example.expression for example in EXAMPLES)])
def test_what_is_advised_is_right_for_some_resource(expression: str) -> None:
    """Guards: a reader whose first expression is refused, or can never match."""
    types = ("Patient", "Observation")
    issues = [examine(parse(expression), name, r4(), strict=True).issues for name in types]
    assert () in issues


def test_the_view_of_the_manual_gives_rows() -> None:
    """Guards: a first view, copied from the manual, that is refused or empty."""
    (block,) = re.findall(r"```json\n(.+?)```", MANUAL.read_text(), re.DOTALL)
    rows = compile_view(read_view(json.loads(block), r4()), r4())(json.loads(RESOURCE))
    assert [list(row) for row in rows] == [
        ["80000001", "1970-03-04", "01 99 00 00 01"],
        ["80000001", "1970-03-04", "06 39 98 00 01"],
    ]


def test_the_manual_advises_something() -> None:
    """Guards: a table that is no longer read by this test."""
    assert len(ADVISED) > 9
