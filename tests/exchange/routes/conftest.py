"""A store with its routes, and one who declares them."""

from pathlib import Path

import pytest

from hygie.exchange.routes.checks import Reach
from hygie.exchange.routes.departures import Made
from hygie.exchange.routes.registry import Routes
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.trace import Context

PERSON = Context(actor="technicienne", kind="account", purpose="HSYSADMIN")


@pytest.fixture
def reach(tmp_path: Path) -> Reach:
    return Reach((tmp_path / "envois",), (tmp_path / "secrets",))


@pytest.fixture
def routes(store, reach) -> Routes:
    return Routes(store, Outbound(read_permission("127.0.0.1")), reach)


@pytest.fixture
def make(store, routes):
    """make("lab", "MSH|…", lane="p1") -> writes departures, one a text."""

    async def made(route: str, *texts: str, lane: str = "", cause: str = "") -> None:
        several = [
            Made(
                route=route, event="ADT^A28", content=text.encode(),
                control_id=text.split("|")[9] if text.count("|") > 8 else text,
                cause=cause or f"test {text}", lane=routes.departures.lane(lane or text),
            )
            for text in texts
        ]  # fmt: skip
        async with store.pool.acquire() as connection, connection.transaction():
            await routes.departures.make(connection, several)

    return made
