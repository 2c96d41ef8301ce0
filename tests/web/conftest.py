"""The pages on a real store that holds one record and a few messages; read by most tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from pytest_asyncio import is_async_test
from starlette.applications import Starlette
from tests.rights import open_rights
from tests.web import record

from hygie.access import Access
from hygie.access.federation.federation import Federation
from hygie.access.federation.footing import Footing
from hygie.access.hashing import Hasher
from hygie.exchange.hooks.calling import Calling
from hygie.exchange.routes.checks import Reach
from hygie.exchange.routes.registry import Routes
from hygie.fhir.packages import base_library
from hygie.fhir.policy import Clause, Policy, Requirement, Silence
from hygie.fhir.terminology.layers import Packaged
from hygie.fhir.validate import base_validator
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.intake.sources.declaration import Mllp, Source
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.registry import Sources
from hygie.intake.sources.watching import Silences
from hygie.ledger import Ledger
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.nomenclature.terminology import Terminology
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.store.interactions import Repository
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store
from hygie.trace import Context
from hygie.web import web_app

if TYPE_CHECKING:
    from hygie.store.server.cluster import Cluster

HERE = Path(__file__).parent
PASSWORD = "Cheval-Agrafe-2026"
ROLES = ("physician", "nurse", "clerk", "technician", "administrator", "auditor")
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
WRONG_HL7 = (
    b"MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A01^ADT_A01|W1|P|2.5^FRA^2.11\r"
    b"EVN||20261122080000\r"
    b"PID|1||80419999^^^CH&1.2.3&ISO^PI||ESCALIER^Paul^^^^^L||19810230|M\r"
    b"PV1|1|I|2210^12^A||||||||||||||||V1\r"
)
WRONG_JSON = (
    b'{"resourceType":"Patient","id":"x","gender":"inconnu","name":[{"family":"<script>"}]}'
)


POLICY = Policy(
    clauses=(Clause(source="<b>labo", rule="fr.*", severity="warning", effect="refuse"),),
    requirements=(Requirement(type="Patient", profile="urn:p"),),
    silences=(
        Silence(
            id=7, source="*", rule="fr.x", place="Patient.name", motive="<i>m</i>", author="a",
            since=datetime(2026, 1, 1, tzinfo=UTC), until=date(2999, 1, 1),
        ),
    ),
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for this room's tests: the store is opened once."""
    for item in items:
        if HERE in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


CONTEXT = Context(actor="tests", kind="system")


@dataclass(frozen=True)
class Site:
    """The application, with the rooms behind it."""

    app: Starlette
    store: Store
    repository: Repository
    access: Access
    ledger: Ledger
    gateway: Gateway
    sources: Sources
    routes: Routes
    terminology: Terminology
    mappings: Mappings
    federation: Federation
    calling: Calling
    keyring: Keyring
    context: Context

    def rebuilt(
        self,
        *,
        secure: bool = False,
        federation: Federation | None = None,
        calling: Calling | None = None,
    ) -> "Site":
        """The same rooms, with other pages before them."""
        federation = federation or self.federation
        app = web_app(
            self.store, self.repository, self.access, self.ledger, self.gateway,
            sources=self.sources, routes=self.routes,
            silences=Silences(self.store, self.sources), terminology=self.terminology,
            mappings=self.mappings, federation=federation, secure=secure, clock=lambda: NOW,
            calling=calling or self.calling,
        )  # fmt: skip
        return replace(self, app=app, federation=federation)

    def visitor(self) -> httpx.AsyncClient:
        """A browser that has just been opened."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost")


def hasher() -> Hasher:
    """Argon2id that costs nothing: these tests are not about its cost."""
    return Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@asynccontextmanager
async def opened(url: str, key: Path) -> AsyncIterator[Site]:
    ledgers: list[Ledger] = []
    keyring = await unlock(url, key, generate=True)

    def new_ledger(pool: asyncpg.Pool) -> Ledger:
        ledgers.append(Ledger(pool, keyring))
        return ledgers[0]

    store = await Store.open(url, keyring, new_ledger, zone=ZoneInfo("Europe/Paris"))
    try:
        repository = Repository(store, base_validator())
        access = Access(store.pool, keyring, ledgers[0], hasher=hasher(), rights=open_rights())
        gateway = Gateway(store, repository, Identity(store))
        terminology = Terminology(store, [Packaged(base_library())])
        mappings = Mappings(store, repository)
        sources = Sources(store, Ground((), ()))
        outbound = Outbound(read_permission("127.0.0.1"))
        routes = Routes(store, outbound, Reach((), ()))
        federation = Federation(
            store.pool, keyring, ledgers[0], (), outbound, Footing("", ()),
            open_session=access.open_session,
        )  # fmt: skip
        calling = Calling(store, access, outbound, (), "http://localhost")
        app = web_app(
            store, repository, access, ledgers[0], gateway, sources=sources, routes=routes,
            silences=Silences(store, sources),
            terminology=terminology, mappings=mappings, federation=federation, calling=calling,
            clock=lambda: NOW, policy=lambda: POLICY,
        )  # fmt: skip
        yield Site(
            app,
            store,
            repository,
            access,
            ledgers[0],
            gateway,
            sources,
            routes,
            terminology,
            mappings,
            federation,
            calling,
            keyring,
            CONTEXT,
        )
    finally:
        await ledgers[0].stop()
        await store.close()


async def furnish(url: str, key: Path) -> None:
    """The record, an account for each role, and two messages that cannot be filed."""
    async with opened(url, key) as site:
        context = Context(actor="tests", kind="system")
        for resource in record.everything():
            await site.repository.update(
                context, resource["resourceType"], resource["id"], resource
            )
        for role in ROLES:
            await site.access.create_account(role, f"Compte {role}", role, PASSWORD)
        await site.sources.declare(
            Source(name="gam", title="Gestion <b>", way=Mllp(port=2575)), context
        )
        for raw in (WRONG_HL7, WRONG_JSON):
            assert (await site.gateway.receive("gam", raw)).state == "quarantined"


@pytest.fixture(scope="session")
def site_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "master.key"


@pytest.fixture(scope="session")
def site_url(cluster: "Cluster", site_key: Path) -> str:
    """A database furnished once: tests of pages hardly write."""

    async def make() -> None:
        connection = await asyncpg.connect(cluster.dsn())
        await connection.execute("CREATE DATABASE hygie_web TEMPLATE hygie_template")
        await connection.close()

    asyncio.run(make())
    url = cluster.dsn().replace("@/postgres?", "@/hygie_web?")
    asyncio.run(furnish(url, site_key))
    return url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(site_url: str, site_key: Path) -> AsyncIterator[Site]:
    async with opened(site_url, site_key) as found:
        yield found


Entrance = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture(loop_scope="session")
async def enter(site: Site) -> AsyncIterator[Entrance]:
    """Signs in as a role, through the form, and gives the browser."""
    browsers: list[httpx.AsyncClient] = []

    async def sign_in(role: str) -> httpx.AsyncClient:
        browser = site.visitor()
        browsers.append(browser)
        page = await browser.get("/connexion")
        fields = {"jeton": token_of(page.text), "compte": role, "secret": PASSWORD}
        answer = await browser.post("/connexion", data=fields)
        assert answer.status_code == 303, answer.text
        if role == "technician":
            await lift_veil(browser)
        return browser

    yield sign_in
    for browser in browsers:
        await browser.aclose()


async def lift_veil(browser: httpx.AsyncClient) -> None:
    """So that contents of messages are shown: most tests are not about the veil over them."""
    token = token_of((await browser.get("/contenus")).text)
    said = {"jeton": token, "raison": "mending", "motif": "Réparer les messages du jour"}
    assert (await browser.post("/contenus", data=said)).status_code == 303


class Page(HTMLParser):
    """What a test asks of a page: its elements, in order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def token_of(text: str) -> str:
    """The proof that a form of this page carries."""
    return next(i["value"] for i in Page(text).all("input") if i.get("name") == "jeton")


def plain(text: str) -> str:
    """The words of a page, with ordinary spaces."""
    return " ".join(Page(text).text.replace("\u00a0", " ").replace("\u202f", " ").split())
