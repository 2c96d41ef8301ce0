"""The trend of one analyte: values over time, against the reference range."""

from datetime import datetime

import msgspec
from markupsafe import Markup

from hygie.web.charts.axis import time_axis
from hygie.web.charts.scale import Scale, nice_ticks, say_tick
from hygie.web.charts.svg import drawing, element, polyline

LEFT, RIGHT, TOP, BOTTOM = 48, 16, 28, 32


class Point(msgspec.Struct, frozen=True):
    at: datetime
    value: float
    label: str
    """Printed value, read out on the point."""
    kind: str = ""
    """Kind of flag: "high", "low", "critical", "abnormal" or empty."""


class Band(msgspec.Struct, frozen=True):
    """Reference range; None for a side that is open."""

    low: float | None = None
    high: float | None = None


class Frame(msgspec.Struct, frozen=True):
    x: Scale
    y: Scale
    ticks: tuple[float, ...]
    width: int
    height: int


def trend(  # noqa: PLR0913 - what a drawing is made of
    points: list[Point],
    band: Band,
    *,
    title: str,
    describe: str,
    unit: str,
    width: int,
    height: int,
) -> Markup:
    """Axes with units, range as a band, points shaped by flag.

    `points`: oldest first, not empty.
    """
    frame = _frame(points, band, width, height)
    places = [(frame.x(point.at.timestamp()), frame.y(point.value)) for point in points]
    return drawing(
        width, height,
        *_band(frame, band), *_value_axis(frame, unit), *_time_axis(frame, points),
        polyline(places, "trend-line"),
        *(_mark(point, x, y) for point, (x, y) in zip(points, places, strict=True)),
        class_="trend", title=title, describe=describe,
    )  # fmt: skip


def _frame(points: list[Point], band: Band, width: int, height: int) -> Frame:
    values = [point.value for point in points]
    bounds = [bound for bound in (band.low, band.high) if bound is not None]
    ticks = nice_ticks(min(values + bounds), max(values + bounds))
    times = [point.at.timestamp() for point in points]
    x = Scale(min(times), max(times), LEFT + 12, width - RIGHT - 12)
    return Frame(x, Scale(ticks[0], ticks[-1], height - BOTTOM, TOP), ticks, width, height)


def _band(frame: Frame, band: Band) -> list[Markup]:
    if band.low is None and band.high is None:
        return []
    top = frame.y(band.high) if band.high is not None else frame.y(frame.ticks[-1])
    bottom = frame.y(band.low) if band.low is not None else frame.y(frame.ticks[0])
    span = frame.width - LEFT - RIGHT
    area = element(
        "rect", x=LEFT, y=top, width=span, height=max(bottom - top, 0.0), class_="trend-band"
    )
    edges = [
        element("line", x1=LEFT, x2=LEFT + span, y1=edge, y2=edge, class_="trend-edge")
        for edge, bound in ((top, band.high), (bottom, band.low))
        if bound is not None
    ]
    return [area, *edges]


def _value_axis(frame: Frame, unit: str) -> list[Markup]:
    step = frame.ticks[1] - frame.ticks[0]
    parts = [element("text", unit, x=LEFT - 8, y=12, class_="axis-unit", text_anchor="start")]
    for tick in frame.ticks:
        y = frame.y(tick)
        parts.append(
            element("line", x1=LEFT, x2=frame.width - RIGHT, y1=y, y2=y, class_="axis-rule")
        )
        parts.append(
            element("text", say_tick(tick, step), x=LEFT - 8, y=y + 4, class_="axis-text",
                    text_anchor="end")
        )  # fmt: skip
    return parts


def _time_axis(frame: Frame, points: list[Point]) -> list[Markup]:
    return time_axis(points[0].at, points[-1].at, frame.x, frame.height - BOTTOM, frame.width)


def _mark(point: Point, x: float, y: float) -> Markup:
    """A circle when expected, a triangle up or down, a diamond otherwise: shape before colour."""
    shapes = {
        "high": ((0, -6), (5.5, 4), (-5.5, 4)),
        "low": ((0, 6), (5.5, -4), (-5.5, -4)),
        "critical": ((0, -7), (7, 0), (0, 7), (-7, 0)),
        "abnormal": ((0, -6), (6, 0), (0, 6), (-6, 0)),
    }
    said = element("title", point.label)
    if point.kind not in shapes:
        return element("circle", said, cx=x, cy=y, r=4, class_="mark")
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[point.kind])
    return element("polygon", said, points=corners, class_="mark mark-flagged")
