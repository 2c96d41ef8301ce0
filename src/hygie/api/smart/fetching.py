"""Where applications publish their keys: asked by the house's one door."""

from hygie.access.smart.jwks import Fetch
from hygie.limits.smart import MAX_JWKS_BYTES
from hygie.outbound.outbound import Outbound


def by_outbound(outbound: Outbound) -> Fetch:
    """What is published at an address; nothing, when it answers that there is none."""

    async def fetched(url: str) -> bytes:
        accept = [("Accept", "application/json")]
        async with outbound.download(url, accept, MAX_JWKS_BYTES) as found:
            content = b"".join([piece async for piece in found.pieces])
            return content if found.status == 200 else b""

    return fetched
