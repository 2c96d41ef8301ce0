"""Applications that prove a private key (SMART App Launch 2.2, §5.2; RFC 7523)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from hygie.access.model import Connection
from hygie.access.smart.applications import Applications
from hygie.access.smart.jwks import Fetch, KeyBook
from hygie.access.smart.model import Application, SmartRefusedError
from hygie.limits.smart import ASSERTION_SECONDS, ASSERTION_SKEW_SECONDS

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = {"RS384": "RSA", "ES384": "EC"}
"""Those of the specification -> the kind of key each needs."""
MAX_JTI_CHARACTERS: Final = 256
LAST: Final = 1e11
"""Seconds since 1970 that a date can still be made of."""
SEEN: Final = """
    INSERT INTO hygie.assertion (digest, expires) VALUES ($1, $2)
    ON CONFLICT (digest) DO NOTHING RETURNING true
"""
PURGE: Final = """
    DELETE FROM hygie.assertion WHERE digest IN (
        SELECT digest FROM hygie.assertion WHERE expires <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


class Assertions:
    def __init__(self, applications: Applications) -> None:
        self._applications = applications
        self._book = KeyBook()

    async def prove(
        self, connection: Connection, assertion: str, audience: str, fetch: Fetch, now: datetime
    ) -> Application:
        """Whose key signed it, for us, just now, and for the first time. Raises
        `SmartRefusedError` (invalid_client), which does not say what was wrong."""
        header, claims = _read(assertion)
        application = await self._applications.find(connection, str(claims.get("iss", "")))
        if application is None or application.method != "private_key_jwt":
            raise _unproven()
        key = await self._book.key(application, str(header.get("kid", "")), fetch, now)
        algorithm = str(header.get("alg", ""))
        if key is None or ALGORITHMS.get(algorithm) != key.key_type:
            raise _unproven()
        try:
            jws.deserialize_compact(assertion, key, algorithms=[algorithm])
        except (JoseError, ValueError) as error:
            raise _unproven() from error
        expires = _check_claims(claims, application.id, audience, now)
        await connection.execute(PURGE, now - timedelta(minutes=1))
        mark = hashlib.sha256(f"{application.id}\x1f{claims['jti']}".encode()).digest()
        if not await connection.fetchval(SEEN, mark, expires):
            raise _unproven()
        return application


def _read(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What it says of itself, not proven yet."""
    try:
        found = jws.extract_compact(assertion.encode("ascii"))
        header, claims = found.headers(), msgspec.json.decode(found.payload)
    except (JoseError, ValueError, msgspec.MsgspecError) as error:
        raise _unproven() from error
    if not isinstance(claims, dict) or not isinstance(header, dict):
        raise _unproven()
    return header, claims


def _check_claims(
    claims: dict[str, Any], application: str, audience: str, now: datetime
) -> datetime:
    """When it expires. RFC 7523 §3; at most five minutes from now (SMART §5.2.2)."""
    expires, issued, jti = _time(claims, "exp"), _time(claims, "iat"), claims.get("jti")
    meant = claims.get("aud")
    at = now.timestamp()
    ahead = at + ASSERTION_SKEW_SECONDS
    good = (
        claims.get("sub") == claims.get("iss") == application
        and (meant == audience or (isinstance(meant, list) and audience in meant))
        and at < expires <= ahead + ASSERTION_SECONDS
        and issued <= ahead
        and _time(claims, "nbf") <= ahead
        and isinstance(jti, str)
        and 0 < len(jti) <= MAX_JTI_CHARACTERS
    )
    if not good:
        raise _unproven()
    return datetime.fromtimestamp(expires, now.tzinfo)


def _time(claims: dict[str, Any], name: str) -> float:
    """0 when it is not said. Raises `SmartRefusedError` for what is no time."""
    value = claims.get(name, 0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < LAST:
        raise _unproven()
    return float(value)


def _unproven() -> SmartRefusedError:
    return SmartRefusedError("invalid_client", "the assertion proves nothing", 401)
