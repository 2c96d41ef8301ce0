"""One person, or one address, that runs wild does not keep the others out."""

import asyncio

import httpx
from tests.web.conftest import Entrance

from hygie.access.admission import Admission
from hygie.limits.access import MAX_ACCOUNT_REQUESTS_AT_ONCE
from hygie.web.headers import SecurityHeaders
from hygie.web.pace import Paced


async def test_a_person_asks_so_much_at_once(enter: Entrance) -> None:
    """Danger: a script in one browser, and a ward that waits."""
    browser = await enter("technician")
    asked = (browser.get("/flux") for _ in range(MAX_ACCOUNT_REQUESTS_AT_ONCE + 20))
    statuses = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert set(statuses) == {200, 429}
    other = await enter("physician")
    assert (await other.get("/patients")).status_code == 200
    assert (await browser.get("/flux")).status_code == 200


async def test_an_address_that_nobody_knows_is_told_to_wait() -> None:
    """Danger: a stranger's flood of the sign-in page; an answer without its headers."""

    async def page(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    app = SecurityHeaders(Paced(page, Admission(10, 3)), secure=False)
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://hygie") as stranger:
        answers = [await stranger.get("/connexion") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "default-src 'none'" in answers[-1].headers["content-security-policy"]
    elsewhere = httpx.ASGITransport(app, client=("203.0.113.8", 1))
    async with httpx.AsyncClient(transport=elsewhere, base_url="http://hygie") as other:
        assert (await other.get("/connexion")).status_code == 200
