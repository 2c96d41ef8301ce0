"""`lowBoundary()` and `highBoundary()`: the least and the greatest that a value may be.

Of a number, to 8 places; of a date the day, of a dateTime or time the millisecond (FHIRPath,
Utility Functions).
"""

from typing import Final

from hygie.insight.views.sql import moments
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.invocation import Invocation
from hygie.insight.views.sql.numbers import written
from hygie.insight.views.sql.values import EMPTY, Value, one, plain

_DATES: Final = {"date": "date", "dateTime": "instant", "time": "time"}


def low(call: Invocation) -> Value:
    return _boundary("low", call)


def high(call: Invocation) -> Value:
    return _boundary("high", call)


def _boundary(end: str, call: Invocation) -> Value:
    if call.arguments:
        raise Beyond("a boundary of a given precision")
    if call.target.form == "empty":
        return EMPTY
    value = one(call.target)
    if value.kind in ("integer", "decimal"):
        return plain(f"hygie_{end}_number({written(value)})", "decimal")
    if value.kind not in _DATES:
        raise Beyond("a boundary of this type")
    return plain(f"hygie_{end}_{_DATES[value.kind]}({moments.written(value)})", value.kind)
