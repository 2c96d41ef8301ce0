"""Operators, in the three-valued logic that SQL and FHIRPath share (FHIRPath N1 §6)."""

from dataclasses import replace
from typing import Final

from hygie.insight.views.sql import moments, numbers, quoting
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.values import (
    EMPTY,
    Value,
    counted,
    listed,
    one,
    plain,
    single,
    taken,
)

_LOGIC: Final = {
    "and": "({} AND {})",
    "or": "({} OR {})",
    "xor": "({} <> {})",
    "implies": "(NOT {} OR {})",
}
_COMPARISONS: Final = ("<", "<=", ">", ">=")
_NUMBERS: Final = ("integer", "decimal")
_MOMENTS: Final = ("date", "dateTime")


def binary(operator: str, left: Value, right: Value) -> Value:  # noqa: PLR0911 - one a family
    if operator in _LOGIC:
        return plain(_LOGIC[operator].format(boolean(left), boolean(right)), "boolean")
    if operator == "|":
        return union(left, right)
    if operator in ("in", "contains"):
        return member(left, right) if operator == "in" else member(right, left)
    if operator == "&":
        return concatenated(left, right)
    if left.form == "empty" or right.form == "empty":
        return EMPTY
    if operator in ("=", "!="):
        sql = equality(left, right)
        return plain(sql if operator == "=" else f"(NOT {sql})", "boolean")
    return _between_values(operator, one(left), one(right))


def _between_values(operator: str, left: Value, right: Value) -> Value:
    if operator in _COMPARISONS:
        return plain(_compared(operator, left, right), "boolean")
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        return numbers.computed(operator, left, right)
    if operator == "+" and left.kind == right.kind == "text":
        return plain(f"({left.sql} || {right.sql})", "text")
    raise Beyond(f"the operator {operator} here")


def boolean(value: Value) -> str:
    """A collection where a boolean is expected: its boolean, or true of another single item."""
    if value.form == "empty":
        return "CAST(NULL AS BOOLEAN)"
    if value.kind == "boolean":
        return one(value).sql
    if value.form == "choice":
        raise Beyond("a choice of types where a boolean is expected")
    item = single(value)
    if item.form == "leaf":
        raise Beyond("a value where a boolean is expected")
    return f"(CASE WHEN {item.sql} IS NOT NULL THEN true END)"


# --- equality -----------------------------------------------------------------------------
def equality(left: Value, right: Value) -> str:
    if left.many or right.many:
        return _equal_collections(left, right)
    return equal(one(left), one(right))


def equal(left: Value, right: Value) -> str:
    """Of two single values; NULL when one is empty."""
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        return numbers.compared("=", left, right)
    if left.kind in _MOMENTS and right.kind in _MOMENTS:
        return moments.compared("=", left, right)
    if left.kind != right.kind or left.form != "plain":
        raise Beyond("equality of different types")
    if left.kind == "time":
        return moments.compared_times("=", left, right)
    return f"({left.sql} = {right.sql})"


def _equal_collections(left: Value, right: Value) -> str:
    """Same length, equal one by one (N1 §6.1.1), for values that SQL compares alike."""
    if left.kind != right.kind or left.kind not in ("text", "boolean", "integer"):
        raise Beyond("equality of collections")
    a, b = listed(left), listed(right)
    return f"(CASE WHEN len({a}) > 0 AND len({b}) > 0 THEN {a} = {b} END)"


def _compared(operator: str, left: Value, right: Value) -> str:
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        return numbers.compared(operator, left, right)
    if left.kind in _MOMENTS and right.kind in _MOMENTS:
        return moments.compared(operator, left, right)
    if left.kind == right.kind == "time":
        return moments.compared_times(operator, left, right)
    if left.kind == right.kind == "text":
        return f"({left.sql} {operator} {right.sql})"
    raise Beyond("a comparison of these types")


# --- collections --------------------------------------------------------------------------
def member(item: Value, items: Value) -> Value:
    """`in`: empty when there is no item, false of no items (N1 §6.4.1)."""
    if item.form == "empty":
        return EMPTY
    value = one(item)
    if items.form == "empty":
        return plain(f"(CASE WHEN {value.sql} IS NOT NULL THEN false END)", "boolean")
    if value.kind != items.kind or value.kind not in ("text", "boolean", "integer"):
        raise Beyond("membership of these types")
    return plain(
        f"(CASE WHEN {value.sql} IS NOT NULL THEN list_contains({listed(items)}, {value.sql}) END)",
        "boolean",
    )


def union(left: Value, right: Value) -> Value:
    """All items once, in their order."""
    sides = [taken(side) for side in (left, right) if side.form != "empty"]
    if not sides:
        return EMPTY
    if any(side.kind != sides[0].kind or not side.kind for side in sides):
        raise Beyond("a union of different types")
    if not any(side.many for side in sides):
        return Value(_both(sides), "plain", sides[0].kind, many=True, dense=True)
    if sides[0].kind not in ("text", "integer"):
        raise Beyond("a union of these types")
    items = "list_concat(" + ", ".join(map(listed, sides)) + ")" if sides[1:] else listed(sides[0])
    return Value(f"hygie_once({items})", "plain", sides[0].kind, many=True, dense=True)


def _both(sides: list[Value]) -> str:
    """The union of single values."""
    if not sides[1:]:
        return f"[{sides[0].sql}]"
    one, other = (replace(side, sql=f"pair.{name}") for side, name in zip(sides, "ab", strict=True))
    items = (
        f"CASE WHEN {other.sql} IS NULL OR {equal(one, other)} THEN [{one.sql}] "
        f"WHEN {one.sql} IS NULL THEN [{other.sql}] ELSE [{one.sql}, {other.sql}] END"
    )
    pair = f"[{{a: {sides[0].sql}, b: {sides[1].sql}}}]"
    return f"list_transform({pair}, lambda pair: {items})[1]"


def concatenated(left: Value, right: Value) -> Value:
    """`&`: an empty side is an empty text (N1 §6.6.3)."""
    sides = [one(side) for side in (left, right) if side.form != "empty"]
    if any(side.kind != "text" for side in sides):
        raise Beyond("concatenation of these types")
    parts = [f"coalesce({side.sql}, '')" for side in sides] or ["''"]
    return plain("(" + " || ".join(parts) + ")", "text")


def signed(operator: str, value: Value) -> Value:
    item = one(value)
    if operator == "+" and item.kind in _NUMBERS:
        return item
    if item.kind == "integer":
        return plain(f"(-{item.sql})", "integer")
    if item.kind == "decimal":
        return plain(f"hygie_negative({item.sql})", "decimal")
    raise Beyond("a sign here")


def exists(value: Value) -> str:
    """SQL, never NULL: whether there is any item."""
    if value.form == "empty":
        return "false"
    if value.form == "leaf" and not value.many:
        return f"({one(value).sql} IS NOT NULL OR {_has_extensions(value)})"
    return _any_of(value)


def _has_extensions(leaf: Value) -> str:
    """Of a single primitive: whether something stands beside it, a value or not."""
    if leaf.holder is None or leaf.shape is None:
        raise Beyond("the extensions of a computed value")
    return f"({leaf.holder.sql}.{quoting.name(leaf.shape.beside().name)} IS NOT NULL)"


def _any_of(value: Value) -> str:
    items = counted(value)
    return f"(coalesce(len({items.sql}), 0) > 0)" if items.many else f"({items.sql} IS NOT NULL)"
