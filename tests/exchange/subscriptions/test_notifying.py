"""Guards the whole way of a notification: from a committed change to what a subscriber takes."""

import asyncio

from tests.exchange.subscriptions.conftest import PATIENT, numbers, parameters, subscription

from hygie.exchange.subscriptions.leader import Leader, until_news
from hygie.store.outbox import Change, Committed, Outbox, Place

ANY_PATIENT = "urn:hygie:topic:any-change:Patient"


def family(number: int) -> dict:
    return PATIENT | {"name": [{"family": f"Martin{number}"}]}


async def test_a_change_is_told(repository, client, serving, channel, status):
    """A subscriber who is never told misses what he relies on."""
    made = await repository.create(client, subscription(ANY_PATIENT))
    await status(made.id, "active")
    await repository.update(client, "Patient", "p1", PATIENT)
    await channel.until(lambda c: len(c.taken) == 2)
    handshake, event = channel.bundles()
    assert parameters(handshake)["type"] == "handshake"
    assert parameters(handshake)["status"] == "requested"
    told = parameters(event)
    assert (told["type"], told["status"]) == ("event-notification", "active")
    assert told["events-since-subscription-start"] == "1"
    assert told["notification-event"][0]["focus"]["reference"].endswith("/fhir/Patient/p1")


async def test_what_follows_an_activation_at_once_is_told(
    repository, client, parts, channel, status, monkeypatch
):
    """A subscriber reads « active », and misses what was written in that very moment for ever:
    the leader read both together."""
    held, read = asyncio.Event(), Outbox.read

    async def held_back(self, name, limit):
        await held.wait()
        return await read(self, name, limit)

    monkeypatch.setattr(Outbox, "read", held_back)
    made = await repository.create(client, subscription(ANY_PATIENT))
    task = asyncio.create_task(Leader(parts).lead())
    try:
        await status(made.id, "active")
        await repository.update(client, "Patient", "p1", PATIENT)
        held.set()
        await channel.until(lambda c: len(c.taken) == 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_what_follows_news_of_subscriptions_waits_for_them():
    """Batches of one change each, for ten thousand that subscribe; or none at all."""
    subscriber, patient = (Change(kind, 1, 1, False) for kind in ("Subscription", "Patient"))
    batches = [Committed(Place(1, n), (one,)) for n, one in enumerate((patient, subscriber) * 2)]
    first, news, other, last = batches
    assert until_news([]) == []
    assert until_news([first, other]) == [first, other]
    assert until_news([first, news, last]) == [first, news, last]
    assert until_news(batches) == [first, news]
    assert until_news([other, last]) == [other, last]


async def test_changes_are_told_once_each_and_in_order(
    repository, client, serving, channel, status
):
    """A gap, or an older state told after a newer one, misleads whoever keeps a copy."""
    made = await repository.create(client, subscription(ANY_PATIENT, content="full-resource"))
    await status(made.id, "active")
    for number in range(20):
        await repository.update(client, "Patient", "p1", family(number))
    await channel.until(lambda c: len(c.taken) == 21)
    events = channel.bundles()[1:]
    assert numbers(events) == list(range(1, 21))
    versions = [bundle["entry"][1]["resource"]["meta"]["versionId"] for bundle in events]
    assert versions == [str(number) for number in range(1, 21)]


async def test_an_empty_notification_names_nothing(
    repository, client, serving, channel, status, trail
):
    """STU 1.1, §Empty: nothing of what changed is told; it is on record all the same."""
    made = await repository.create(client, subscription(ANY_PATIENT, content="empty"))
    await status(made.id, "active")
    await repository.update(client, "Patient", "p1", PATIENT)
    await channel.until(lambda c: len(c.taken) == 2)
    body = channel.taken[1][1]
    assert b"Patient" not in body.replace(ANY_PATIENT.encode(), b"")
    assert b"topic" not in body
    assert numbers(channel.bundles()) == [1]
    assert [entry.action for entry in trail.entries].count("notify") == 1


async def test_a_notification_is_on_record_before_it_leaves(
    repository, client, serving, channel, status, trail
):
    """What a subscriber learns of a patient is an access like any other."""
    made = await repository.create(client, subscription(ANY_PATIENT))
    await status(made.id, "active")
    await repository.update(client, "Patient", "p1", PATIENT)
    await channel.until(lambda c: len(c.taken) == 2)
    [entry] = [entry for entry in trail.entries if entry.action == "notify"]
    assert entry.patient == entry.key == repository._store.keyring.reference("Patient", "p1")
    assert (entry.context.actor, entry.detail) == ("ward", f"Subscription/{made.id}")


async def test_xml_is_written_for_who_asks_for_it(repository, client, serving, channel, status):
    """The payload is of the type that was asked for."""
    asked = subscription(ANY_PATIENT, content="full-resource")
    asked["channel"]["payload"] = "application/fhir+xml"
    made = await repository.create(client, asked)
    await status(made.id, "active")
    await repository.update(client, "Patient", "p1", PATIENT)
    await channel.until(lambda c: len(c.taken) == 2)
    body = channel.taken[1][1].decode()
    assert body.startswith("<?xml")
    assert '<family value="Martin"/>' in body
