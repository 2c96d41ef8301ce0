"""Guards against a drawing that lies, breaks, or carries styles a strict page refuses."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from hygie.web.charts.bars import Column, bars
from hygie.web.charts.calendar import time_ticks
from hygie.web.charts.scale import Scale, nice_ticks, say_tick
from hygie.web.charts.spark import spark
from hygie.web.charts.strip import Step, strip
from hygie.web.charts.svg import element
from hygie.web.charts.trend import Band, Point, trend

START = datetime(2026, 11, 1, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
points = st.lists(st.tuples(values, st.sampled_from(["", "high", "low", "critical"])), min_size=1)


def made(series: list[tuple[float, str]]) -> list[Point]:
    return [Point(START + timedelta(days=i), v, str(v), kind) for i, (v, kind) in enumerate(series)]


def drawn(series: list[Point], band: Band | None = None) -> ET.Element:
    picture = trend(
        series, band or Band(), title="Potassium", describe="Deux valeurs", unit="mmol/L",
        width=880, height=320,
    )  # fmt: skip
    return ET.fromstring(str(picture))


@given(points, st.one_of(st.none(), values), st.one_of(st.none(), values))
def test_every_point_is_drawn_inside_the_frame(
    series: list[tuple[float, str]], a: float | None, b: float | None
) -> None:
    """A value outside the frame is a value nobody sees."""
    low, high = (min(a, b), max(a, b)) if a is not None and b is not None else (a, b)
    root = drawn(made(series), Band(low, high))
    circles = root.findall(f"{SVG}circle")
    marks = [m for m in root.findall(f"{SVG}polygon") if "mark" in m.get("class", "")]
    assert len(circles) + len(marks) == len(series)
    for circle in circles:
        assert 0 <= float(circle.get("cx", "-1")) <= 880
        assert 0 <= float(circle.get("cy", "-1")) <= 320


@given(st.lists(values, min_size=2, max_size=2, unique=True))
def test_higher_values_are_drawn_higher(pair: list[float]) -> None:
    """A curve upside down shows a recovery where there is a decline."""
    first, second = drawn(made([(v, "") for v in pair])).findall(f"{SVG}circle")
    if abs(pair[0] - pair[1]) > max(map(abs, pair)) / 1000:
        above = float(first.get("cy", "0")) < float(second.get("cy", "0"))
        assert above == (pair[0] > pair[1])


def test_a_trend_says_in_words_what_it_shows() -> None:
    """Who does not see the drawing must learn as much from it."""
    root = drawn(made([(4.0, ""), (6.2, "high")]))
    assert root.findtext(f"{SVG}title") == "Potassium"
    assert root.findtext(f"{SVG}desc") == "Deux valeurs"
    assert root.get("role") == "img"


def test_flags_differ_by_shape() -> None:
    """Colour alone says nothing to one man in twelve."""
    root = drawn(made([(1, ""), (2, "high"), (3, "low"), (4, "critical")]))
    shapes = [len(p.get("points", "").split()) for p in root.findall(f"{SVG}polygon")]
    assert shapes == [3, 3, 4]
    assert len(root.findall(f"{SVG}circle")) == 1


@given(values, values)
def test_ticks_enclose_the_values(a: float, b: float) -> None:
    """A value beyond the last tick cannot be read."""
    low, high = min(a, b), max(a, b)
    ticks = nice_ticks(low, high)
    margin = (ticks[1] - ticks[0]) * 1e-6
    assert ticks[0] <= low + margin
    assert ticks[-1] >= high - margin
    assert 2 <= len(ticks) <= 7


@pytest.mark.parametrize(
    ("value", "step", "said"),
    [(0.5, 0.5, "0,5"), (3, 1, "3"), (-2, 1, "−2"), (0.25, 0.25, "0,25"), (2.5, 2.5, "2,5"),
     (100, 20, "100"), (0.02, 0.02, "0,02")],
)  # fmt: skip
def test_ticks_have_the_digits_they_need(value: float, step: float, said: str) -> None:
    """« 0 » twice on one axis makes it unreadable."""
    assert say_tick(value, step) == said


@given(values, values, values)
def test_a_scale_keeps_order(a: float, b: float, value: float) -> None:
    """A scale that folds back swaps earlier and later."""
    scale = Scale(min(a, b), max(a, b), 0, 100)
    inside = min(max(value, scale.low), scale.high)
    assert -1e-6 <= scale(inside) <= 100 + 1e-6


def test_a_spark_needs_two_points() -> None:
    """One point is no course."""
    assert spark(made([(1, "")]), Band()) == ""
    assert "polyline" in spark(made([(1, ""), (2, "")]), Band(1, 2))


def test_a_strip_is_as_long_as_the_stay() -> None:
    """A place drawn longer than the time spent there misleads about exposure."""
    hours = (0, 6, 24)
    steps = [
        Step(name, START + timedelta(hours=a), START + timedelta(hours=b))
        for name, a, b in zip(("Urgences", "Médecine"), hours, hours[1:], strict=False)
    ]
    root = ET.fromstring(str(strip(steps, title="Séjour", describe="", width=400)))
    first, second = root.findall(f"{SVG}rect")
    assert (first.get("x"), second.get("x")) == ("0", "100")
    assert (first.get("width"), second.get("width")) == ("98", "298")


PARIS = ZoneInfo("Europe/Paris")
instants = st.datetimes(datetime(1930, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - given a zone
    lambda at: at.replace(tzinfo=PARIS)
)
spans = st.one_of(st.integers(0, 90_000), st.integers(0, 10**7), st.integers(0, 10**9))


@given(instants, spans, st.sampled_from([3, 5]))
def test_a_time_axis_names_each_round_instant_once(
    first: datetime, seconds: int, wanted: int
) -> None:
    """The same day written twice, or at three in the afternoon, misdates what stands above."""
    last = first + timedelta(seconds=seconds)
    ticks = time_ticks(first, last, wanted)
    labels = [label for _, label in ticks]
    assert 1 <= len(ticks) <= wanted
    assert len(set(labels)) == len(labels)
    assert all(first <= at <= last for at, _ in ticks)
    if ticks[0][0] != first:
        assert all(at.second == at.minute % 5 == 0 for at, _ in ticks)
    if seconds > 36 * 3600:
        assert all((at.hour, at.minute) == (0, 0) for at, _ in ticks)


@pytest.mark.parametrize(
    ("hours", "labels"),
    [(80, ["18 nov.", "19 nov.", "20 nov.", "21 nov."]),
     (5, ["17 nov., 17 h", "18 h", "19 h", "20 h", "21 h"]),
     (30, ["17 nov., 18 h", "18 nov.", "6 h", "12 h", "18 h"]), (0, ["17 nov., 16 h 52"]),
     (24 * 90, ["déc. 2026", "janv. 2027", "févr. 2027"]),
     (24 * 1200, ["2027", "2028", "2029", "2030"])],
)  # fmt: skip
def test_the_marks_of_usual_spans(hours: int, labels: list[str]) -> None:
    """Marks too sparse date nothing; « 14 h » alone does not say of which day."""
    first = datetime(2026, 11, 17, 16, 52, tzinfo=PARIS)
    ticks = time_ticks(first, first + timedelta(hours=hours), 5)
    assert [label.replace("\u00a0", " ") for _, label in ticks] == labels


def test_a_failed_message_is_never_too_small_to_see() -> None:
    """One quarantined message among ten thousand must still show."""
    picture = bars([Column("22/11", 10_000, 1)], title="Messages", describe="", width=300)
    bad = [r for r in ET.fromstring(str(picture)).iter(f"{SVG}rect") if r.get("class") == "bar-bad"]
    assert float(bad[0].get("height", "0")) >= 2


@given(st.text())
def test_text_never_becomes_markup(text: str) -> None:
    """A test named « <script> » must stay a name."""
    cleaned = "".join(c for c in text if c.isprintable())
    picture = element("text", cleaned, aria_label=cleaned)
    root = ET.fromstring(str(picture))
    assert (root.text or "") == cleaned
    assert root.get("aria-label") == cleaned
    assert isinstance(picture, Markup)


def test_no_drawing_carries_a_style() -> None:
    """The policy of the pages would drop it, and the drawing with it."""
    series = made([(1, ""), (2, "high")])
    assert "style=" not in str(spark(series, Band(0, 1)))
    assert all("style" not in node.attrib for node in drawn(series, Band(0, 1)).iter())
