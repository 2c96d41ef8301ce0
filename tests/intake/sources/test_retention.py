"""How long contents are kept: as declared, and never less than somebody needs them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from hygie.intake.sources import retention
from hygie.intake.sources.declaration import Source
from hygie.intake.sources.retention import Retention
from hygie.limits.gateway import MAX_CONTENTS_TOGETHER

DAYS = timedelta(days=31)
LABO = Source(name="labo", retention_days=30)


@pytest.fixture
async def keeping(store, sources, context, monkeypatch) -> Retention:
    monkeypatch.setattr(retention, "REST_SECONDS", 0)
    await sources.declare(LABO, context)
    return Retention(store, sources)


async def test_what_was_filed_is_removed_when_its_time_has_come(keeping, gateway, write, trail):
    """Guards: health data kept twice for ever; a content removed a day too soon, or unseen."""
    filed = await gateway.receive("labo", write("ADT^A28"))
    other = await gateway.receive("gam", write("ADT^A28", person={3: "9^^^CH&1.2.3&ISO^PI"}))
    now = datetime.now(UTC)
    assert await keeping.once(now + timedelta(days=29)) == 0
    assert await keeping.once(now + DAYS) == 1
    entry = await gateway.entry(filed.id)
    assert (entry.state, entry.content, entry.text()) == ("filed", None, "")
    assert entry.forgotten_at is not None
    assert entry.subject
    assert (await gateway.entry(other.id)).content is not None
    (noted,) = [one for one in trail.entries if one.action == "delete"]
    assert (noted.count, noted.context.purpose) == (1, "RECORDMGT")


async def test_what_waits_for_somebody_stays(keeping, gateway, write, store):
    """Guards: a message that nobody repaired in time, and nobody can repair any more."""
    wrong = await gateway.receive("labo", write("ADT^A99"))
    waiting = await gateway.receive("labo", write("ADT^A28"))
    await store.pool.execute("UPDATE hygie.inbox SET state = 'received' WHERE id = $1", waiting.id)
    assert await keeping.once(datetime.now(UTC) + DAYS) == 0
    for number in (wrong.id, waiting.id):
        assert (await gateway.entry(number)).content is not None


async def test_the_same_message_again_is_still_known(keeping, gateway, write):
    """Guards: a message filed a second time since its first content is gone."""
    raw = write("ADT^A28")
    await gateway.receive("labo", raw)
    await keeping.once(datetime.now(UTC) + DAYS)
    assert (await gateway.receive("labo", raw)).state == "duplicate"


async def test_more_than_a_batch_goes_in_batches(keeping, gateway, write, store, trail):
    """Guards: a transaction of millions of rows that stops everything else."""
    filed = await gateway.receive("labo", write("ADT^A28"))
    await store.pool.execute(
        "INSERT INTO hygie.inbox (kind, event, state, feed, control, content_key, content_rest,"
        " source, notes, raw) SELECT kind, event, state, feed, 0, content_key, content_rest,"
        " source, notes, raw FROM hygie.inbox, generate_series(1, $2) WHERE id = $1",
        filed.id, MAX_CONTENTS_TOGETHER,
    )  # fmt: skip
    assert await keeping.once(datetime.now(UTC) + DAYS) == MAX_CONTENTS_TOGETHER + 1
    assert [one.count for one in trail.entries if one.action == "delete"] == [500, 1]


async def test_nothing_is_removed_unless_it_was_declared(keeping, sources, context, gateway, write):
    """Guards: contents of a source that nobody meant."""
    await sources.declare(msgspec.structs.replace(LABO, retention_days=0), context)
    await gateway.receive("labo", write("ADT^A28"))
    assert await keeping.once(datetime.now(UTC) + DAYS) == 0
