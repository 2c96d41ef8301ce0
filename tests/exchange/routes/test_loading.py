"""Initial loads: a route declared late tells what there was before it, once, through kills."""

import asyncio

import pytest
from tests.exchange.routes.conftest import PERSON
from tests.exchange.routes.test_two_houses import (
    WHAT,
    Listener,
    Sender,
    history,
    houses,
    quick,
    sent_on,
    serve,
    told,
)
from tests.outbound.servers import serving

from hygie.exchange.routes import loading
from hygie.exchange.routes.declaration import Folder, Mllp, Produce, Route
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.refusal import Refused

__all__ = ["houses", "quick"]
STANDING = ("Patient", "Encounter", "Observation", "DiagnosticReport")


async def loaded(here) -> None:
    async with asyncio.timeout(30):
        while not (await here.routes.loads.all())["aval"].finished_at:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await told(here)


async def alike(here, there) -> None:
    """What stands in one stands in the other; of documents, those that still hold."""
    for type_ in (*STANDING, "DocumentReference"):
        kept = [
            [WHAT[type_](one) for one in await house.all(type_)
             if type_ != "DocumentReference" or one["status"] == "current"]
            for house in (here, there)
        ]  # fmt: skip
        one, other = (sorted(each, key=repr) for each in kept)
        if type_ == "DocumentReference":  # what it once replaced is not there to be named
            one, other = ([each[:-1] for each in side] for side in (one, other))
        assert one == other, type_
        assert one, type_


async def ask(here) -> int:
    return await here.routes.loads.ask((await here.routes.require("aval")).value, PERSON)


async def test_what_there_was_before_the_route_is_told_once(houses):
    """Danger: a new system downstream that knows no patient admitted before it; or, asked again,
    gets everything twice."""
    here, there = houses
    listener = Listener(there)
    await history(Sender(here))
    async with serving(listener) as port, sent_on(here, port):
        assert await ask(here) == 2
        await loaded(here)
        count = len(listener.got)
        await ask(here)
        await loaded(here)
    assert listener.refused == []
    assert len(listener.got) == len(set(listener.got)) == count > 5
    await alike(here, there)
    load = (await here.routes.loads.all())["aval"]
    assert (load.done, load.total) == (2, 2)


async def test_killed_again_and_again_it_loses_and_doubles_nothing(houses, monkeypatch):
    """Danger: a load of hours begins anew after each restart, or ends with holes; what changes
    meanwhile is told twice, or undone by what was read before."""
    monkeypatch.setattr(loading, "MAX_LOADED_TOGETHER", 1)
    here, there = houses
    listener, sends = Listener(there), Sender(here)
    await history(sends)
    for number in range(30):
        await sends("ADT^A28", person=f"9{number:03d}")
    async with serving(listener) as port:
        async with sent_on(here, port):
            pass
        await ask(here)
        outbound = Outbound(read_permission("127.0.0.1"))
        filing = asyncio.create_task(sends("ADT^A31", person="9029", at="2300"))
        for pause in (0.11, 0.07, 0.19, 0.13):
            async with serve(here, outbound):
                await asyncio.sleep(pause)
        await filing
        async with serve(here, outbound):
            await loaded(here)
        await outbound.close()
    assert listener.refused == []
    assert len(listener.got) - len(set(listener.got)) <= 3 * 4  # under way at each kill
    await alike(here, there)


async def test_a_slow_destination_is_waited_for(store, routes, monkeypatch, tmp_path):
    """Danger: a load of a million patients pushes out of the queue what changes meanwhile."""
    monkeypatch.setattr(loading, "MAX_LOADED_WAITING", 0)
    (tmp_path / "envois").mkdir()
    way = Folder(path=str(tmp_path / "envois"))
    route = Route(name="x", destination=way, content=Produce())
    await routes.declare(route, PERSON)
    await routes.loads.ask(route, PERSON)
    loader = loading.Loader(store, routes, None)
    assert not await loader.step()
    assert await routes.loads.stop("x", PERSON)
    assert not await routes.loads.stop("x", PERSON)


async def test_one_at_a_time_and_only_of_what_is_made_here(routes):
    """Danger: two people start the same load; or a route that passes messages on seems to load."""
    way = Mllp(host="127.0.0.1")
    one = (await routes.declare(Route(name="a", destination=way, content=Produce()), PERSON)).value
    two = (await routes.declare(Route(name="b", destination=way), PERSON)).value
    await routes.loads.ask(one, PERSON)
    for route, rule in ((one, "route.loading"), (two, "route.no-produce")):
        with pytest.raises(Refused) as refused:
            await routes.loads.ask(route, PERSON)
        assert refused.value.refusal.issues[0].rule == rule
