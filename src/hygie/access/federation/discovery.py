"""What a provider says of itself (OpenID Connect Discovery 1.0), asked for seldom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from hygie.access.federation.declaration import Provider
from hygie.access.federation.fetching import get
from hygie.access.federation.footing import is_safe
from hygie.access.federation.outcome import down
from hygie.limits.federation import PROVIDER_FRESH_SECONDS
from hygie.outbound.outbound import Outbound

OK: Final = 200
FRESH: Final = timedelta(seconds=PROVIDER_FRESH_SECONDS)
Clock = Callable[[], datetime]


class Metadata(msgspec.Struct, frozen=True):
    """Of what it says, what we need."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False
    code_challenge_methods_supported: tuple[str, ...] = ()
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ()
    acr_values_supported: tuple[str, ...] = ()
    backchannel_logout_supported: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        every = (
            self.authorization_endpoint, self.token_endpoint, self.jwks_uri,
            self.userinfo_endpoint, self.end_session_endpoint,
        )  # fmt: skip
        return tuple(one for one in every if one)


class Discovery:
    """Of one provider. For the tasks of one event loop."""

    def __init__(self, provider: Provider, outbound: Outbound, clock: Clock) -> None:
        self._provider = provider
        self._outbound = outbound
        self._clock = clock
        self._known: Metadata | None = None
        self._read = clock()

    async def metadata(self) -> Metadata:
        """Raises `Refused` (BUSY) when the provider does not say, or says what cannot be."""
        now = self._clock()
        # A clock that was put back does not make what is old young.
        if self._known is None or not timedelta(0) <= now - self._read < FRESH:
            self._known = await self._ask()
            self._read = now
        return self._known

    async def _ask(self) -> Metadata:
        one = self._provider
        answer = await get(self._outbound, one, one.issuer.rstrip("/") + one.discovery)
        if answer.status != OK:
            raise down(one, "discovery")
        try:
            found = msgspec.json.decode(answer.body, type=Metadata)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise down(one, "discovery") from None
        if found.issuer != one.issuer:
            raise down(one, "issuer")
        if not all(map(is_safe, found.addresses)):
            raise down(one, "address")
        return found
