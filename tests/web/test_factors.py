"""Guards the second factor as people meet it: pages, and a real browser with a passkey."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pyotp import TOTP
from tests.web.conftest import PASSWORD, Site
from tests.web.test_browser import ARGUMENTS, CHROMIUM, CONTRAST, served

from hygie.access.access import CONSOLE

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def account(site: Site, request: Any) -> str:
    """Of this test's own: its factors are nobody else's."""
    name = request.node.originalname.replace("test_", "")[:60].replace("_", "-")
    await site.access.create_account(name, "Inès Faure", "physician", PASSWORD)
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def page(site: Site) -> AsyncIterator[Any]:
    """A page on `localhost`, with an authenticator; it fails when the browser complains."""
    async with served(site) as address, playwright.async_playwright() as driver:
        launched = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await launched.new_context(base_url=address.replace("127.0.0.1", "localhost"))
        opened = await context.new_page()
        session = await context.new_cdp_session(opened)
        await session.send("WebAuthn.enable")
        await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on(
            "console",
            lambda told: (
                told.type == "error"
                and "status of 4" not in told.text
                and complaints.append(told.text)
            ),
        )
        yield opened
        await launched.close()
    assert complaints == []


async def sign_in(page: Any, account: str) -> None:
    await page.goto("/connexion")
    await page.fill("#compte", account)
    await page.fill("#secret", PASSWORD)
    await page.press("#secret", "Enter")


async def leave(page: Any) -> None:
    await page.click("text=Se déconnecter")
    await page.wait_for_selector("#compte")


async def test_a_passkey_is_set_up_and_opens(page: Any, account: str, tmp_path: Path) -> None:
    """The whole way: registered, then as the second step, then alone, then to unlock."""
    await sign_in(page, account)
    await page.click(".whoami-name")
    await page.click("text=Ajouter une clé d’accès")
    await page.fill("#nom", "Clé bleue")
    await page.click("text=Enregistrer une clé d’accès")
    await page.wait_for_selector(".codes li")
    assert await page.locator(".codes li").count() == 10
    await page.click("text=Je les ai gardés")
    await leave(page)
    await sign_in(page, account)
    await page.click("text=Utiliser une clé d’accès")
    await page.wait_for_selector(".whoami")
    await leave(page)
    await page.click("text=Se connecter avec une clé d’accès")
    await page.wait_for_selector(".whoami")
    await page.goto("/terminologie")
    await page.click("text=Verrouiller")
    await page.wait_for_selector("text=Session verrouillée")
    assert (await page.goto("/terminologie")).url.endswith("suite=%2Fterminologie")
    await page.click("text=Utiliser une clé d’accès")
    await page.wait_for_selector(".whoami")
    assert page.url.endswith("/terminologie")


async def test_an_application_is_set_up_and_asked_for(page: Any, account: str) -> None:
    """The same with codes, on a narrow screen; and what is shown can be read."""
    await page.set_viewport_size({"width": 320, "height": 640})
    await sign_in(page, account)
    await page.goto("/moi/securite/application")
    key = (await page.text_content(".key")).replace(" ", "")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.fill("#code", "000000")
    await page.press("#code", "Enter")
    await page.wait_for_selector("#refus")
    assert (await page.text_content(".key")).replace(" ", "") == key
    await page.fill("#code", TOTP(key).now())
    await page.press("#code", "Enter")
    await page.wait_for_selector(".codes li")
    code = await page.text_content(".codes li >> nth=0")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await page.evaluate(CONTRAST) == []
    await page.click("text=Je les ai gardés")
    await leave(page)
    await sign_in(page, account)
    await page.wait_for_selector("#code")
    assert await page.evaluate(CONTRAST) == []
    await page.fill("#code", code.lower())
    await page.press("#code", "Enter")
    await page.wait_for_selector(".whoami")
    await page.goto("/moi/securite")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await page.evaluate(CONTRAST) == []
    assert "9 codes restent" in await page.inner_text("main")


async def test_a_required_factor_comes_first(site: Site, page: Any, account: str) -> None:
    """Pages that open before the factor is there."""
    await site.access.factors.reset(account, by=CONSOLE)
    await sign_in(page, account)
    await page.wait_for_selector("text=Un second facteur")
    for path in ("/", "/patients", "/moi/securite", "/confirmation"):
        assert (await page.goto(path)).url.endswith("/moi/securite/debut")
    await page.click("text=Une clé d’accès")
    await page.click("text=Enregistrer une clé d’accès")
    await page.click("text=Je les ai gardés")
    await page.wait_for_selector(".whoami")
