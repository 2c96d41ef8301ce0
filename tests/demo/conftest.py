"""One small clinic for all tests of the demonstration."""

from datetime import date

import pytest

from hygie.demo import DemoMessage, timeline
from hygie.demo.clinic import Timed
from hygie.demo.plan import Course
from hygie.demo.population import courses

SEED, PATIENTS, TODAY = 7, 140, date(2026, 3, 14)


@pytest.fixture(scope="session")
def clinic() -> list[Course]:
    return courses(SEED, PATIENTS, TODAY)


@pytest.fixture(scope="session")
def timed() -> list[Timed]:
    return list(timeline(SEED, PATIENTS, TODAY))


@pytest.fixture(scope="session")
def messages(timed: list[Timed]) -> list[DemoMessage]:
    return [item.message for item in timed]


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
