"""Guards the ways to a provider and back, as a browser takes them. The provider is the simulator
of Pro Santé Connect."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from tests.access.federation.simulator import CLIENT, RPPS, SECRET, Simulator, running
from tests.web.conftest import PASSWORD, Site, token_of

from hygie.access.accounts import Accounts
from hygie.access.federation.declaration import Provider, completed
from hygie.access.federation.federation import Federation
from hygie.access.federation.footing import Footing
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission


@pytest_asyncio.fixture(loop_scope="session")
async def simulator() -> AsyncIterator[Simulator]:
    async with running(Simulator()) as simulator:
        yield simulator


@pytest_asyncio.fixture(loop_scope="session")
async def psc(site: Site, simulator: Simulator, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages, with Pro Santé Connect, which knows the physician; links are allowed too."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    provider = completed(Provider(
        name="psc", title="Pro Santé Connect", kind="psc", issuer=simulator.issuer,
        client_id=CLIENT, authentication="client_secret_post", secret="secret",
        match=("national", "link"),
    ))  # fmt: skip
    outbound = Outbound(read_permission("127.0.0.1"))
    federation = Federation(
        site.store.pool, site.keyring, site.ledger, (provider,), outbound,
        Footing("http://localhost", (tmp_path,)), open_session=site.access.open_session,
    )  # fmt: skip
    await known_as(site, RPPS)
    yield site.rebuilt(federation=federation)
    await known_as(site, "")
    await outbound.close()


async def known_as(site: Site, national: str) -> None:
    accounts = Accounts(site.keyring)
    found = await accounts.find(site.store.pool, "physician")
    assert found
    changed = msgspec.structs.replace(found[1], national=national)
    await accounts.set_profile(site.store.pool, "physician", changed)


async def brought_back(browser: Any, start: str = "/connexion/par/psc") -> str:
    """Where the provider sends a browser back to."""
    there = await browser.get(start)
    assert there.status_code == 303
    answer = await browser.get(there.headers["location"])
    return str(answer.headers["location"])


@pytest.fixture
def browser_of(simulator: Simulator) -> Any:
    """A browser for which the provider is on the network, and the pages are here."""

    def make(site: Site) -> httpx.AsyncClient:
        pages = httpx.ASGITransport(site.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            mounts={"http://localhost": pages}, base_url="http://localhost", trust_env=False
        )

    return make


async def test_in_and_out(psc: Site, browser_of: Any, simulator: Simulator) -> None:
    """The session's cookie stays strict, the passing one goes, and signing out leads on."""
    async with browser_of(psc) as browser:
        page = await browser.get("/connexion")
        assert "S’identifier avec Pro Santé Connect" in page.text
        back = await brought_back(browser)
        answer = await browser.get(back, headers={"sec-fetch-site": "cross-site"})
        assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/")
        set_cookies = [one.lower() for one in answer.headers.get_list("set-cookie")]
        session = next(one for one in set_cookies if one.startswith("hygie="))
        assert "samesite=strict" in session
        gone = next(one for one in set_cookies if one.startswith("hygie-retour="))
        assert "max-age=0" in gone
        home = await browser.get("/")
        assert home.status_code == 200
        left = await browser.post("/deconnexion", data={"jeton": token_of(home.text)})
        assert left.headers["refresh"].startswith(f"0; url={simulator.issuer}/logout?")
        assert (await browser.get("/")).status_code == 303


async def test_the_passing_cookie(psc: Site, browser_of: Any) -> None:
    """A browser that comes back from elsewhere brings it; no script reads it."""
    async with browser_of(psc) as browser:
        there = await browser.get("/connexion/par/psc")
        (cookie,) = there.headers.get_list("set-cookie")
    assert cookie.startswith("hygie-retour=")
    assert all(said in cookie.lower() for said in ("httponly", "samesite=lax", "max-age=900"))
    assert len(cookie) < 1_000
    assert there.headers["referrer-policy"] == "no-referrer"


async def test_a_shared_workstation_stays_one(psc: Site, browser_of: Any) -> None:
    """A session on a workstation of the ward that lasts as long as one of an office."""
    async with browser_of(psc) as browser:
        browser.cookies["hygie-poste"] = "partage"
        answer = await browser.get(await brought_back(browser))
        session = await psc.access.current(answer.cookies["hygie"])
        assert session is not None
        assert session.shared


async def test_another_site_sends_nobody_away(psc: Site, browser_of: Any) -> None:
    """A link elsewhere that signs somebody in who did not ask (login CSRF)."""
    async with browser_of(psc) as browser:
        answer = await browser.get("/connexion/par/psc", headers={"sec-fetch-site": "cross-site"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/connexion")


async def test_parameters_given_twice_count_for_nothing(psc: Site, browser_of: Any) -> None:
    """Two readers of one address, who read another code each."""
    async with browser_of(psc) as browser:
        back = await brought_back(browser)
        answer = await browser.get(f"{back}&state=x")
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "path", ["/connexion/par/x", "/connexion/retour/x", "/connexion/par/%2e%2e", "/connexion/par/"]
)
async def test_a_provider_that_is_not(path: str, psc: Site, browser_of: Any) -> None:
    """An address made up, that breaks a page or leads elsewhere."""
    async with browser_of(psc) as browser:
        assert (await browser.get(path)).status_code == 404


async def test_a_refusal_is_told_on_the_sign_in_page(
    psc: Site, browser_of: Any, simulator: Simulator
) -> None:
    """A dead end for whoever has a password as well."""
    simulator.told = {"SubjectNameID": "810000000000"}
    async with browser_of(psc) as browser:
        answer = await browser.get(await brought_back(browser))
        assert answer.status_code == 403
        assert "aucun compte ouvert" in answer.text
        assert 'name="secret"' in answer.text
        assert "hygie=" not in str(answer.headers.get_list("set-cookie"))


async def test_a_provider_that_is_down(psc: Site, browser_of: Any, simulator: Simulator) -> None:
    """A hospital that nobody enters because somebody else's service is away."""
    simulator.faults = {"down"}
    async with browser_of(psc) as browser:
        answer = await browser.get("/connexion/par/psc")
        assert answer.status_code == 503
        assert "ne répond pas" in answer.text
        page = await browser.get("/connexion")
        assert "ne répondait pas au dernier essai" in page.text
        fields = {"jeton": token_of(page.text), "compte": "physician", "secret": PASSWORD}
        assert (await browser.post("/connexion", data=fields)).status_code == 303


async def test_an_identity_is_linked_by_whoever_is_in(
    psc: Site, browser_of: Any, simulator: Simulator
) -> None:
    """An identity linked to another account than that of the session it was asked in."""
    await known_as(psc, "")
    async with browser_of(psc) as browser:
        page = await browser.get("/connexion")
        fields = {"jeton": token_of(page.text), "compte": "physician", "secret": PASSWORD}
        await browser.post("/connexion", data=fields)
        mine = await browser.get("/moi/securite")
        assert "pas liée à ce compte" in mine.text
        token = token_of(mine.text)
        sent = await browser.post("/moi/securite/identites/psc", data={"jeton": token})
        there = sent.headers["refresh"].removeprefix("0; url=")
        assert there.startswith(simulator.issuer.removesuffix("/auth/realms/esante-wallet"))
        answer = await browser.get((await browser.get(there)).headers["location"])
        assert answer.headers["refresh"] == "0; url=/moi/securite"
        mine = await browser.get("/moi/securite")
        assert "liée depuis le" in mine.text
    async with browser_of(psc) as browser:
        assert (await browser.get(await brought_back(browser))).headers["refresh"] == "0; url=/"
    await psc.federation.unlink("physician", "psc", by=psc.context)


async def test_the_word_of_a_provider(psc: Site, browser_of: Any, simulator: Simulator) -> None:
    """Anybody who ends sessions, and a provider that is not understood."""
    async with browser_of(psc) as browser:
        await browser.get(await brought_back(browser))
        assert (await browser.get("/")).status_code == 200
        path = "/connexion/fin/psc"
        assert (await browser.post(path, data={"logout_token": "x"})).status_code == 400
        assert (await browser.post(path, json={})).status_code == 400
        assert (await browser.get("/")).status_code == 200
        word = {"logout_token": simulator.logout_token()}
        assert (await browser.post(path, data=word)).status_code == 200
        assert (await browser.get("/")).status_code == 303
