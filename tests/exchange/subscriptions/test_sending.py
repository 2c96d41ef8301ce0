"""Guards what becomes of notifications that are not taken, or not to be sent any more."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.exchange.subscriptions.conftest import (
    PATIENT,
    bearer,
    numbers,
    parameters,
    subscription,
)

from hygie.exchange.subscriptions import senders
from hygie.exchange.subscriptions.channels import Delivered, Gone, Retry
from hygie.limits import MAX_DELIVERY_ATTEMPTS, MAX_DELIVERY_PAUSE_SECONDS
from hygie.refusal import Phrase, Refused

ANY_PATIENT = "urn:hygie:topic:any-change:Patient"
AWAY = Phrase("Il n’y a personne.", "There is nobody.")
COUNT = "SELECT count(*) FROM hygie.subscription_event"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Attempts that do not wait."""
    monkeypatch.setattr(senders, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("hygie.exchange.subscriptions.upkeep.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("hygie.exchange.subscriptions.upkeep.JUDGE_SECONDS", 0.05)
    monkeypatch.setattr("hygie.exchange.subscriptions.leader.WAIT_SECONDS", 0.05)


def family(number: int) -> dict:
    return PATIENT | {"name": [{"family": f"Martin{number}"}]}


async def subscribed(repository, client, status, **asked) -> str:
    made = await repository.create(client, subscription(ANY_PATIENT, **asked))
    await status(made.id, "active")
    return made.id


async def test_what_was_not_taken_is_sent_again_in_its_place(
    repository, client, serving, channel, status
):
    """An outage of the other side must cost nothing but time, and not the order."""
    await subscribed(repository, client, status)
    channel.answers = [Retry(AWAY), Retry(AWAY), Delivered(), Retry(AWAY)]
    for number in range(3):
        await repository.update(client, "Patient", "p1", family(number))
    await channel.until(lambda c: len(c.taken) == 4)
    assert numbers(channel.bundles()) == [1, 2, 3]


async def test_an_endpoint_that_is_gone_ends_the_subscription(
    repository, client, serving, channel, status
):
    """Nobody is knocked at for ever."""
    id_ = await subscribed(repository, client, status)
    channel.answers = [Gone(AWAY)]
    await repository.update(client, "Patient", "p1", PATIENT)
    assert (await status(id_, "off"))["error"] == AWAY.fr


async def test_after_many_attempts_it_is_in_error_and_can_be_asked_for_again(
    repository, client, serving, channel, status
):
    """What could not be delivered stays, is counted, and comes once the client asks anew."""
    id_ = await subscribed(repository, client, status)
    channel.answers = [Retry(AWAY)] * MAX_DELIVERY_ATTEMPTS
    for number in range(2):
        await repository.update(client, "Patient", "p1", family(number))
    resource = await status(id_, "error")
    assert resource["error"] == AWAY.fr
    await repository.update(client, "Patient", "p1", family(9))
    resource["status"] = "requested"
    await repository.update(client, "Subscription", id_, resource)
    assert "error" not in await status(id_, "active")
    await channel.until(lambda c: numbers(c.bundles()) == [1, 2, 3])


async def test_a_handshake_that_fails_is_an_error(repository, client, serving, channel, status):
    """STU 1.1, §REST-Hook: an endpoint that does not answer is never sent data."""
    channel.answers = [Retry(AWAY)]
    made = await repository.create(client, subscription(ANY_PATIENT))
    assert (await status(made.id, "error"))["error"] == AWAY.fr
    await repository.update(client, "Patient", "p1", PATIENT)
    await asyncio.sleep(0.2)
    assert channel.taken == []


async def test_several_events_go_together(repository, client, serving, channel, status):
    """`max-count` is kept to."""
    await subscribed(repository, client, status, max_count=4)
    channel.answers = [Retry(AWAY, after_seconds=0.5)]
    for number in range(9):
        await repository.update(client, "Patient", "p1", family(number))
    await channel.until(lambda c: len(numbers(c.bundles())) == 9)
    sizes = [len(parameters(b)["notification-event"]) for b in channel.bundles()[1:]]
    assert max(sizes) <= 4
    assert numbers(channel.bundles()) == list(range(1, 10))


async def test_a_revoked_token_ends_what_stands_on_it(
    repository, access, serving, channel, status, context
):
    """What was withdrawn must not go on by other ways."""
    client = await bearer(access, "system/*.cruds")
    id_ = await subscribed(repository, client, status)
    await bearer(access, "system/*.cruds")  # another of the same client does not make up for it
    await access.revoke_token(client.token)
    await status(id_, "error")
    await repository.update(context, "Patient", "p1", PATIENT)
    await asyncio.sleep(0.2)
    assert len(channel.taken) == 1  # the handshake


async def test_a_subscription_ends_when_it_said(repository, client, serving, channel, status):
    """`end` is a promise to whoever is written about."""
    end = datetime.now(UTC) + timedelta(seconds=1)
    asked = subscription(ANY_PATIENT) | {"end": end.isoformat(timespec="milliseconds")}
    made = await repository.create(client, asked)
    await status(made.id, "off")


async def test_heartbeats_break_the_silence(
    repository, client, serving, channel, status, monkeypatch
):
    """Who hears nothing must be able to tell quiet from broken."""
    monkeypatch.setattr("hygie.exchange.subscriptions.asking.MIN_HEARTBEAT_SECONDS", 1)
    await subscribed(repository, client, status, heartbeat_period=1)
    await channel.until(lambda c: len(c.taken) >= 2)
    assert parameters(channel.bundles()[1])["type"] == "heartbeat"


async def test_plain_subscriptions_send_the_resource_itself(
    repository, client, serving, channel, status
):
    """R4 alone: an update of the resource, without a bundle around it; nothing for deletions."""
    asked = subscription("Patient?family=Martin1")
    del asked["channel"]["_payload"]
    made = await repository.create(client, asked)
    await status(made.id, "active")
    for number in (2, 1):
        await repository.update(client, "Patient", "p1", family(number))
    await repository.delete(client, "Patient", "p1")
    await channel.until(lambda c: len(c.taken) == 1)
    target, body = channel.taken[0]
    assert (target.method, target.endpoint) == ("PUT", "https://other.test/hook/Patient/p1")
    assert b'"Martin1"' in body
    assert body.startswith(b'{"resourceType":"Patient"')


async def test_what_is_too_much_is_dropped_and_said_to_be(  # noqa: PLR0917
    repository, client, serving, channel, status, parts, monkeypatch
):
    """A subscriber that sleeps must neither fill the disk nor be deceived when it wakes."""
    trim = "hygie.exchange.subscriptions.upkeep.TRIM_SECONDS"
    id_ = await subscribed(repository, client, status)
    channel.answers = [Retry(AWAY, after_seconds=60)]
    for number in range(4):
        await repository.update(client, "Patient", "p1", family(number))
    await channel.until(lambda c: not c.answers)
    async with asyncio.timeout(10):
        while await parts.store.pool.fetchval(COUNT) < 4:  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.01)
    monkeypatch.setattr(trim, 0.05)
    await parts.store.pool.execute("DELETE FROM hygie.subscription_event WHERE number < 3")
    parts.recent._events.clear()
    assert "pas été gardés" in (await status(id_, "error"))["error"]
    again = subscription(ANY_PATIENT) | {"id": id_}
    await repository.update(client, "Subscription", id_, again)
    await channel.until(lambda c: numbers(c.bundles()) == [3, 4])


async def test_a_client_has_only_so_many(repository, client, parts, monkeypatch):
    """One client must not take all the room there is."""
    monkeypatch.setattr("hygie.exchange.subscriptions.door.MAX_CLIENT_SUBSCRIPTIONS", 3)
    for _ in range(3):
        await repository.create(client, subscription(ANY_PATIENT))
    with pytest.raises(Refused) as refused:
        await repository.create(client, subscription(ANY_PATIENT))
    assert refused.value.refusal.issues[0].rule == "subscription.too-many"


def test_pauses_grow_and_end():
    """Neither a storm nor an eternity between attempts."""
    pauses = [senders.pause(number) for number in range(1, 40)]
    assert all(0 < pause <= MAX_DELIVERY_PAUSE_SECONDS for pause in pauses)
    assert pauses[-1] >= MAX_DELIVERY_PAUSE_SECONDS / 2
