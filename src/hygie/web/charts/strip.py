"""A stay as a strip: one segment for each place, as long as the time spent there."""

from datetime import datetime

import msgspec
from markupsafe import Markup

from hygie.web.charts.axis import time_axis
from hygie.web.charts.scale import Scale
from hygie.web.charts.svg import drawing, element

BAR, AXIS, LETTER = 28, 24, 6.6
"""Heights in pixels; mean width of a letter at the size used."""


class Step(msgspec.Struct, frozen=True):
    label: str
    start: datetime
    end: datetime


def strip(steps: list[Step], *, title: str, describe: str, width: int) -> Markup:
    """`steps` in order, not empty, ends not before starts."""
    first, last = steps[0].start, max(step.end for step in steps)
    x = Scale(first.timestamp(), last.timestamp(), 0, width)
    bars = [bar for index, step in enumerate(steps) for bar in _bar(step, index, x)]
    return drawing(
        width, BAR + AXIS, *bars, *time_axis(first, last, x, BAR, width),
        class_="strip", title=title, describe=describe,
    )  # fmt: skip


def _bar(step: Step, index: int, x: Scale) -> list[Markup]:
    start, end = x(step.start.timestamp()), x(step.end.timestamp())
    span = max(end - start, 2.0)
    whole = element(
        "rect", element("title", step.label), x=start, y=0, width=max(span - 2, 1.0), height=BAR,
        class_=f"strip-{index % 3}",
    )  # fmt: skip
    room = int((span - 16) / LETTER)
    if room < 3:
        return [whole]
    label = step.label if len(step.label) <= room else f"{step.label[: room - 1]}…"
    return [whole, element("text", label, x=start + 8, y=BAR / 2 + 4.5, class_="strip-text")]
