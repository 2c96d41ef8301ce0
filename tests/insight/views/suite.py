"""The tests of SQL on FHIR: views, the resources they are of, and the rows they must give.

Source: https://github.com/FHIR/sql-on-fhir-v2, `tests`. Rows have no order; columns have.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hygie.fhir.codec import decode_any
from hygie.insight.views import View, read_view
from hygie.refusal import Refused

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
SUITE = SHARED / "suites" / "sql-on-fhir-v2"

Json = dict[str, Any]
Engine = Callable[[View, Sequence[Json]], Sequence[Sequence[Any]]]
"""The rows of a view of resources, their values in the order of its columns."""


@dataclass(frozen=True)
class Case:
    file: str
    title: str
    view: Json
    resources: list[Json]
    expected: list[Json] | None
    """None: the view is to be refused, when it is read, compiled or run."""
    columns: list[str] | None

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def cases() -> list[Case]:
    """All of them; none when the suite is not there."""
    return [case for path in sorted(SUITE.glob("*.json")) for case in _cases(path)]


def _cases(path: Path) -> list[Case]:
    found = decode_any(path.read_bytes(), limit=2**24)
    return [
        Case(
            path.stem,
            test["title"],
            test["view"],
            found["resources"],
            None if test.get("expectError") else test["expect"],
            test.get("expectColumns"),
        )
        for test in found["tests"]
    ]


def passes(case: Case, engine: Engine) -> bool:
    """Whether an engine gives the rows a case expects, or refuses what it expects refused."""
    try:
        view = read_view(case.view)
        rows = engine(view, case.resources)
    except Refused:
        return case.expected is None
    names = [column.name for column in view.columns()]
    if case.expected is None or (case.columns is not None and case.columns != names):
        return False
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return Counter(map(_same, found)) == Counter(map(_same, case.expected))


def _same(value: Any) -> Any:
    """Equal for equal JSON: a number is its value, whatever its digits; true is no number."""
    if isinstance(value, dict):
        return frozenset((name, _same(item)) for name, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_same, value))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return ("number", Decimal(value))
    return (type(value).__name__, value)
