"""Comparisons with a prefix (R4 §3.1.1.4.7), on a row's spans, main date, and `updated`.

A value asked is a range a..b, a value kept is a range low..high. `eq`: the first holds the second;
`gt`: the second goes beyond the first; `sa`: it starts after it; and so on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hygie.fhir.search.entry import DATE_MAX, DATE_MIN
from hygie.fhir.search.query import DateValue, NumberValue, QuantityValue, Value
from hygie.store.index import spans
from hygie.store.search.sql import Arguments, Filter

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
_NEAR: Final = {
    "eq": "{start} BETWEEN {a} AND {b}",
    "ap": "({start} BETWEEN {a} - {day} AND {b} OR ({long} AND {end} >= {a} AND {start} <= {b}))",
    "gt": "({start} > {b} - {day} OR ({long} AND {end} > {b}))",
    "ge": "({start} >= {a} - {day} OR ({long} AND {end} >= {a}))",
    "sa": "{start} > {b} - {day}",
    "lt": "{start} < {a}",
    "le": "{start} <= {b}",
    "eb": "{start} < {a}",
    "ne": "true",
}
"""Of main dates: what is necessary of the first and last moment of them all, on indexed columns."""
_DAY: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def date(value: DateValue, alias: str, parameters: Sequence[int], arguments: Arguments) -> Filter:
    edges = value.low, value.high
    met = _on_spans(_COMPARED[value.prefix], alias, parameters, edges, arguments)
    return Filter(met, exact=True)


def main_date(
    value: DateValue, alias: str, parameters: Sequence[int], arguments: Arguments
) -> Filter:
    """On the columns of the main date; on spans as well for the few that have several.

    Those have in the columns the first and the last moment of them all, for which each comparison
    but `ap` is true only if it is for one of them.
    """
    templates = _NEAR[value.prefix], _COMPARED[value.prefix]
    edges = value.low, value.high
    used = _edges(" ".join(templates), edges, arguments) | {"day": str(_DAY)}
    start, end = f"{alias}.happened", f"{alias}.ended"
    long = f"{end} >= {start} + {_DAY}"
    near = templates[0].format(start=start, end=end, long=long, **used)
    whole = templates[1].format(low=start, high=end, **used)
    one = _on_spans(templates[1], alias, parameters, edges, arguments)
    dated = f"{start} > {spans.NEVER}"
    return Filter(f"{dated} AND {near} AND ({whole} OR {one})", value.prefix != "ap", steady=False)


def number(
    value: NumberValue | QuantityValue, alias: str, parameters: Sequence[int], arguments: Arguments
) -> Filter:
    edges = spans.at_most(value.low), spans.at_least(value.high)
    met = _on_spans(_WIDER[value.prefix], alias, parameters, edges, arguments)
    return Filter(met, exact=False)


def updated(value: Value, alias: str, arguments: Arguments) -> Filter:
    """`_lastUpdated`: an instant is a range of no width."""
    assert isinstance(value, DateValue), "a date parameter holds dates"  # noqa: S101
    template = _COMPARED[value.prefix]
    edges = {"a": moment(value.low), "b": moment(value.high)}
    used = {n: arguments.moment(edge) for n, edge in edges.items() if f"{{{n}}}" in template}
    column = f"{alias}.updated"
    return Filter(template.format(low=column, high=column, **used), exact=True, steady=False)


def moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=max(DATE_MIN, min(DATE_MAX, microseconds)))


def microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def lowest(alias: str, parameters: str) -> str:
    """The lowest value a row has for a parameter, or NULL: what it is sorted by."""
    place = f"generate_series(1, cardinality({alias}.spans), 3) AS i"
    wanted = f"{alias}.spans[i] = ANY({parameters})"
    return f"(SELECT min({alias}.spans[i + 1]) FROM {place} WHERE {wanted})"  # noqa: S608


def _on_spans(
    template: str,
    alias: str,
    parameters: Sequence[int],
    edges: tuple[int, int],
    arguments: Arguments,
) -> str:
    used = _edges(template, edges, arguments)
    low, high = f"{alias}.spans[i + 1]", f"{alias}.spans[i + 2]"
    compared = template.format(low=low, high=high, **used)
    place = f"generate_series(1, cardinality({alias}.spans), 3) AS i"
    wanted = f"{alias}.spans[i] = ANY({arguments.numbers(parameters)})"
    return f"EXISTS (SELECT FROM {place} WHERE {wanted} AND ({compared}))"


def _edges(template: str, edges: tuple[int, int], arguments: Arguments) -> dict[str, str]:
    """The edges a template names, as arguments: a statement may have no other."""
    named = zip("ab", edges, strict=True)
    return {name: arguments.number(edge) for name, edge in named if f"{{{name}}}" in template}
