"""Silence of declared sources, from what is in the inbox."""

from datetime import UTC, datetime, timedelta

import pytest

from hygie.intake.sources.declaration import Source
from hygie.intake.sources.watching import Silences

NOW = datetime(2026, 6, 30, 10, 30, tzinfo=UTC)


@pytest.fixture
def silences(store, sources) -> Silences:
    return Silences(store, sources)


@pytest.fixture
def arrived(store):
    """arrived("gam", moments): entries of these moments."""

    async def write(source, moments):
        feed = store.keyring.blind("inbox.feed", source)
        await store.pool.executemany(
            "INSERT INTO hygie.inbox (kind, event, state, rule, feed, control, content_key,"
            " content_rest, source, notes, received_at) VALUES"
            " ('hl7v2', 'ADT^A01', 'filed', '', $1, 0, 0, 0, '', '', $2)",
            [(feed, moment) for moment in moments],
        )

    return write


def every(minutes: int, until: datetime, days: int = 28) -> list[datetime]:
    start = until - timedelta(days=days)
    return [start + timedelta(minutes=n) for n in range(0, days * 24 * 60 + 1, minutes)]


async def test_a_feed_that_stops_is_told_and_one_that_runs_is_not(
    silences, sources, context, wire, arrived
):
    """Guards: a feed that died on Friday and is missed on Monday."""
    await sources.declare(wire("gam", 2575), context)
    await sources.declare(wire("labo", 2576), context)
    await arrived("gam", every(10, NOW - timedelta(hours=2)))
    await arrived("labo", every(10, NOW - timedelta(minutes=5)))
    (alert,) = await silences.alerts(NOW)
    assert alert.source == "gam"
    assert alert.since == NOW - timedelta(hours=2)
    assert alert.usual == timedelta(minutes=10)
    assert [one.unusual for one in await silences.all(NOW)] == [True, False]


async def test_a_feed_that_died_long_ago_stays_told(silences, sources, context, wire, arrived):
    """Guards: an alert that ends since silence has become usual."""
    await sources.declare(wire("gam"), context)
    await arrived("gam", every(10, NOW - timedelta(days=60), days=21))
    assert [one.source for one in await silences.alerts(NOW)] == ["gam"]


async def test_what_never_sent_is_told_only_if_it_was_declared(silences, sources, context, wire):
    """Guards: a source that was declared and never connected, and nobody who notices."""
    await sources.declare(wire("gam", 2575), context)
    await sources.declare(Source(name="labo", silent_minutes=30), context)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert [one.source for one in await silences.alerts(later)] == ["labo"]
    assert await silences.alerts(later - timedelta(minutes=40)) == []


async def test_a_stopped_source_may_be_silent(silences, sources, context, wire, arrived):
    """Guards: an alert for what somebody stopped."""
    await sources.declare(wire("gam"), context)
    await arrived("gam", every(10, NOW - timedelta(hours=2)))
    await sources.stop("gam", context)
    assert await silences.all(NOW) == []
