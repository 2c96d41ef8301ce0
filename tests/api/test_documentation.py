"""Guards docs/api.md: a route that is documented exists, and the other way round."""

import re
from pathlib import Path

from hygie.api.routes import ROUTES
from hygie.refusal import Category

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def test_the_routes_are_those_of_the_table() -> None:
    """Danger: somebody writes a client against a page that is out of date."""
    rows = re.findall(r"^\| ([A-Z]+) \| `/([^`]*)` \|", PAGE, re.MULTILINE)
    assert rows == list(dict.fromkeys((r.method, "/".join(r.shape)) for r in ROUTES))


def test_the_statuses_are_known() -> None:
    """Danger: a status that no refusal has."""
    table = PAGE.partition("## Refusals")[2]
    named = {int(n) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.M) for n in row.split(",")}
    assert named - {500} <= {category.value for category in Category}
