"""The FHIR application over a store of its own, asked as clients ask it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hygie.access import Access
from hygie.api import FhirApp, Rooms, fhir_app
from hygie.exchange.bulk.cohorts import CohortGate
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.subscriptions.door import Door
from hygie.exchange.subscriptions.parts import Parts as Subscriptions
from hygie.fhir.policy.standards import Standards
from hygie.fhir.terminology.layers import Packaged
from hygie.identity import Identity
from hygie.insight.quality import policies
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.imports.imports import Imports
from hygie.intake.listening.posts import Posts
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.registry import Sources
from hygie.ledger import Ledger
from hygie.nomenclature.terminology import Terminology
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store.interactions import Repository
from hygie.store.store import Store

BASE = "http://hospital.test/fhir"
Asking = Callable[[str], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def standards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Standards:
    """Those of a house whose policy is `tmp_path / "policy.json"`, looked at each time."""
    monkeypatch.setattr(policies, "LOOK_SECONDS", 0)
    return standards_of(tmp_path, lambda: date(2026, 6, 1))


@pytest.fixture
def subscriptions(store: Store) -> Subscriptions:
    """Nothing is sent: there are no channels but those that a test adds."""
    return Subscriptions(store, {}, BASE)


@pytest.fixture
def repository(
    store: Store, standards: Standards, subscriptions: Subscriptions, terminology: Terminology
) -> Repository:
    gates = {"Subscription": Door(subscriptions), "Group": CohortGate(store)}
    return Repository(store, standards.under(""), standards.under, gates, terminology.expanded)


@pytest.fixture
def access(store: Store, trail: Any) -> Access:
    return Access(store.pool, store.keyring, trail)


@pytest.fixture
def exports(store: Store, tmp_path: Path, subscriptions: Subscriptions) -> Exports:
    return Exports(store, tmp_path, subscriptions.standing.sight_of_token)


@pytest.fixture
async def imports(store: Store) -> AsyncIterator[Imports]:
    """From one source, on this machine."""
    outbound = Outbound(read_permission("127.0.0.1"))
    yield Imports(store, outbound, "127.0.0.1")
    await outbound.close()


@pytest.fixture
def sources(store: Store) -> Sources:
    return Sources(store, Ground((), (), set))


@pytest.fixture
def gateway(store: Store, repository: Repository, sources: Sources) -> Gateway:
    return Gateway(store, repository, Identity(store), named=sources.named)


@pytest.fixture
def terminology(store: Store, standards: Standards) -> Terminology:
    return Terminology(store, [Packaged(standards.library)])


@pytest.fixture
def posts(store: Store, gateway: Gateway, sources: Sources) -> Posts:
    return Posts(store, gateway, sources.declared)


@pytest.fixture
def rooms(  # noqa: PLR0917 - what stands behind the door
    store: Store,
    repository: Repository,
    access: Access,
    standards: Standards,
    exports: Exports,
    imports: Imports,
    terminology: Terminology,
    subscriptions: Subscriptions,
    posts: Posts,
    sources: Sources,
) -> Rooms:
    return Rooms(
        store=store, repository=repository, access=access, standards=standards,
        terminology=terminology, exports=exports, imports=imports,
        subscriptions=subscriptions, posts=posts, sources=sources,
        ledger=Ledger(store.pool, store.keyring),
    )  # fmt: skip


@pytest.fixture
def app(rooms: Rooms) -> FhirApp:
    return fhir_app(rooms, version="0.0.0-test")


@pytest.fixture
def asking(app: FhirApp, access: Access) -> Asking:
    """Who asks with these scopes; with none: nobody known."""

    @asynccontextmanager
    async def ask(scopes: str) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"Accept-Language": "en"}
        if scopes:
            token = await access.create_token("tester", scopes, timedelta(hours=1))
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            yield client

    return ask


@pytest.fixture
async def client(asking: Asking) -> AsyncIterator[httpx.AsyncClient]:
    """One who may do everything."""
    async with asking("system/*.cruds system/AuditEvent.rs") as client:
        yield client
