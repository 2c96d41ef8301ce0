"""What a listener says of itself: figures that somebody decides by."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hygie.intake.listening.gauge import Gauge
from hygie.intake.sources import state
from hygie.store.store import Store


def test_percentiles_are_those_of_the_answers():
    """A slow answer in a hundred that no figure shows."""
    gauge = Gauge("lab")
    for _ in range(980):
        gauge.answered("AA", 0.010)
    for _ in range(20):
        gauge.answered("AE", 2.0, "person.sex")
    told = gauge.state()
    assert told.p50_ms == pytest.approx(10, rel=0.25)
    assert told.p99_ms == pytest.approx(2_000, rel=0.25)
    assert told.answered == {"AA": 980, "AE": 20}
    assert told.last_refusal == "person.sex"


async def test_what_a_process_wrote_goes_after_it(store: Store):
    """A row for each process there ever was: restarts that make the page slower for ever."""
    old = msgspec.structs.replace(Gauge("lab").state(), at=datetime.now(UTC) - timedelta(hours=2))
    await state.write(store.pool, store.keyring, "one", [old])
    await state.write(store.pool, store.keyring, "two", [])
    assert await state.read(store.pool, store.keyring) == {}


def test_nothing_is_told_of_nothing():
    """A percentile, or a rate, of no message."""
    told = Gauge("lab").state()
    assert (told.p50_ms, told.p99_ms, told.per_second, told.received) == (0, 0, 0, 0)
    assert told.last_message_at is None


async def test_states_are_read_as_they_were_written(store: Store):
    """A listener that is gone and still looks alive; an address in clear in the database."""
    lab, gone = Gauge("lab"), Gauge("gone")
    lab.listening("10.1.2.3:2575")
    lab.received(1, 120)
    await state.write(store.pool, store.keyring, "one", [lab.state(), gone.state()])
    written, other = lab.state(), Gauge("lab").state()
    await state.write(store.pool, store.keyring, "one", [written])
    await state.write(store.pool, store.keyring, "two", [other])
    await state.write(store.pool, store.keyring, "two", [other])
    assert await state.read(store.pool, store.keyring) == {"lab": [written, other]}
    assert b"10.1.2.3" not in await store.pool.fetchval("SELECT sealed FROM hygie.source_state")
