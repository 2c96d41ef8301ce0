"""Guards the demonstration's application: known where it stands, and nowhere else."""

import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hygie.access import Access
from hygie.demo.curves import Site, register, serving, withdraw
from hygie.store.store import Store


@pytest.fixture
def access(store: Store, trail: Any) -> Access:
    return Access(store.pool, store.keyring, trail)


@pytest.fixture
def site() -> Iterator[Site]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with serving(taken.getsockname()[1] - 1) as site:
            yield site


async def states(access: Access) -> list[str]:
    return [one.state for one in await access.smart.registry.list()]


async def test_it_is_registered_once_and_follows_its_address(access: Access, site: Site) -> None:
    """Applications piling up at each start, or answered at an address that somebody else has."""
    await register(access, site)
    first = site.client
    await register(access, site)
    assert (site.client, await states(access)) == (first, ["approved"])
    with serving(1) as moved:
        await register(access, moved)
    assert moved.client != first
    assert sorted(await states(access)) == ["approved", "suspended"]
    (offered,) = await access.smart.people.launchable("physician")
    assert offered.launch == f"{moved.address}/launch.html"
    assert await access.smart.people.launchable("secretary") == []
    await withdraw(access)
    assert await states(access) == ["suspended", "suspended"]


def test_its_pages_alone_are_served(site: Site) -> None:
    """Other files of this machine; pages that load what is not theirs."""
    site.client = "courbes-1"
    with httpx.Client(base_url=site.address) as client:
        assert client.get("/settings.json").json()["client"] == "courbes-1"
        page = client.get("/index.html?code=x")
        assert page.status_code == 200
        assert "script-src 'self';" in page.headers["content-security-policy"]
        for path in ("/../serving.py", "/%2e%2e/serving.py", "//etc/passwd", "/nothing"):
            assert client.get(path).status_code == 404
