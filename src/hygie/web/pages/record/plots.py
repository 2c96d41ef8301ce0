"""From presented values to drawings."""

from datetime import datetime

from markupsafe import Markup

from hygie.web.charts.spark import spark
from hygie.web.charts.strip import Step, strip
from hygie.web.charts.trend import Band, Point, trend
from hygie.web.present.dates import NBSP, say_moment
from hygie.web.present.results import Analyte, Result
from hygie.web.present.stays import Stay, say_span

WIDE, NARROW = 880, 340


def analyte_spark(analyte: Analyte) -> Markup:
    return spark(_points(analyte), _band(analyte.latest))


def analyte_trends(analyte: Analyte) -> tuple[Markup, Markup]:
    """The same drawing for wide and narrow screens, so that letters keep their size."""
    points, latest = _points(analyte), analyte.latest
    if not points:
        return Markup(""), Markup("")
    wide, narrow = (
        trend(
            points, _band(latest), title=f"Évolution : {latest.label}",
            describe=_describe(points, latest), unit=latest.unit, width=width, height=height,
        )
        for width, height in ((WIDE, 320), (NARROW, 260))
    )  # fmt: skip
    return wide, narrow


def _points(analyte: Analyte) -> list[Point]:
    """Oldest first."""
    return [
        Point(r.at.at, float(r.number), f"{r.value}{NBSP}{r.unit}, {say_moment(r.at)}", r.flag.kind)
        for r in reversed(analyte.results)
        if r.at is not None and r.number is not None
    ]


def _band(latest: Result) -> Band:
    low, high = latest.range.low, latest.range.high
    return Band(float(low) if low is not None else None, float(high) if high is not None else None)


def _describe(points: list[Point], latest: Result) -> str:
    flagged = sum(bool(point.kind) for point in points)
    said = [f"{len(points)} valeurs, la dernière : {points[-1].label}"]
    if latest.range.label:
        said.append(f"valeurs de référence : {latest.range.label}{NBSP}{latest.unit}".strip())
    said.append(f"{flagged} hors norme" if flagged else "aucune hors norme")
    return " ; ".join(said)


def stay_strips(stay: Stay, now: datetime) -> tuple[Markup, Markup]:
    """Wide and narrow strips of a stay's movements; empty when there is nothing to draw."""
    steps = _steps(stay, now)
    if not steps or steps[-1].end <= steps[0].start:
        return Markup(""), Markup("")
    title = f"{stay.kind} {say_span(stay.start, stay.end)}"
    describe = " ; ".join(f"{m.place}, {say_span(m.start, m.end)}" for m in stay.movements)
    wide, narrow = (
        strip(steps, title=title, describe=describe, width=width) for width in (WIDE, NARROW)
    )
    return wide, narrow


def _steps(stay: Stay, now: datetime) -> list[Step]:
    """A movement without an end lasts until the next one, the end of the stay, or now."""
    begun = [m for m in stay.movements if m.start is not None and m.start.at <= now]
    starts = [m.start.at for m in begun if m.start is not None]
    last = stay.end.at if stay.end else now
    following = [*starts[1:], max(last, starts[-1])] if starts else []
    return [
        Step(
            movement.place,
            start,
            max(start, min(movement.end.at, until) if movement.end else until),
        )
        for movement, start, until in zip(begun, starts, following, strict=True)
    ]
