"""Tokens that a provider signs about somebody, believed only when everything in them holds.

OpenID Connect Core 1.0, §3.1.3.7; RFC 8725 (best current practice for JSON Web Tokens).
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.registry import Header

from hygie.access.federation.declaration import Provider
from hygie.access.federation.keys import Key
from hygie.access.federation.outcome import invalid
from hygie.limits.federation import MAX_IDENTITY_TOKEN_CHARACTERS, SKEW_SECONDS

Claims = dict[str, Any]
KeyOf = Callable[[str, str | None], Awaitable[Key]]
"""The key of the provider for an algorithm and the name that a token says, if it does."""
HALVES: Final = {"EdDSA": hashlib.sha512, "Ed25519": hashlib.sha512}
"""Hashes that `at_hash` is half of: SHA-256, for all others that are believed."""
MOST: Final = 4_096
"""Characters of a name somebody has, as a token says it."""


class Believed(jws.JWSRegistry):
    """The algorithms that a declaration names, and no other; headers nobody knows mean nothing."""

    max_header_length = MAX_IDENTITY_TOKEN_CHARACTERS

    def __init__(self, algorithms: tuple[str, ...]) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        """Without the warning that EdDSA has another name now."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


async def verified(
    provider: Provider, token: str, key_of: KeyOf, kind: str = ""
) -> tuple[Claims, str]:
    """What a token says, and by which algorithm it is signed by the provider. Raises `Refused`.

    Nothing but the signature is looked at, and that it says to be of the `kind` that is named (RFC
    8725 §3.11); who signed chose neither algorithm nor key.
    """
    if len(token) > MAX_IDENTITY_TOKEN_CHARACTERS:
        raise invalid(provider, "token-size")
    registry = Believed(provider.algorithms)
    try:
        header = jws.extract_compact(token.encode(), registry=registry).headers()
    except (JoseError, ValueError, TypeError, RecursionError):
        raise invalid(provider, "token") from None
    algorithm, name = _said(provider, header)
    if kind and str(header.get("typ")).lower().removeprefix("application/") != kind:
        raise invalid(provider, "token-type")
    key = await key_of(algorithm, name)
    try:
        claims = msgspec.json.decode(
            jws.deserialize_compact(token, key, registry=registry).payload, type=Claims
        )
    except (JoseError, ValueError, TypeError, RecursionError):
        raise invalid(provider, "signature") from None
    return claims, algorithm


def _said(provider: Provider, header: Header) -> tuple[str, str | None]:
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in provider.algorithms:
        raise invalid(provider, "algorithm")
    if not (name is None or isinstance(name, str)):
        raise invalid(provider, "token")
    return algorithm, name


def check_addressed(provider: Provider, claims: Claims) -> None:
    """That it comes from this provider, for us. Raises `Refused`."""
    if claims.get("iss") != provider.issuer:
        raise invalid(provider, "issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if provider.client_id not in audiences or party not in (None, provider.client_id):
        raise invalid(provider, "audience")
    if len(audiences) > 1 and party is None:
        raise invalid(provider, "audience")


def check_identity(provider: Provider, claims: Claims, nonce: str, now: datetime) -> None:
    """That it is about a sign-in that we asked for, now, and strong enough. Raises `Refused`."""
    check_addressed(provider, claims)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MOST:
        raise invalid(provider, "subject")
    instant = now.timestamp()
    expires, issued = instant_of(claims, "exp"), instant_of(claims, "iat")
    if expires is None or instant >= expires + SKEW_SECONDS:
        raise invalid(provider, "expired")
    if issued is None or issued > instant + SKEW_SECONDS:
        raise invalid(provider, "issued-later")
    starts = instant_of(claims, "nbf")
    if starts is not None and starts > instant + SKEW_SECONDS:
        raise invalid(provider, "issued-later")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode("utf-8", "replace"), nonce.encode()
    ):
        raise invalid(provider, "nonce")
    if provider.max_age_minutes:
        proven = instant_of(claims, "auth_time")
        if proven is None or instant > proven + provider.max_age_minutes * 60 + SKEW_SECONDS:
            raise invalid(provider, "too-long-ago")


def check_access_token(
    provider: Provider, claims: Claims, algorithm: str, access_token: str
) -> None:
    """That the access token came with this identity token, when it says so (§3.1.3.6)."""
    said = claims.get("at_hash")
    if said is None:
        return
    digest = HALVES.get(algorithm, hashlib.sha256)(access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not isinstance(said, str) or not hmac.compare_digest(half, said.encode("utf-8", "replace")):
        raise invalid(provider, "access-token")


def instant_of(claims: Claims, name: str) -> float | None:
    """Seconds since 1970; None when it does not say."""
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
