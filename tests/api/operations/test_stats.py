"""Guards `$stats`: figures that a dose or a diagnosis may follow from."""

import statistics
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.operations.test_lastn import LOINC, START, observation, stored

from hygie.api.operations.figures import FIGURES, decimal
from hygie.api.operations.series import Coding, series_of
from hygie.refusal import Refused

UCUM = "http://unitsofmeasure.org"
SUBJECT = "subject=Patient/p&code=a&system=http://loinc.org"


def measured(value: Any, unit: str = "mg", hour: int = 1, code: str = "a", **more: Any) -> dict:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation([code], hour, valueQuantity=quantity) | more


async def stats(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/Observation/$stats?{query}")
    assert answer.status_code == 200, answer.text
    return [one["resource"] for one in answer.json()["parameter"] if one["name"] == "statistics"]


def figures(found: dict[str, Any]) -> dict[str, Any]:
    return {
        one["code"]["coding"][0]["code"]: (
            one["valueQuantity"]["value"], one["valueQuantity"]["code"]
        ) if "valueQuantity" in one else None
        for one in found["component"]
    }  # fmt: skip


async def test_statistics_are_in_the_unit_of_the_newest(client: httpx.AsyncClient) -> None:
    """Danger: grams added to milligrams."""
    await stored(
        client, measured(2, "g", 1), measured(500, "mg", 2), measured(9_999, code="b"),
        observation(["a"], 77, patient="q", valueQuantity={"value": 1}),
        measured(7) | {"status": "entered-in-error"},
        measured(7) | {"valueQuantity": {"value": 7, "comparator": "<"}},
    )  # fmt: skip
    asked = "&statistic=average&statistic=minimum,maximum,sum,count,total-count,std-dev,variance"
    (found,) = await stats(client, SUBJECT + asked)
    assert found["status"] == "final"
    assert found["subject"] == {"reference": "Patient/p"}
    assert found["code"]["coding"][0] == {"system": LOINC, "code": "a"}
    assert figures(found) == {
        "average": (1_250, "mg"), "minimum": (500, "mg"), "maximum": (2_000, "mg"),
        "sum": (2_500, "mg"), "count": (2, "1"), "total-count": (3, "1"),
        "std-dev": (1_060.66017178, "mg"), "variance": (1_125_000, "mg2"),
    }  # fmt: skip


async def test_units_of_different_things_are_refused(client: httpx.AsyncClient) -> None:
    """Danger: the mean of a mass and of an amount of substance."""
    await stored(client, measured(5, "mmol", 1), measured(5, "mg", 2))
    answer = await client.get(f"/Observation/$stats?{SUBJECT}&statistic=average")
    assert answer.status_code == 422
    assert "mmol" in answer.text


async def test_temperatures_keep_their_zero(client: httpx.AsyncClient) -> None:
    """Danger: a fever halved, or doubled, by a scale with another zero."""
    await stored(client, measured(98.6, "[degF]", 1), measured(39, "Cel", 2))
    (found,) = await stats(client, f"{SUBJECT}&statistic=average,minimum")
    assert figures(found) == {"average": (38, "Cel"), "minimum": (37, "Cel")}


async def test_components_are_measured_too(client: httpx.AsyncClient) -> None:
    """Danger: blood pressures that no statistics know."""
    part = {
        "code": {"coding": [{"system": LOINC, "code": "a"}]},
        "valueQuantity": {"value": 120, "system": UCUM, "code": "mm[Hg]"},
    }
    await stored(client, observation(["pressure"], 1, component=[part]))
    (found,) = await stats(client, f"{SUBJECT}&statistic=average")
    assert figures(found) == {"average": (120, "mm[Hg]")}


async def test_the_time_asked_for_is_that_which_counts(client: httpx.AsyncClient) -> None:
    """Danger: last year's values in the mean of the last hours."""
    recent = (datetime.now(UTC) - timedelta(minutes=30)).isoformat(timespec="seconds")
    await stored(client, measured(1, hour=1), measured(2, hour=48),
                 measured(3) | {"effectiveDateTime": recent})  # fmt: skip
    (found,) = await stats(client, f"{SUBJECT}&statistic=sum&duration=1")
    assert figures(found) == {"sum": (3, "mg")}
    day = START.date().isoformat()
    (found,) = await stats(client, f"{SUBJECT}&statistic=sum&period={day}/{day}")
    assert figures(found) == {"sum": (1, "mg")}
    assert found["effectivePeriod"] == {"start": day, "end": day}


async def test_nothing_measured_has_no_figures(client: httpx.AsyncClient) -> None:
    """Danger: a zero where nothing was measured."""
    (found,) = await stats(client, f"{SUBJECT}&statistic=average,count,std-dev")
    assert figures(found) == {"average": None, "count": (0, "1"), "std-dev": None}


async def test_it_is_asked_by_post_and_gives_its_sources(client: httpx.AsyncClient) -> None:
    """Danger: figures that nobody can check."""
    await stored(client, *(measured(value, hour=value) for value in (1, 2, 3)))
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subject", "valueUri": "http://hospital.test/fhir/Patient/p"},
            {"name": "coding", "valueCoding": {"system": LOINC, "code": "a"}},
            {"name": "coding", "valueCoding": {"system": LOINC, "code": "none"}},
            {"name": "statistic", "valueCode": "median"},
            {"name": "period", "valuePeriod": {"start": "2020-01-01"}},
            {"name": "include", "valueBoolean": True},
            {"name": "limit", "valuePositiveInt": 2},
        ],
    }
    headers = {"Content-Type": "application/fhir+json"}
    answer = await client.post("/Observation/$stats", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    named = [(one["name"], one["resource"]) for one in answer.json()["parameter"]]
    assert [name for name, _ in named] == ["statistics", "statistics", "source", "source"]
    assert figures(named[0][1]) == {"median": (2, "mg")}
    assert figures(named[1][1]) == {"median": None}
    assert [one["valueQuantity"]["value"] for _, one in named[2:]] == [3, 2]


@pytest.mark.parametrize(
    "query",
    [
        "code=a&statistic=count",
        "subject=p&code=a&statistic=count",
        "subject=Patient/p,Patient/q&code=a&statistic=count",
        "subject=Patient/p&statistic=count",
        "subject=Patient/p&code=a",
        "subject=Patient/p&code=a&statistic=regression",
        "subject=Patient/p&code=a&statistic=count&duration=-1",
        "subject=Patient/p&code=a&statistic=count&duration=NaN",
        "subject=Patient/p&code=a&statistic=count&duration=1&period=2020",
        "subject=Patient/p&code=a&statistic=count&period=yesterday",
        "subject=Patient/p&code=a&statistic=count&include=maybe",
        "subject=Patient/p&code=a&statistic=count&limit=0",
        "subject=Patient/p&code=a&statistic=count&more=x",
        "subject=Patient/p&subject=Patient/q&code=a&statistic=count",
    ],
)
async def test_what_cannot_be_answered_is_refused(client: httpx.AsyncClient, query: str) -> None:
    """Danger: figures of something else than what was asked."""
    assert (await client.get(f"/Observation/$stats?{query}")).status_code == 400


async def test_codes_are_values_and_not_searches(client: httpx.AsyncClient) -> None:
    """Danger: a code with a comma in it, by which other observations are read."""
    await stored(client, measured(5))
    (found,) = await stats(client, "subject=Patient/p&code=x,a&statistic=count")
    assert figures(found) == {"count": (0, "1")}


async def test_it_takes_the_right_to_search(asking: Any) -> None:
    """Danger: measurements given to who may not search them."""
    async with asking("system/Observation.r") as other:
        answer = await other.get(f"/Observation/$stats?{SUBJECT}&statistic=count")
    assert answer.status_code == 403


VALUES = st.lists(st.integers(-10_000, 10_000).map(lambda n: Fraction(n, 100)), max_size=30)


@given(VALUES)
def test_figures_agree_with_a_plain_model(values: list[Fraction]) -> None:
    """Danger: a formula that is nearly right."""
    found = {name: figure(values) for name, figure in FIGURES.items()}
    if not values:
        assert set(found.values()) == {None}
        return
    assert found["average"] == statistics.mean(values)
    assert found["median"] == statistics.median(values)
    assert (found["minimum"], found["maximum"]) == (min(values), max(values))
    assert found["sum"] == sum(values)
    if len(values) == 1:
        assert found["std-dev"] is found["variance"] is None
        return
    assert found["variance"] == statistics.variance(values)
    assert float(found["std-dev"] or 0) == pytest.approx(statistics.stdev(map(float, values)))
    fifths = statistics.quantiles(values, n=5, method="inclusive")
    assert [found[f"5-{number}"] for number in (1, 2, 3, 4)] == fifths
    assert (found["20-percent"], found["80-percent"]) == (fifths[0], fifths[3])
    quarters = statistics.quantiles(values, n=4, method="inclusive")
    assert (found["4-lower"], found["4-upper"]) == (quarters[0], quarters[2])
    assert found["4-dev"] == (quarters[2] - quarters[0]) / 2


def test_shapes_of_a_distribution_are_those_of_the_books() -> None:
    """Danger: a sign or a correction forgotten. Figures: Excel's SKEW and KURT, from its manual."""
    series = [Fraction(number) for number in (3, 4, 5, 2, 3, 4, 5, 6, 4, 7)]
    skew, kurtosis = FIGURES["skew"](series), FIGURES["kurtosis"](series)
    assert float(skew or 0) == pytest.approx(0.359543, abs=1e-6)
    assert float(kurtosis or 0) == pytest.approx(-0.151800, abs=1e-6)


@given(st.fractions(max_denominator=10**6))
def test_decimals_are_short_and_near(value: Fraction) -> None:
    """Danger: a rounded figure that is another one, or one of thirty digits."""
    shown = decimal(value)
    assert abs(Fraction(shown) - value) <= abs(value) / 10**11
    assert "E" not in str(decimal(Fraction(2_500)))
    assert decimal(Fraction(2_500)) == Decimal(2_500)


@given(st.permutations([("mg", 1_000), ("g", 1), ("ug", 1_000_000)]))
def test_any_order_of_units_gives_one_value(units: list[tuple[str, int]]) -> None:
    """Danger: a conversion that depends on which value came first."""
    listed = [measured(value, unit) for unit, value in units]
    series = series_of(listed, Coding(LOINC, "a"))
    assert set(series.values) == {Fraction(units[0][1])}
    assert series.unit == units[0][0]
    with pytest.raises(Refused):
        series_of([*listed, measured(1, "mol")], Coding(None, "a"))
