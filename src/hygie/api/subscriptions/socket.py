"""The WebSocket of those who subscribed: an ASGI application (websocket).

Nobody is known as it opens: whoever binds it to subscriptions shows a token made for that
(`$get-ws-binding-token`). What it is sent are notifications, and nothing else.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

from hygie.api.request import Receive
from hygie.api.response import Send
from hygie.exchange.subscriptions.sockets import Hub, Post

NORMAL: Final = 1000
REFUSED: Final = 1008
"""Policy violation: RFC 6455 §7.4.1."""
BUSY: Final = 1013
MAX_MESSAGE_BYTES: Final = 64 * 1024
"""Of what a client says: a token for a hundred subscriptions takes eight thousand."""


async def serve(hub: Hub, receive: Receive, send: Send) -> None:
    """One socket, from its opening to its end."""
    if (await receive())["type"] != "websocket.connect":
        return
    await send({"type": "websocket.accept"})

    async def tell(body: bytes) -> None:
        await send({"type": "websocket.send", "text": body.decode()})

    post = hub.open(tell)
    code = BUSY
    if post is not None:
        try:
            code = await _attended(post, receive)
        finally:
            hub.close(post)
    with suppress(OSError, RuntimeError):  # it was closed by the other side
        await send({"type": "websocket.close", "code": code})


async def _attended(post: Post, receive: Receive) -> int:
    """Hears and sends at the same time; with which code it ends."""
    hearing = asyncio.create_task(_hear(post, receive))
    sending = asyncio.create_task(post.run())
    both = {hearing, sending}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        outcomes = await asyncio.gather(*both, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, (OSError, TimeoutError)):
            raise outcome
    return REFUSED if hearing.done() and not hearing.cancelled() else NORMAL


async def _hear(post: Post, receive: Receive) -> None:
    """Until it is closed, or says what is not understood."""
    while True:
        message: dict[str, Any] = dict(await receive())
        if message["type"] != "websocket.receive":
            return
        text = message.get("text") or ""
        if len(text) > MAX_MESSAGE_BYTES or not await post.hear(text):
            return
