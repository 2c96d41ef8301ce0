"""Integer and Decimal in SQL: exact, or left to the Python engine.

A decimal travels as its digits, so that `72.50` keeps both of them; it becomes a DECIMAL only to be
compared or computed with. DuckDB ends a statement whose integers or decimals overflow.
"""

from typing import Final

from hygie.insight.views.sql.beyond import Beyond, give_up
from hygie.insight.views.sql.values import Value, plain

_PLACES: Final = 10
"""Of `hygie_number`."""
_UNIT: Final = 10**_PLACES
_SMALL: Final = 2**31
"""Where an Integer of the language ends; beyond, the Python engine says what a result is."""


def compared(operator: str, left: Value, right: Value) -> str:
    if left.kind == right.kind == "integer":
        return f"({left.sql} {operator} {right.sql})"
    return f"({number(left)} {operator} {number(right)})"


def number(value: Value) -> str:
    """SQL of type DECIMAL(38, 10)."""
    if value.kind == "integer":
        return f"CAST({value.sql} AS DECIMAL(38, {_PLACES}))"
    return f"hygie_number({value.sql})"


def written(value: Value) -> str:
    """SQL of its digits."""
    return f"CAST({value.sql} AS VARCHAR)"


def computed(operator: str, left: Value, right: Value) -> Value:
    """`+`, `-`, `*`, `/`."""
    if operator == "/":
        return plain(_quotient(left, right), "decimal")
    if operator not in ("+", "-", "*"):
        raise Beyond(f"the operator {operator}")
    if left.kind == right.kind == "integer":
        return plain(_small(f"({left.sql} {operator} {right.sql})"), "integer")
    places = " + ".join if operator == "*" else _greater
    return plain(_result(operator, left, right, places([_scale(left), _scale(right)])), "decimal")


def _small(sql: str) -> str:
    beyond = give_up("an integer of more than 32 bits")
    return f"(CASE WHEN abs({sql}) < {_SMALL} THEN {sql} WHEN {sql} IS NOT NULL THEN {beyond} END)"


def _greater(scales: list[str]) -> str:
    return f"greatest({', '.join(scales)})"


def _scale(value: Value) -> str:
    """Digits written after the point."""
    if value.kind == "integer":
        return "0"
    return f"length(split_part({value.sql}, '.', 2))"


def _result(operator: str, left: Value, right: Value, scale: str) -> str:
    """The digits of a sum, difference or product, as many after the point as they come to."""
    exact = f"({number(left)} {operator} {number(right)})"
    places = 2 * _PLACES if operator == "*" else _PLACES
    return _digits(exact, places, scale)


def _digits(exact: str, places: int, scale: str) -> str:
    """The digits of a DECIMAL of so many places, cut after `scale` of them: the rest are zeros."""
    cut = f"{places} - ({scale}) + CASE WHEN ({scale}) = 0 THEN 1 ELSE 0 END"
    written = f"CAST({exact} AS VARCHAR)"
    return f"left({written}, length({written}) - CAST({cut} AS BIGINT))"


def _quotient(left: Value, right: Value) -> str:
    """Exact when it ends within ten places, and NULL for a division by zero.

    Both are brought to whole numbers of 10^-10; the first is then counted in 10^-20.
    """
    above, below = (f"CAST({number(side)} * {_UNIT} AS HUGEINT)" for side in (left, right))
    scaled = f"({above} * {_UNIT})"
    exact = (
        f"(CAST({scaled} // {below} AS DECIMAL(28, 0)) * CAST('0.0000000001' AS DECIMAL(10, 10)))"
    )
    needed = f"length(rtrim(split_part(CAST({exact} AS VARCHAR), '.', 2), '0'))"
    digits = _digits(exact, _PLACES, f"greatest({needed}, {_scale(left)} - {_scale(right)})")
    endless = give_up("a quotient of many digits")
    return (
        f"(CASE WHEN {above} IS NULL OR {below} IS NULL OR {below} = 0 THEN NULL "
        f"WHEN {scaled} % {below} = 0 THEN {digits} ELSE {endless} END)"
    )
