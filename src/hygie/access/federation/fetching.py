"""Questions to a provider, through the one door that everything leaves by."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlencode

from hygie.access.federation.declaration import Provider
from hygie.access.federation.outcome import down
from hygie.limits.federation import MAX_PROVIDER_ANSWER_BYTES, PROVIDER_SECONDS
from hygie.outbound.answer import Header, Reply
from hygie.outbound.outbound import Outbound
from hygie.refusal import Refused

FORM = "application/x-www-form-urlencoded"
SERVER_FAULT = 500


async def get(
    outbound: Outbound, provider: Provider, url: str, headers: Iterable[Header] = ()
) -> Reply:
    """The whole answer of the provider. Raises `Refused` (BUSY) when there is none in time, when it
    is too long, or when it says that the provider is broken."""
    try:
        async with (
            asyncio.timeout(PROVIDER_SECONDS),
            outbound.download(url, headers, MAX_PROVIDER_ANSWER_BYTES) as answer,
        ):
            body = b"".join([piece async for piece in answer.pieces])
    except TimeoutError:
        raise down(provider, "slow") from None
    except Refused as refused:
        raise _silent(provider, refused) from None
    return _sound(provider, Reply(answer.status, answer.headers, body))


async def post(
    outbound: Outbound, provider: Provider, url: str, form: dict[str, str],
    headers: Iterable[Header] = (),
) -> Reply:  # fmt: skip
    """The same to a form."""
    sent = [*headers, ("Content-Type", FORM), ("Accept", "application/json")]
    try:
        answer = await outbound.ask(
            url, urlencode(form).encode(), sent, PROVIDER_SECONDS, MAX_PROVIDER_ANSWER_BYTES
        )
    except Refused as refused:
        raise _silent(provider, refused) from None
    return _sound(provider, answer)


def _silent(provider: Provider, refused: Refused) -> Refused:
    return down(provider, refused.refusal.issues[0].rule.rpartition(".")[2])


def _sound(provider: Provider, answer: Reply) -> Reply:
    if answer.status >= SERVER_FAULT:
        raise down(provider, str(answer.status))
    return answer
