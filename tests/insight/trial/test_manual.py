"""Guards the manual: what it advises to write must mean something."""

import re
from pathlib import Path

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.path import parse
from hygie.fhir.path.check import examine
from hygie.web.present.examples import EXAMPLES

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


def test_the_manual_advises_something() -> None:
    """Guards: a table that is no longer read by this test."""
    assert len(ADVISED) > 9
