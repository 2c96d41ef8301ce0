"""The time axis that drawings share."""

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup

from hygie.web.charts.calendar import time_ticks
from hygie.web.charts.scale import Scale
from hygie.web.charts.svg import element

LETTER, TICK = 6.2, 5
"""Mean width of a letter of labels; length of a mark, in pixels."""
SPACIOUS = 500


def time_axis(first: datetime, last: datetime, x: Scale, top: float, width: int) -> list[Markup]:
    """Marks hanging from `top` with their labels, none of which leaves the drawing."""
    ticks = time_ticks(first, last, 5 if width > SPACIOUS else 3)
    return [part for at, label in ticks for part in _tick(x(at.timestamp()), label, top, width)]


def _tick(x: float, label: str, top: float, width: int) -> Iterable[Markup]:
    half = len(label) * LETTER / 2
    anchor = "start" if x < half else "end" if x > width - half else "middle"
    yield element("line", x1=x, x2=x, y1=top, y2=top + TICK, class_="axis-base")
    yield element("text", label, x=x, y=top + 18, class_="axis-text", text_anchor=anchor)
