"""Public keys of applications: given when they register, or fetched where they publish them."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from hygie.access.smart.model import Application, SmartRefusedError
from hygie.limits.smart import (
    JWKS_FRESH_SECONDS,
    JWKS_PAUSE_SECONDS,
    MAX_JWKS_BYTES,
    MAX_JWKS_KEYS,
)
from hygie.refusal import Refused

Fetch = Callable[[str], Awaitable[bytes]]
"""The document at an address, at most `MAX_JWKS_BYTES`. Raises `Refused`."""
Keys = dict[str, RSAKey | ECKey]
PRIVATE: Final = frozenset({"d", "p", "q", "k"})
MIN_MODULUS: Final = 342
"""Characters of base64url of the modulus of an RSA key: 2,048 bits."""
FRESH: Final = timedelta(seconds=JWKS_FRESH_SECONDS)
PAUSE: Final = timedelta(seconds=JWKS_PAUSE_SECONDS)


def read_keys(text: str | bytes) -> Keys:
    """Key id -> public key, of those that may sign for SMART. Raises `SmartRefusedError`."""
    unfit = SmartRefusedError("invalid_client_metadata", "jwks: a set of public keys expected")
    if len(text) > MAX_JWKS_BYTES:
        raise unfit
    try:
        found = msgspec.json.decode(text)["keys"]
        if not isinstance(found, list) or len(found) > MAX_JWKS_KEYS:
            raise unfit
        keys = [_read(key) for key in found]
    except (msgspec.MsgspecError, JoseError, TypeError, KeyError, ValueError) as error:
        raise unfit from error
    return {str(key.kid): key for key in keys if key is not None}


def _read(key: object) -> RSAKey | ECKey | None:
    """None for what is none of ours to use. A private key that is published is no proof."""
    if not isinstance(key, dict):
        raise TypeError
    named = isinstance(key.get("kid"), str)
    if not named or key.get("use", "sig") != "sig" or PRIVATE & key.keys():
        return None
    if key.get("kty") == "RSA":
        return RSAKey.import_key(key) if len(str(key.get("n", ""))) >= MIN_MODULUS else None
    if key.get("kty") == "EC" and key.get("crv") == "P-384":
        return ECKey.import_key(key)
    return None


class KeyBook:
    """Keys of applications, those fetched remembered for a while. For tasks of one event loop."""

    def __init__(self) -> None:
        self._fetched: dict[str, tuple[datetime, Keys]] = {}

    async def key(
        self, application: Application, kid: str, fetch: Fetch, now: datetime
    ) -> RSAKey | ECKey | None:
        if application.keys:
            return read_keys(application.keys).get(kid)
        address = application.keys_url
        if not address:
            return None
        read, keys = self._fetched.get(address, (None, Keys()))
        age = now - read if read else None
        known = age is not None and timedelta(0) <= age < (FRESH if kid in keys else PAUSE)
        if not known:
            keys = await self._ask(address, fetch)
            self._fetched[address] = (now, keys)
        return keys.get(kid)

    async def _ask(self, address: str, fetch: Fetch) -> Keys:
        """None, when they cannot be had: nobody is let in on keys that may have been withdrawn."""
        try:
            return read_keys(await fetch(address))
        except (Refused, SmartRefusedError):
            return {}
