"""Which pages of other sites may read answers: those of approved applications (Fetch, §3.2).

Cookies are none of it: an application shows its token, and nothing else counts. A WebSocket has no
such rule of its own in browsers: one that another page opens is closed before it is open.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from hygie.api.request import Receive, Scope
from hygie.api.response import Header, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]
Origins = Callable[[], Awaitable[frozenset[str]]]
METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS: Final = (
    b"authorization, content-type, accept, accept-language, prefer, if-match, if-none-match, "
    b"if-none-exist, if-modified-since, x-request-id"
)
EXPOSED: Final = b"etag, location, content-location, last-modified, retry-after, x-request-id"
VARY: Final[Header] = (b"vary", b"origin")


class Cors:
    """An application behind which another answers; `origins`: asked at each question of a page."""

    def __init__(self, app: App, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if not origin:
            await self._app(scope, receive, send)
            return
        known = origin.decode("latin-1") in await self._origins()
        if scope["type"] == "websocket":
            await (self._app(scope, receive, send) if known else _shut(receive, send))
            return
        headers: list[Header] = [VARY]
        if known:
            headers += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", EXPOSED),
            ]
        if known and _is_preflight(scope):
            await _preflight(headers, send)
            return

        async def send_with(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        await self._app(scope, receive, send_with)


def _is_preflight(scope: Scope) -> bool:
    named = (name == b"access-control-request-method" for name, _ in scope["headers"])
    return scope["method"] == "OPTIONS" and any(named)


async def _shut(receive: Receive, send: Send) -> None:
    """The server answers 403: the socket was not accepted."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


async def _preflight(headers: list[Header], send: Send) -> None:
    headers = [
        *headers,
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", REQUEST_HEADERS),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
