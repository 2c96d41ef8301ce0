"""Dates and times in SQL, compared by the spans they stand for (FHIRPath, Date/Time Comparison)."""

from hygie.insight.views.sql.values import Value


def compared(operator: str, left: Value, right: Value) -> str:
    return f"(hygie_order({left.sql}, {right.sql}) {operator} 0)"


def compared_times(operator: str, left: Value, right: Value) -> str:
    return f"(hygie_clock({left.sql}) {operator} hygie_clock({right.sql}))"
