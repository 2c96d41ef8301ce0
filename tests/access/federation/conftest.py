"""Signing in by the simulator of Pro Santé Connect, on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from tests.access.conftest import HandClock
from tests.access.federation.simulator import CLIENT, SECRET, Simulator, brought, running

from hygie.access import Access
from hygie.access.accounts import Accounts
from hygie.access.federation.declaration import Provider, completed
from hygie.access.federation.federation import Arrival, Departure, Federation, Returned
from hygie.access.federation.footing import Footing
from hygie.ledger import Ledger
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store.keys.keyring import Keyring

ADDRESS = "198.51.100.7"
PUBLIC = "https://hygie.example"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with running(Simulator()) as simulator:
        yield simulator


@pytest.fixture
def provider(simulator: Simulator) -> Provider:
    return completed(Provider(
        name="psc", title="Pro Santé Connect", kind="psc", issuer=simulator.issuer,
        client_id=CLIENT, authentication="client_secret_post", secret="psc.secret",
    ))  # fmt: skip


@pytest.fixture
def footing(tmp_path: Path) -> Footing:
    file = tmp_path / "psc.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return Footing(PUBLIC, (tmp_path,))


@dataclass
class Desk:
    """A federation, with a browser before it."""

    federation: Federation
    access: Access
    accounts: Accounts
    pool: asyncpg.Pool

    async def set(self, name: str, **profile: Any) -> None:
        _, before = await self.accounts.find(self.pool, name)
        changed = msgspec.structs.replace(before, **profile)
        await self.accounts.set_profile(self.pool, name, changed)

    async def authorized(self, departure: Departure) -> dict[str, str]:
        """What the browser brings back from the provider's page."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.get(departure.url)
        assert answer.headers["location"].startswith(f"{PUBLIC}/connexion/retour/psc?")
        return brought(answer.headers["location"])

    async def arrive(self, departure: Departure, given: dict[str, str]) -> Arrival:
        returned = Returned(given, departure.cookie, ADDRESS)
        return await self.federation.come_back("psc", returned)

    async def sign_in(self) -> Arrival:
        departure = await self.federation.leave("psc")
        return await self.arrive(departure, await self.authorized(departure))


@pytest.fixture
async def desk_of(
    pool: asyncpg.Pool, keyring: Keyring, ledger: Ledger, access: Access, footing: Footing,
    clock: HandClock,
) -> AsyncIterator[Any]:  # fmt: skip
    """A federation with these providers. The clock is the real one, until a test turns it."""
    clock.now = clock.now.now(clock.now.tzinfo)
    outbound = Outbound(read_permission("127.0.0.1"))

    def make(*providers: Provider) -> Desk:
        federation = Federation(
            pool, keyring, ledger, providers, outbound, footing,
            open_session=access.open_session, clock=clock,
        )  # fmt: skip
        return Desk(federation, access, Accounts(keyring), pool)

    yield make
    await outbound.close()


@pytest.fixture
async def desk(desk_of: Any, provider: Provider, alice: str) -> Desk:
    """Alice is a physician whom Pro Santé Connect knows."""
    made: Desk = desk_of(provider)
    await made.set(alice, national="99700218896")
    return made
