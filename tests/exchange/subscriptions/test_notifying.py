"""Guards the whole way of a notification: from a committed change to what a subscriber takes."""

from tests.exchange.subscriptions.conftest import PATIENT, numbers, parameters, subscription

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
