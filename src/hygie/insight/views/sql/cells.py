"""The value of a column, or of a condition, as the rows have it."""

from typing import Final

from hygie.fhir.path.syntax import Variable
from hygie.insight.views.definition import ROW_INDEX, Column
from hygie.insight.views.schema import ColumnType
from hygie.insight.views.sql import guards
from hygie.insight.views.sql.beyond import Beyond
from hygie.insight.views.sql.guards import Guards
from hygie.insight.views.sql.values import Kind, Value, alone, taken

TYPES: Final = {"boolean": "BOOLEAN", "integer": "BIGINT"}
"""Kind of a column -> type of SQL; of any other, VARCHAR."""
Alternative = tuple[str, str]
"""A condition on rows (empty: all), and the value in them."""


def condition(value: Value) -> str:
    """SQL of a `where` of the view: true, false or NULL."""
    if value.form == "empty":
        return "false"
    if value.kind != "boolean":
        raise Beyond("a condition that is no boolean")
    return _only(value, "a condition that gives several values").sql


def alternatives(
    column: Column, target: ColumnType, value: Value, around: Guards
) -> list[Alternative]:
    """What a column is, in the rows that its select makes."""
    sql = _collected(value, target) if target.collection else _cell(value, target)
    found = [(guards.condition(around), sql)]
    if column.path.node == Variable(ROW_INDEX):
        found += [(absent, "0") for absent in guards.where_null(around)]
    return found


def _cell(value: Value, target: ColumnType) -> str:
    if value.form == "empty":
        return f"CAST(NULL AS {TYPES.get(target.kind, 'VARCHAR')})"
    item = _only(value, "several values in a column")
    return _fitted(item.sql, item.kind, target)


def _collected(value: Value, target: ColumnType) -> str:
    """A list, empty for none."""
    if value.form == "empty":
        return f"CAST([] AS {TYPES.get(target.kind, 'VARCHAR')}[])"
    items = taken(value)
    if not items.many:
        item = _fitted(items.sql, items.kind, target)
        return f"(CASE WHEN {items.sql} IS NOT NULL THEN [{item}] ELSE [] END)"
    fitted = _fitted("item", items.kind, target)
    sql = items.sql
    if fitted != "item":
        sql = f"list_transform({sql}, lambda item: {fitted})"
    return f"coalesce({sql}, [])"


def _only(value: Value, several: str) -> Value:
    items = taken(value)
    return alone(items, several) if items.many else items


def _fitted(sql: str, kind: Kind, target: ColumnType) -> str:
    """A value as its column has it: any value has a text, an integer is a decimal."""
    wanted = target.kind
    if wanted == "object":
        raise Beyond("a column of objects")
    own = kind if kind in ("boolean", "integer", "decimal") else "text"
    if own == wanted:
        return f"hygie_shown({sql})" if own == "decimal" else sql
    if wanted == "text" or (own, wanted) == ("integer", "decimal"):
        return f"CAST({sql} AS VARCHAR)"
    raise Beyond("a value of another type than its column")


def merged(alternatives: list[Alternative]) -> str:
    """The value of a column in any row."""
    if len(alternatives) == 1 and not alternatives[0][0]:
        return alternatives[0][1]
    cases = " ".join(f"WHEN {rows or 'true'} THEN {sql}" for rows, sql in alternatives)
    return f"(CASE {cases} END)"
