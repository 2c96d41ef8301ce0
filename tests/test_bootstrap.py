"""The server as a whole: what only its wiring decides."""

import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hygie.bootstrap import known_as


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the address it believes it is called by."""
    await PlainTextResponse(str(Request(scope).base_url))(scope, receive, send)


async def test_a_caller_does_not_choose_our_links() -> None:
    """Guards: links to an attacker's host, made from the Host header."""
    server = known_as("https://clinique.example.org", echo)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(server)) as client:
        answer = await client.get("http://127.0.0.1/", headers={"Host": "evil.example.org"})
    assert answer.text == "https://clinique.example.org/"
