"""The declared route of the demonstration clinic."""

import asyncio
from datetime import datetime

from hygie.bootstrap import open_house
from hygie.demo import load
from hygie.demo.catalogue import units
from hygie.demo.routes import NAME, UNIT, declare_route
from hygie.demo.sources import CONTEXT
from hygie.exchange.routes.service import Service
from hygie.settings import Settings


async def test_what_the_clinic_tells_lies_in_its_own_folder(tmp_path):
    """A demonstration whose pages of routes are empty; or one that writes elsewhere, or twice."""
    assert UNIT in units()
    async with open_house(Settings(data=tmp_path / "data")) as house:
        today = datetime.now(house.store.zone).date()
        await load(house.gateway, house.access, patients=2, today=today)
        await declare_route(house.routes, house.settings.dispatches[0])
        service = Service(house.store, house.routes, None, lambda _, message: message)
        serving = asyncio.create_task(service.serve())
        async with asyncio.timeout(60):
            while not await _settled(house):  # noqa: ASYNC110 - of a database
                await asyncio.sleep(0.1)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        files = sorted((tmp_path / "data" / "envois" / NAME).iterdir())
        assert len(files) >= 2
        assert all(file.read_bytes().startswith(b"MSH|") for file in files)
        await house.routes.stop(NAME, CONTEXT)
        await declare_route(house.routes, house.settings.dispatches[0])
        assert not (await house.routes.require(NAME)).value.running


async def _settled(house) -> bool:
    standings = await house.routes.browsing.standings()
    done = (await house.routes.loads.all())[NAME].finished_at
    return bool(done and NAME in standings and not standings[NAME].waiting)
