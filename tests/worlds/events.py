"""What subscribers are told, and what is said of others' subscriptions, while a house works."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from tests.exchange.subscriptions.conftest import MemoryChannel, subscription
from tests.store.worlds.making import World
from tests.worlds.actors import Actor
from tests.worlds.asking import get, post
from tests.worlds.making import SYSTEM
from tests.worlds.sites import Site, plain

from hygie.exchange.subscriptions.leader import Leader
from hygie.trace import Context

OTHERS: Final = Context("somebody", "system")
TOPICS: Final = {
    "urn:hygie:topic:patient-admitted": 1, "urn:hygie:topic:any-change:Encounter": 2,
}  # fmt: skip
"""And how many events there are for the actor to hear."""
WATCHED: Final = "urn:hygie:topic:any-change:Observation"
SECONDS: Final = 120


async def told(site: Site, actor: Actor, world: World, hidden: tuple[str, ...]) -> list[str]:
    """All that the actor hears of. `hidden`: patients of whom something happens in one house only,
    out of the actor's sight."""
    channel = MemoryChannel()
    site.house.subscriptions.channels["rest-hook"] = channel
    said: list[str] = []
    mine: dict[str, int] = {}
    others, site.bearer = site.bearer, await _all_seeing(site)
    watched = (await site.json(post("Subscription", subscription(WATCHED))))["id"]
    site.bearer = others
    for topic, many in TOPICS.items():
        made = await site.json(post("Subscription", subscription(topic, content="full-resource")))
        said.append(plain(f"{topic} {made.get('resourceType')} {made.get('issue')}"))
        if made["resourceType"] == "Subscription":
            mine[made["id"]] = many
    task = asyncio.create_task(Leader(site.house.subscriptions).lead())
    try:
        await _active(site, [watched, *mine])
        await _happen(site, world, hidden)
        await _counted(site, watched, 2 + len(hidden))
        for one, many in mine.items():
            await _counted(site, one, many)
        await asyncio.sleep(0.3)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for bundle in channel.bundles():
        text = str(bundle)
        said += [plain(text)] if any(one in text for one in mine) else []
    said.sort()
    for one in (watched, *mine):
        for path in ("", "/$status", "/$events", "/$events?content=full-resource"):
            said.append(await site.told(get(f"Subscription/{one}{path}")))
    said.append(await site.told(get("Subscription/$status")))
    return said


async def _all_seeing(site: Site) -> str:
    scopes = "system/*.cruds"
    return await site.house.access.create_token("all-seeing", scopes, timedelta(hours=1))


async def _active(site: Site, several: list[str]) -> None:
    async with asyncio.timeout(SECONDS):
        for one in several:
            while True:
                stored = await site.house.store.read(OTHERS, "Subscription", one)
                if b'"status":"active"' in stored.body:
                    break
                await asyncio.sleep(0.05)


async def _counted(site: Site, one: str, least: int) -> None:
    """Until so many events were noted for a subscription."""
    events, key = site.house.subscriptions.events, site.house.store.keyring.reference
    async with asyncio.timeout(SECONDS):
        while True:
            states = await events.states([key("Subscription", one)])
            if sum(state.number for state in states.values()) >= least:
                break
            await asyncio.sleep(0.05)


async def _happen(site: Site, world: World, hidden: tuple[str, ...]) -> None:
    """In both houses an admission and a discharge, with a result each; in one, more results."""
    store, tagged = site.house.store, {"tag": [{"system": SYSTEM, "code": world.tag}]}
    patient = {"reference": f"Patient/{world.patients[0]}"}
    stay: dict[str, Any] = {
        "resourceType": "Encounter", "id": f"adm{world.number}-0", "meta": tagged,
        "class": {"code": "IMP"}, "subject": patient, "period": {"start": "2026-01-01"},
    }  # fmt: skip
    for status in ("in-progress", "finished"):
        await store.update(OTHERS, stay | {"status": status})
        for n, one in enumerate(hidden):
            result = _result(f"more{world.number}-{n}-{status}", one)
            await store.update(OTHERS, result)
        await store.update(OTHERS, _result(f"both{world.number}-{status}", world.patients[0]))


def _result(id_: str, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "x"},
        "subject": {"reference": f"Patient/{patient}"},
    }  # fmt: skip
