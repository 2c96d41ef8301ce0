"""Guards signing in by a real, certified provider: npm's `oidc-provider`, in a real browser."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from tests.web.conftest import Site
from tests.web.real_provider import Pair, pair
from tests.web.test_browser import ARGUMENTS, CHROMIUM

from hygie.access.federation.declaration import Claims, RoleRule

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
CREATES = {
    "match": ("link",), "create": "claims", "role": (RoleRule("groups", "medecins", "physician"),),
    "claims": Claims(national="rpps"),
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def real(site: Site, tmp_path: Path) -> AsyncIterator[Pair]:
    async with pair(site, tmp_path, **CREATES) as running:
        yield running


async def cookies(context: Any, address: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in await context.cookies(address)}


async def test_in_and_out_in_a_browser(real: Pair) -> None:
    """The strict cookie of the session survives the way back from another site, the provider's
    session ends with ours, and nothing of it stays in the browser."""
    async with playwright.async_playwright() as driver:
        launched = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await launched.new_context(base_url=real.address)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto("/connexion")
        await page.get_by_role("link", name="S’identifier avec CHU de l’Ain").click()
        assert page.url.startswith(real.issuer)
        await page.fill("#name", "cmorel")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{real.address}/")
        assert await page.get_by_text("Claire Morel").is_visible()
        found = await cookies(context, real.address)
        assert found["hygie"]["sameSite"] == "Strict"
        assert "hygie-retour" not in found
        session = await real.site.access.current(found["hygie"]["value"])
        assert session is not None
        assert session.amr == ("fed", "by:chu", "acr:silver", "mfa")
        assert (session.account.role, session.account.origin) == ("physician", "chu")
        assert session.account.national == "10101010101"

        await page.get_by_role("button", name="Se déconnecter").click()
        await page.wait_for_url(f"{real.issuer}/session/end*")
        await page.get_by_role("button", name="Yes").click()
        await page.wait_for_url(f"{real.address}/connexion*")
        assert await real.site.access.current(found["hygie"]["value"]) is None
        # Whoever comes next to this workstation is asked for a name again.
        await page.get_by_role("link", name="S’identifier avec CHU de l’Ain").click()
        assert await page.locator("#name").is_visible()
        assert not [one for one in complaints if "Content Security Policy" in one]
        await launched.close()


async def test_a_key_instead_of_a_secret(site: Site, tmp_path: Path) -> None:
    """Guards against `private_key_jwt` and signed userinfo that no real provider takes or sends;
    and against sessions that stay when the provider says that they ended (its own word)."""
    declared = CREATES | {"authentication": "private_key_jwt", "key": "key.pem", "key_id": "ours"}
    async with pair(site, tmp_path, **declared) as real, httpx.AsyncClient() as browser:
        token = await signed_in(browser, real)
        assert await site.access.current(token) is not None
        answer = await browser.get(f"{real.issuer}/session/end")
        xsrf = answer.text.partition('name="xsrf" value="')[2].partition('"')[0]
        confirmation = {"xsrf": xsrf, "logout": "yes"}
        await browser.post(f"{real.issuer}/session/end/confirm", data=confirmation)
        assert await site.access.current(token) is None


async def signed_in(browser: httpx.AsyncClient, real: Pair) -> str:
    """The token of a session, by every redirect there is."""
    place = f"{real.address}/connexion/par/chu"
    for _ in range(9):
        answer = await browser.get(place)
        if urlsplit(place).path.startswith("/connexion/retour"):
            break
        name = "?name=jdurand" if 'id="name"' in answer.text else ""
        place = str(answer.url.join(answer.headers.get("location", name)))
    assert answer.status_code == 200, answer.text
    return str(answer.cookies["hygie"])
