"""Guards what clients are told of their subscriptions, and what they may ask for."""

import json
from typing import Any

import pytest
from tests.exchange.subscriptions.conftest import (
    PATIENT,
    MemoryChannel,
    numbers,
    parameters,
    subscription,
)

from hygie.exchange.subscriptions.leader import Leader
from hygie.fhir.validate import base_validator

FHIR = {"Content-Type": "application/fhir+json"}
ANY_PATIENT = "urn:hygie:topic:any-change:Patient"


@pytest.fixture
def channel(subscriptions) -> MemoryChannel:
    channel = MemoryChannel()
    subscriptions.channels["rest-hook"] = channel
    return channel


async def create(client, resource: dict[str, Any]) -> Any:
    return await client.post("/Subscription", content=json.dumps(resource), headers=FHIR)


def rule(response: Any) -> str:
    return response.json()["issue"][0]["details"]["coding"][0]["code"]


async def test_what_cannot_be_is_refused_at_once(client, channel):
    """A subscription that is accepted and never served deceives its client."""
    topic = "urn:hygie:topic:patient-admitted"
    cases = [
        (subscription("urn:nowhere"), "subscription.topic"),
        (subscription(topic, "Encounter?reason-code=1"), "subscription.filter"),
        (subscription(topic, "Observation?patient=1"), "subscription.filter"),
        (subscription(topic, "Encounter?patient.name=x"), "subscription.criteria"),
        (subscription(topic, channel="carrier-pigeon"), None),
        (subscription(topic) | {"status": "active"}, "subscription.status"),
        (subscription(topic) | {"end": "2001-01-01T00:00:00Z"}, "subscription.end"),
        (subscription(topic, heartbeat_period=1), "subscription.period"),
        (subscription(topic, *["Encounter?patient=1"] * 17), "subscription.filters"),
        (subscription("Observation?code=a&_sort=date"), "subscription.criteria"),
        (subscription("Observation?code=a", channel="websocket"), "subscription.channel"),
    ]
    for resource, expected in cases:
        response = await create(client, resource)
        assert response.status_code == 422, response.text
        assert expected is None or rule(response) == expected, response.text


async def test_a_patch_is_examined_too(client, channel):
    """A change in small steps must not go where a whole one may not."""
    made = (await create(client, subscription(ANY_PATIENT))).json()
    patch = [{"op": "replace", "path": "/status", "value": "active"}]
    response = await client.patch(
        f"/Subscription/{made['id']}", content=json.dumps(patch),
        headers={"Content-Type": "application/json-patch+json"},
    )  # fmt: skip
    assert (response.status_code, rule(response)) == (422, "subscription.status")


async def test_a_bundle_is_examined_too(client, channel):
    """Nor within a bundle; the place says which entry."""
    entry = {"resource": subscription("urn:nowhere"),
             "request": {"method": "POST", "url": "Subscription"}}  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    response = await client.post("/", content=json.dumps(bundle), headers=FHIR)
    assert response.status_code == 422
    assert response.json()["issue"][0]["expression"] == ["Bundle.entry[0].resource.criteria"]


async def test_nobody_subscribes_to_what_they_may_not_read(asking, channel):
    """A subscription must not give what a search would refuse."""
    async with asking("system/Subscription.cruds system/Patient.r") as client:
        response = await create(client, subscription(ANY_PATIENT))
    assert (response.status_code, rule(response)) == (422, "subscription.rights")


@pytest.fixture
async def told(client, channel, subscriptions, repository, context, monkeypatch) -> str:
    """An active subscription that was told of five changes; its id."""
    made = (await create(client, subscription(ANY_PATIENT))).json()
    leader = Leader(subscriptions)
    import asyncio  # noqa: PLC0415

    task = asyncio.create_task(leader.lead())
    await channel.until(lambda c: len(c.taken) == 1)
    for _ in range(100):
        status = (await client.get(f"/Subscription/{made['id']}")).json()["status"]
        if status == "active":
            break
        await asyncio.sleep(0.02)
    for number in range(5):
        family = PATIENT | {"name": [{"family": f"Martin{number}"}]}
        await repository.update(context, "Patient", "p1", family)
    await channel.until(lambda c: len(c.taken) == 6)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return made["id"]


async def test_events_can_be_asked_for_again(client, told):
    """Who was away for a while must be able to catch up."""
    response = await client.get(f"/Subscription/{told}/$events?eventsSinceNumber=2")
    bundle = response.json()
    assert base_validator().validate(bundle) == []
    assert numbers([bundle]) == [2, 3, 4, 5]
    assert parameters(bundle)["type"] == "query-event"
    assert "error" not in parameters(bundle)
    asked = "eventsSinceNumber=2&eventsUntilNumber=3&content=full-resource"
    bundle = (await client.get(f"/Subscription/{told}/$events?{asked}")).json()
    assert numbers([bundle]) == [2, 3]
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == [
        "Parameters", "Patient", "Patient"
    ]  # fmt: skip
    assert base_validator().validate(bundle) == []


async def test_events_are_told_with_the_rights_of_whoever_asks(asking, told):
    """To read a subscription is not to read what it is about, nor to learn how much of it there
    is: who may not see all patients is not told how many changes there were."""
    narrow = "system/Subscription.rs system/Patient.rs?gender=male"
    for scopes in ("system/Subscription.rs", narrow):
        async with asking(scopes) as stranger:
            for path in (f"{told}/$events", f"{told}/$events?content=empty", f"{told}/$status"):
                response = await stranger.get(f"/Subscription/{path}")
                assert (response.status_code, rule(response)) == (403, "access.scope"), path
            assert (await stranger.get("/Subscription/$status")).json()["total"] == 0
            assert (await stranger.get(f"/Subscription/{told}")).status_code == 200


async def test_events_that_were_not_kept_are_said_to_be_missing(client, told, store):
    """A gap that is passed over in silence is never looked for."""
    await store.pool.execute("DELETE FROM hygie.subscription_event WHERE number < 4")
    bundle = (await client.get(f"/Subscription/{told}/$events")).json()
    assert numbers([bundle]) == [4, 5]
    assert "pas été gardés" in parameters(bundle)["error"]["text"]
    assert parameters(bundle)["events-since-subscription-start"] == "5"


async def test_status_of_one_and_of_several(client, told):
    """A client that hears nothing asks how things stand."""
    bundle = (await client.get(f"/Subscription/{told}/$status")).json()
    assert base_validator().validate(bundle) == []
    assert bundle["type"] == "searchset"
    status = parameters(bundle)
    assert (status["type"], status["status"]) == ("query-status", "active")
    assert status["events-since-subscription-start"] == "5"
    for query, count in (("", 1), (f"?id={told}&id=other", 1), ("?status=off", 0)):
        bundle = (await client.get(f"/Subscription/$status{query}")).json()
        assert len(bundle.get("entry", [])) == count, query


async def test_what_is_not_understood_is_refused(client, told):
    """A parameter that is passed over answers another question than was asked."""
    for query in ("eventsSinceNumber=0", "eventsSinceNumber=x", "content=all", "page=2"):
        response = await client.get(f"/Subscription/{told}/$events?{query}")
        assert (response.status_code, rule(response)) == (400, "parameter.value"), query
