"""Applications that prove a private key (SMART App Launch 2.2, §5.2; RFC 7523), and those that
ask for decision support (CDS Hooks 2.0, "Trusting CDS Clients")."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

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


class Once(NamedTuple):
    """What lets an assertion be told from itself shown again, for as long as it would be good."""

    jti: str
    expires: datetime


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
        issuer = str(claims.get("iss", ""))
        application = await self._applications.find(connection, issuer)
        if application is None or claims.get("sub") != application.id:
            raise _unproven()
        await self._verify(application, assertion, header, fetch, now)
        await self._take(connection, application, _checked(claims, audience, now), now)
        return application

    async def prove_caller(
        self, connection: Connection, assertion: str, audience: str, fetch: Fetch, now: datetime
    ) -> Application:
        """The same of who asks for decision support: its `iss` is its id here, or its own address
        (`client_uri`). Keys are those it registered, wherever its header says that they are."""
        header, claims = _read(assertion)
        issuer = claims.get("iss")
        application = await self._applications.issuing(connection, str(issuer)) if issuer else None
        if (
            application is None
            or application.state != "approved"
            or header.get("typ") != "JWT"
            or header.get("jku", application.keys_url) != application.keys_url
            or "iat" not in claims
        ):
            raise _unproven()
        await self._verify(application, assertion, header, fetch, now)
        await self._take(connection, application, _checked(claims, audience, now), now)
        return application

    async def _verify(
        self, application: Application, assertion: str, header: dict[str, Any], fetch: Fetch,
        now: datetime,
    ) -> None:  # fmt: skip
        """That the application's own key signed it."""
        if not application.machine:
            raise _unproven()
        key = await self._book.key(application, str(header.get("kid", "")), fetch, now)
        algorithm = str(header.get("alg", ""))
        if key is None or ALGORITHMS.get(algorithm) != key.key_type:
            raise _unproven()
        try:
            jws.deserialize_compact(assertion, key, algorithms=[algorithm])
        except (JoseError, ValueError) as error:
            raise _unproven() from error

    async def _take(
        self, connection: Connection, application: Application, once: Once, now: datetime
    ) -> None:
        """That it had not been shown before."""
        await connection.execute(PURGE, now - timedelta(minutes=1))
        mark = hashlib.sha256(f"{application.id}\x1f{once.jti}".encode()).digest()
        if not await connection.fetchval(SEEN, mark, once.expires):
            raise _unproven()


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


def _checked(claims: dict[str, Any], audience: str, now: datetime) -> Once:
    """For us, and now. RFC 7523 §3; at most five minutes from now (SMART §5.2.2)."""
    expires, issued, jti = _time(claims, "exp"), _time(claims, "iat"), claims.get("jti")
    meant = claims.get("aud")
    at = now.timestamp()
    ahead = at + ASSERTION_SKEW_SECONDS
    good = (
        (meant == audience or (isinstance(meant, list) and audience in meant))
        and at < expires <= ahead + ASSERTION_SECONDS
        and issued <= ahead
        and _time(claims, "nbf") <= ahead
        and isinstance(jti, str)
        and 0 < len(jti) <= MAX_JTI_CHARACTERS
    )
    if not good:
        raise _unproven()
    return Once(str(jti), datetime.fromtimestamp(expires, now.tzinfo))


def _time(claims: dict[str, Any], name: str) -> float:
    """0 when it is not said. Raises `SmartRefusedError` for what is no time."""
    value = claims.get(name, 0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < LAST:
        raise _unproven()
    return float(value)


def _unproven() -> SmartRefusedError:
    return SmartRefusedError("invalid_client", "the assertion proves nothing", 401)
