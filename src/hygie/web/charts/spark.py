"""A sparkline: the course of a value, small enough to sit in a table row."""

from markupsafe import Markup

from hygie.web.charts.scale import Scale
from hygie.web.charts.svg import drawing, element, polyline
from hygie.web.charts.trend import Band, Point

WIDTH, HEIGHT, MARGIN = 96, 24, 4
LAST = 12
"""Points drawn."""


def spark(points: list[Point], band: Band) -> Markup:
    """`points`: oldest first; the last ones are drawn, evenly spaced. Fewer than two: nothing.

    Decoration only: the figures stand beside it.
    """
    shown = points[-LAST:]
    if len(shown) < 2:
        return Markup("")
    values = [point.value for point in shown]
    bounds = [bound for bound in (band.low, band.high) if bound is not None]
    y = Scale(min(values + bounds), max(values + bounds), HEIGHT - MARGIN, MARGIN)
    x = Scale(0, len(shown) - 1, MARGIN, WIDTH - MARGIN)
    places = [(x(index), y(point.value)) for index, point in enumerate(shown)]
    flagged = " mark-flagged" if shown[-1].kind else ""
    end = element("circle", cx=places[-1][0], cy=places[-1][1], r=2.5, class_=f"mark{flagged}")
    line = polyline(places, "spark-line")
    return drawing(WIDTH, HEIGHT, *_band(band, y), line, end, class_="spark")


def _band(band: Band, y: Scale) -> list[Markup]:
    if band.low is None or band.high is None:
        return []
    top, bottom = y(band.high), y(band.low)
    return [element("rect", x=0, y=top, width=WIDTH, height=bottom - top, class_="trend-band")]
