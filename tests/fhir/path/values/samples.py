"""Values written as the specification writes them, and strategies that draw any."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from hygie.fhir.path import parse
from hygie.fhir.path.syntax import Literal, Moment, Sign
from hygie.fhir.path.syntax import Quantity as QuantityNode
from hygie.fhir.path.values import Date, DateTime, Quantity, Time, negate, read_literal
from hygie.fhir.path.values.date_time import zone_text

UNITS = ["1", "g", "mg", "kg", "cm", "m", "[in_i]", "Cel", "[degF]", "K", "d", "a", "foo", "mmol/L"]
CALENDAR_UNITS = ["year", "months", "week", "days", "hour", "minutes", "second", "milliseconds"]


def value(text: str) -> object:
    """The value of a literal: `1`, `-2.50`, `'a'`, `true`, `@2012-01`, `4 'g'`, `2 days`."""
    node = parse(text)
    if isinstance(node, Sign):
        return negate(node_value(node.operand))
    return node_value(node)


def node_value(node: object) -> object:
    match node:
        case Literal():
            return node.value
        case Moment():
            return read_literal(node.text)
        case QuantityNode():
            return Quantity(node.value, node.unit)
    raise AssertionError(node)


def rows(table: str) -> list[list[str]]:
    """Lines of cells separated by bars."""
    return [[cell.strip(" ") for cell in line.split("|")] for line in table.strip().split("\n")]


DECIMALS = st.decimals(-(10**12), 10**12, places=3) | st.decimals(-100, 100, places=1)
SECONDS = st.integers(0, 59).map(Decimal) | st.decimals(0, Decimal("59.999"), places=3)
ZONES = st.sampled_from(["", "", "Z"]) | st.integers(-840, 840).map(zone_text)
DAYS = st.dates(dt.date(2, 1, 1), dt.date(9998, 12, 31))


@st.composite
def dates(draw: st.DrawFn) -> Date:
    day = draw(DAYS)
    return Date(*(day.year, day.month, day.day)[: draw(st.integers(1, 3))])


@st.composite
def times(draw: st.DrawFn) -> Time:
    parts = draw(st.integers(0, 23)), draw(st.integers(0, 59)), draw(SECONDS)
    return Time(*parts[: draw(st.integers(1, 3))])


@st.composite
def date_times(draw: st.DrawFn) -> DateTime:
    day = draw(dates())
    if day.day is None or draw(st.booleans()):
        return DateTime.at(day)
    time = draw(times())
    parts = day.year, day.month, day.day, time.hour, time.minute, time.second
    return DateTime(*parts, draw(ZONES))


QUANTITIES = st.builds(Quantity, DECIMALS, st.sampled_from(UNITS + CALENDAR_UNITS))
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    DECIMALS,
    st.text(max_size=8),
    dates(),
    times(),
    date_times(),
    QUANTITIES,
)
