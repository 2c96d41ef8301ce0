"""A day in small columns, an hour each: when a source spoke, and when it was silent."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from hygie.web.charts.svg import drawing, element

HEIGHT, AXIS = 40, 16
LABEL = 24
"""Width of the longest: nearer to the edge, it ends there."""
NAMED = (0, 6, 12, 18)
"""Hours of the day that are written below."""


class HourColumn(msgspec.Struct, frozen=True):
    hour: int
    good: int
    bad: int


def hours(
    columns: Sequence[HourColumn], *, title: str, describe: str = "", width: int = 264
) -> Markup:
    """`columns` in order, not empty; the tallest fills the height, an empty hour is a dot.
    `describe`: of a day's messages, without it."""
    tallest = max((one.good + one.bad for one in columns), default=0) or 1
    pitch = width / len(columns)
    parts: list[Markup] = []
    for index, column in enumerate(columns):
        parts += _column(column, index * pitch, pitch, (HEIGHT - 2) / tallest, right=width)
    total = sum(one.good + one.bad for one in columns)
    bad = sum(one.bad for one in columns)
    return drawing(
        width, HEIGHT + AXIS, *parts, class_="hours", title=title,
        describe=describe or f"{total} en 24 heures, dont {bad} arrêtés",
    )  # fmt: skip


def _column(
    column: HourColumn, x: float, pitch: float, scale: float, *, right: float
) -> list[Markup]:
    good, bad = column.good * scale, column.bad * scale
    said = element("title", f"{column.hour} h : {column.good + column.bad}")
    width = max(pitch - 2, 1.0)
    parts = [
        element("rect", said, x=x, y=HEIGHT - max(good, 1.0), width=width,
                height=max(good, 1.0), class_="bar-good" if column.good else "bar-none"),
    ]  # fmt: skip
    if column.bad:
        parts.append(
            element("rect", x=x, y=HEIGHT - good - max(bad, 2.0), width=width,
                    height=max(bad, 2.0), class_="bar-bad")
        )  # fmt: skip
    if column.hour in NAMED:
        near = x + LABEL > right
        parts.append(
            element("text", f"{column.hour} h", x=right if near else x, y=HEIGHT + 13,
                    class_="axis-text", text_anchor="end" if near else "start")
        )  # fmt: skip
    return parts
