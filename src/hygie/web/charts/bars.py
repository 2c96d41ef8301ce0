"""Small columns: how many messages each day, by what became of them."""

import msgspec
from markupsafe import Markup

from hygie.web.charts.svg import drawing, element

HEIGHT, AXIS = 96, 20


class Column(msgspec.Struct, frozen=True):
    label: str
    good: int
    bad: int
    """Drawn on top, hatched by its class: messages that could not be filed."""


def bars(columns: list[Column], *, title: str, describe: str, width: int) -> Markup:
    """`columns` in order, not empty. The tallest fills the height."""
    tallest = max((column.good + column.bad for column in columns), default=0) or 1
    pitch = width / len(columns)
    parts: list[Markup] = []
    for index, column in enumerate(columns):
        parts += _column(column, index * pitch, min(pitch * 0.7, 40.0), (HEIGHT - 16) / tallest)
    base = element("line", x1=0, x2=width, y1=HEIGHT, y2=HEIGHT, class_="axis-base")
    return drawing(
        width, HEIGHT + AXIS, *parts, base, class_="bars", title=title, describe=describe
    )


def _column(column: Column, x: float, width: float, scale: float) -> list[Markup]:
    good, bad = column.good * scale, column.bad * scale
    total = column.good + column.bad
    middle = x + width / 2
    parts = [element("rect", x=x, y=HEIGHT - good, width=width, height=good, class_="bar-good")]
    if column.bad:
        parts.append(
            element("rect", x=x, y=HEIGHT - good - bad, width=width, height=max(bad, 2.0),
                    class_="bar-bad")
        )  # fmt: skip
    if total:
        parts.append(
            element("text", str(total), x=middle, y=HEIGHT - good - bad - 4, class_="axis-text",
                    text_anchor="middle")
        )  # fmt: skip
    parts.append(
        element("text", column.label, x=middle, y=HEIGHT + 16, class_="axis-text",
                text_anchor="middle")
    )  # fmt: skip
    return parts
