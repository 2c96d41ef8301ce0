"""Comparisons with a prefix (R4 §3.1.1.4.7), on a row's spans and on `updated`.

A value asked is a range a..b, a value kept is a range low..high. `eq`: the first holds the second;
`gt`: the second goes beyond the first; `sa`: it starts after it; and so on.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.fhir.search.entry import DATE_MAX, DATE_MIN
from hygie.fhir.search.query import DateValue, NumberValue, QuantityValue, Value
from hygie.store import spans
from hygie.store.search.sql import EVERYTHING, Arguments, Filter

_COMPARED: Final = {
    "eq": "{low} >= {a} AND {high} <= {b}",
    "ne": "NOT ({low} >= {a} AND {high} <= {b})",
    "gt": "{high} > {b}",
    "ge": "{high} > {b} OR ({low} >= {a} AND {high} <= {b})",
    "lt": "{low} < {a}",
    "le": "{low} < {a} OR ({low} >= {a} AND {high} <= {b})",
    "sa": "{low} > {b}",
    "eb": "{high} < {a}",
    "ap": "{low} <= {b} AND {high} >= {a}",
}
_WIDER: Final = {
    "eq": "{high} >= {a} AND {low} <= {b}",
    "ap": "{high} >= {a} AND {low} <= {b}",
    "gt": "{high} >= {a}",
    "ge": "{high} >= {a}",
    "sa": "{high} >= {a}",
    "lt": "{low} <= {b}",
    "le": "{low} <= {b}",
    "eb": "{low} <= {b}",
}
"""For numbers, whose ranges are kept as rounded doubles: nothing is missed, then re-checked."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def date(value: DateValue, alias: str, parameter: int, arguments: Arguments) -> Filter:
    edges = value.low, value.high
    met = _on_spans(_COMPARED[value.prefix], alias, parameter, edges, arguments)
    return Filter(met, exact=True)


def main_date(value: DateValue, alias: str, arguments: Arguments) -> Filter:
    """What is necessary of a row's main date, on columns that have an index."""
    if value.prefix in ("gt", "ge", "sa"):
        return Filter(f"{alias}.ended >= {arguments.number(value.low)}", exact=True)
    if value.prefix in ("lt", "le", "eb"):
        return Filter(f"{alias}.happened <= {arguments.number(value.high)}", exact=True)
    return EVERYTHING


def number(
    value: NumberValue | QuantityValue, alias: str, parameter: int, arguments: Arguments
) -> Filter:
    edges = spans.at_most(value.low), spans.at_least(value.high)
    met = _on_spans(_WIDER[value.prefix], alias, parameter, edges, arguments)
    return Filter(met, exact=False)


def updated(value: Value, alias: str, arguments: Arguments) -> Filter:
    """`_lastUpdated`: an instant is a range of no width."""
    assert isinstance(value, DateValue), "a date parameter holds dates"  # noqa: S101
    template = _COMPARED[value.prefix]
    edges = {"a": moment(value.low), "b": moment(value.high)}
    used = {n: arguments.moment(edge) for n, edge in edges.items() if f"{{{n}}}" in template}
    column = f"{alias}.updated"
    return Filter(template.format(low=column, high=column, **used), exact=True)


def moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=max(DATE_MIN, min(DATE_MAX, microseconds)))


def microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def lowest(alias: str, parameter: str) -> str:
    """The lowest value a row has for a parameter, or NULL: what it is sorted by."""
    place = f"generate_series(1, cardinality({alias}.spans), 3) AS i"
    return f"(SELECT min({alias}.spans[i + 1]) FROM {place} WHERE {alias}.spans[i] = {parameter})"  # noqa: S608


def _on_spans(
    template: str, alias: str, parameter: int, edges: tuple[int, int], arguments: Arguments
) -> str:
    used = {
        name: arguments.number(edge)
        for name, edge in zip("ab", edges, strict=True)
        if f"{{{name}}}" in template
    }
    low, high = f"{alias}.spans[i + 1]", f"{alias}.spans[i + 2]"
    compared = template.format(low=low, high=high, **used)
    place = f"generate_series(1, cardinality({alias}.spans), 3) AS i"
    wanted = f"{alias}.spans[i] = {arguments.number(parameter)}"
    return f"EXISTS (SELECT FROM {place} WHERE {wanted} AND ({compared}))"
