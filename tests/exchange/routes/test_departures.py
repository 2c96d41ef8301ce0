"""What leaves: made once, found again, sent again, put aside; sealed, and in bounds."""

import pytest
from tests.exchange.routes.conftest import PERSON

from hygie.exchange.routes import departures as rows
from hygie.exchange.routes.browsing import Filters
from hygie.exchange.routes.departures import Confirmation, Notes, Settled
from hygie.refusal import Refused

WORD = "MSH|^~\\&|A|B|C|D|2026||ADT^A28|C1|P|2.5"


async def sent(routes, *numbers):
    await routes.departures.settle(
        "labo", [Settled(number, "sent", "", Notes("C1", "MSA|AA|C1")) for number in numbers]
    )


async def test_what_has_one_cause_is_made_once(routes, make, store):
    """Danger: a change that is read again after a crash leaves twice."""
    await make("labo", WORD, cause="entry 1")
    await make("labo", WORD, cause="entry 1")
    await make("autre", WORD, cause="entry 1")
    assert len(await routes.departures.waiting("labo", [], 10)) == 1
    assert len(await routes.departures.waiting("autre", [], 10)) == 1
    stored = await store.pool.fetch("SELECT * FROM hygie.departure")
    assert not any(b"MSH|" in bytes(row["sealed"]) for row in stored)


async def test_a_departure_is_made_with_what_it_comes_from_or_not_at_all(routes, store):
    """Danger: a message leaves about what was undone."""
    made = rows.Made("labo", "ADT^A28", WORD.encode(), "C1", "x", lane=1)
    async with store.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await routes.departures.make(connection, [made])
        await transaction.rollback()
    assert await routes.departures.waiting("labo", [], 10) == []


async def test_the_dead_are_sent_again_and_what_was_put_aside_can_be_taken_back(
    routes, make, trail
):
    """Danger: a message that a destination refused is lost, or cannot be stopped."""
    await make("labo", "un", "deux", "trois")
    one, two, three = [ahead.id for ahead in await routes.departures.waiting("labo", [], 10)]
    dead = [Settled(number, "dead", "route.refused", Notes()) for number in (one, two)]
    await routes.departures.settle("labo", dead)
    await sent(routes, three)
    await routes.handling.discard([two], PERSON)
    assert await routes.handling.replay_all("labo", PERSON) == 1
    assert [ahead.id for ahead in await routes.departures.waiting("labo", [], 10)] == [one]
    await routes.handling.take_back([two], PERSON)
    assert [ahead.id for ahead in await routes.departures.waiting("labo", [], 10)] == [one, two]
    with pytest.raises(Refused):
        await routes.handling.discard([three], PERSON)
    with pytest.raises(Refused):
        await routes.handling.replay([three, 4711], PERSON)
    assert [e.action for e in trail.entries] == ["discard", "resend", "resend"]


async def test_what_somebody_put_aside_while_it_was_sent_stays_aside(routes, make):
    """Danger: an answer that comes late undoes what a person decided."""
    await make("labo", WORD)
    [ahead] = await routes.departures.waiting("labo", [], 10)
    await routes.handling.discard([ahead.id], PERSON)
    await sent(routes, ahead.id)
    found = await routes.browsing.departure(ahead.id, PERSON)
    assert found.state == "discarded"


async def test_a_departure_is_shown_whole_and_its_showing_is_on_record(routes, make, trail):
    """Danger: what left about a patient cannot be shown, or is looked at by nobody known."""
    await make("labo", WORD)
    [listed] = await routes.browsing.browse(Filters(route="labo", states=("waiting",)), 10, PERSON)
    assert listed.content is None
    found = await routes.browsing.departure(listed.id, PERSON)
    assert (found.content, found.notes.control_id) == (WORD.encode(), "C1")
    assert [entry.action for entry in trail.entries] == ["view", "view"]
    assert await routes.browsing.browse(Filters(route="autre"), 10, PERSON) == []
    [day] = await routes.browsing.counts()
    assert (day.route, day.state, day.count) == ("labo", "waiting", 1)
    assert (await routes.browsing.standings())["labo"].waiting == 1


async def test_what_was_said_later_is_noted_where_it_was_sent(routes, make, store):
    """Danger: nobody learns that the document sent last week was refused downstream."""
    await make("labo", WORD)
    [ahead] = await routes.departures.waiting("labo", [], 10)
    await sent(routes, ahead.id)
    said = Confirmation("ZAM^Z01", taken=False, at=(await _now(store)), why="DMP fermé")
    async with store.pool.acquire() as connection, connection.transaction():
        assert await routes.departures.confirm(connection, "C1", [said])
        assert not await routes.departures.confirm(connection, "C2", [said])
    found = await routes.browsing.departure(ahead.id, PERSON)
    assert [one.why for one in found.notes.confirmations] == ["DMP fermé"]


async def test_content_is_removed_when_its_time_is_over_and_the_row_remains(routes, make, store):
    """Danger: messages are kept for ever, or what must be accounted for is gone."""
    await make("labo", "un", "deux")
    one, two = [ahead.id for ahead in await routes.departures.waiting("labo", [], 10)]
    await sent(routes, one)
    await store.pool.execute("UPDATE hygie.departure SET sent_at = now() - interval '3 days'")
    assert await routes.departures.forget("labo", 0) == 0
    assert await routes.departures.forget("labo", 2) == 1
    assert (await routes.browsing.departure(one, PERSON)).content is None
    assert (await routes.browsing.departure(two, PERSON)).content == b"deux"
    with pytest.raises(Refused):
        await routes.handling.replay([one], PERSON)


async def test_beyond_the_bound_the_oldest_are_dead_not_gone(routes, make, monkeypatch):
    """Danger: a destination that is away for months fills the disk."""
    small = rows._OVERFLOW.replace(str(rows.MAX_DEPARTURES_WAITING), "2")
    monkeypatch.setattr(rows, "_OVERFLOW", small)
    await make("labo", "un", "deux", "trois")
    assert await routes.departures.overflow("labo") == 1
    [dead] = await routes.browsing.browse(Filters(states=("dead",)), 10, PERSON)
    assert dead.rule == "route.overflow"
    assert (await routes.browsing.departure(dead.id, PERSON)).content == b"un"


async def _now(store):
    return await store.pool.fetchval("SELECT now()")
