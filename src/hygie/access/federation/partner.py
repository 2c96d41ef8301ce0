"""One provider at work: what is known of it, and whether it answered when last asked."""

from hygie.access.federation.declaration import Provider
from hygie.access.federation.discovery import Discovery, Metadata
from hygie.access.federation.exchange import Exchange
from hygie.access.federation.footing import Footing, find_secret
from hygie.access.federation.keys import Key, Keys
from hygie.access.federation.outcome import down
from hygie.access.federation.phrases import CROWDED
from hygie.access.model import Clock
from hygie.access.turns import Turns
from hygie.limits.federation import ERRANDS_AT_ONCE, ERRANDS_WAITING
from hygie.outbound.outbound import Outbound
from hygie.outbound.trust import Identity
from hygie.refusal import Category, Refused, refuse


class Partner:
    """For tasks of one event loop."""

    def __init__(
        self, provider: Provider, outbound: Outbound, footing: Footing, clock: Clock
    ) -> None:
        """`outbound`: by which it is reached, with the certificate it asks for."""
        self.provider = provider
        self.down = False
        self.turns = Turns(ERRANDS_AT_ONCE, ERRANDS_WAITING, self._crowded)
        self._discovery = Discovery(provider, outbound, clock)
        self._keys = Keys(provider, outbound, clock)
        self.exchange = Exchange(provider, outbound, footing, self.key)

    async def metadata(self) -> Metadata:
        """Raises `Refused` (BUSY) when it does not answer."""
        try:
            found = await self._discovery.metadata()
        except Refused:
            self.down = True
            raise
        self.down = False
        return found

    async def key(self, algorithm: str, name: str | None) -> Key:
        """By which it signs. Raises `Refused`."""
        return await self._keys.key((await self.metadata()).jwks_uri, algorithm, name)

    async def fetch_keys(self) -> None:
        """Asks for its keys now. Raises `Refused` when it does not give them."""
        await self._keys.fetch((await self.metadata()).jwks_uri)

    def _crowded(self) -> Refused:
        return refuse(
            Category.BUSY, "federation.crowded", CROWDED, code="throttled",
            title=self.provider.title,
        )  # fmt: skip


def bearing(provider: Provider, outbound: Outbound, footing: Footing) -> Outbound:
    """The door by which the provider is reached: one that shows a certificate, its owner's to
    close, when the provider asks for one; else the house's."""
    if not provider.certificate:
        return outbound
    certificate = find_secret(provider.certificate, footing)
    key = find_secret(provider.key, footing)
    if certificate is None or key is None:
        raise down(provider, "certificate")
    return outbound.bearing(Identity(certificate, key))
