"""The public keys by which a provider signs (RFC 7517), those it changes included."""

import asyncio
import base64
from datetime import timedelta
from typing import Any, Final

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from hygie.access.federation.declaration import Provider
from hygie.access.federation.discovery import FRESH, OK, Clock
from hygie.access.federation.fetching import get
from hygie.access.federation.outcome import down, invalid
from hygie.limits.federation import (
    MAX_PROVIDER_KEYS,
    MIN_RSA_BITS,
    PROVIDER_KEYS_PAUSE_SECONDS,
)
from hygie.outbound.outbound import Outbound

Key = RSAKey | ECKey | OKPKey
KINDS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
CURVES: Final = {"ES256": "P-256", "EdDSA": "Ed25519", "Ed25519": "Ed25519"}
PAUSE: Final = timedelta(seconds=PROVIDER_KEYS_PAUSE_SECONDS)


class Shown(msgspec.Struct, frozen=True):
    """A set of keys as it is published."""

    keys: tuple[dict[str, Any], ...]


class Keys:
    """Of one provider. For the tasks of one event loop."""

    def __init__(self, provider: Provider, outbound: Outbound, clock: Clock) -> None:
        self._provider = provider
        self._outbound = outbound
        self._clock = clock
        self._known: tuple[dict[str, Any], ...] | None = None
        self._read = clock()
        self._asking = asyncio.Lock()

    async def key(self, url: str, algorithm: str, name: str | None) -> Key:
        """The key of that name (None: the only one that fits) for a signature of that algorithm.

        A name that is not known makes us ask again, but seldom: keys change, and forgers invent.
        Raises `Refused`.
        """
        async with self._asking:
            age = self._clock() - self._read
            stale = self._known is None or not timedelta(0) <= age < FRESH
            fitting = [] if stale else self._fitting(algorithm, name)
            if stale or (not fitting and not timedelta(0) <= age < PAUSE):
                await self.fetch(url)
                fitting = self._fitting(algorithm, name)
        if len(fitting) != 1:
            raise invalid(self._provider, "key")
        return self._imported(fitting[0])

    async def fetch(self, url: str) -> None:
        """Asks for them, whatever is known. Raises `Refused`."""
        self._known = await self._ask(url)
        self._read = self._clock()

    def _fitting(self, algorithm: str, name: str | None) -> list[dict[str, Any]]:
        return [
            key
            for key in self._known or ()
            if key.get("kty") == KINDS[algorithm]
            and key.get("crv") == CURVES.get(algorithm)
            and key.get("use", "sig") == "sig"
            and key.get("alg", algorithm) == algorithm
            and (name is None or key.get("kid") == name)
        ]

    def _imported(self, shown: dict[str, Any]) -> Key:
        try:
            if shown["kty"] == "RSA" and _bits(shown["n"]) < MIN_RSA_BITS:
                raise invalid(self._provider, "key-size")
            key = JWKRegistry.import_key(shown)
        except (JoseError, ValueError, TypeError, KeyError):
            raise invalid(self._provider, "key") from None
        if not isinstance(key, Key) or key.is_private:
            raise invalid(self._provider, "key")
        return key

    async def _ask(self, url: str) -> tuple[dict[str, Any], ...]:
        answer = await get(self._outbound, self._provider, url)
        try:
            found = msgspec.json.decode(answer.body, type=Shown).keys
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise down(self._provider, "keys") from None
        if answer.status != OK or len(found) > MAX_PROVIDER_KEYS:
            raise down(self._provider, "keys")
        return found


def _bits(number: str) -> int:
    """Of a number as keys hold it (RFC 7518, §2)."""
    return int.from_bytes(base64.urlsafe_b64decode(number + "==")).bit_length()
