"""Dates and times in SQL, compared by the spans they stand for (FHIRPath, Date/Time Comparison)."""

from hygie.insight.views.sql.values import Value


def compared(operator: str, left: Value, right: Value) -> str:
    return f"(hygie_order({written(left)}, {written(right)}) {operator} 0)"


def written(value: Value) -> str:
    """SQL of the text of a moment: of a date, one without a time."""
    return f"hygie_day({value.sql})" if value.kind == "date" else value.sql


def compared_times(operator: str, left: Value, right: Value) -> str:
    return f"(hygie_clock({left.sql}) {operator} hygie_clock({right.sql}))"
