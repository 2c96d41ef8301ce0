"""Applications, as they register and as administrators judge them."""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from hygie.access.model import Connection
from hygie.access.scopes import LEVELS, parse_scopes
from hygie.access.secret import digest, new_secret
from hygie.access.smart import phrases
from hygie.access.smart.model import Application, SmartRefusedError, State
from hygie.access.smart.parts import Parts
from hygie.access.smart.registration import read_registration
from hygie.limits.smart import MAX_APPLICATIONS_PENDING, ORIGINS_SECONDS
from hygie.refusal import Category, Refused, refuse
from hygie.trace import Context

FRESH: Final = timedelta(seconds=ORIGINS_SECONDS)
STRANGER: Final = Context(actor="registration", kind="system", purpose="HSYSADMIN")


class Registry:
    """Each change leaves an entry; what an application may do changes within a second."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._approved: tuple[datetime, tuple[Application, ...]] | None = None

    async def register(self, metadata: Mapping[str, Any]) -> tuple[Application, str]:
        """A registration that waits for review, and its secret if it has one, shown this once.
        Raises `SmartRefusedError`."""
        found = read_registration(metadata, self._parts.now())
        async with self._parts.change() as connection:
            waiting = await self._parts.applications.list(connection)
            if sum(one.state == "pending" for one in waiting) >= MAX_APPLICATIONS_PENDING:
                raise SmartRefusedError("temporarily_unavailable", phrases.CROWDED, 503)
            return await self._insert(connection, found, STRANGER)

    async def create(
        self, metadata: Mapping[str, Any], roles: Sequence[str] = (), *, by: Context
    ) -> tuple[Application, str]:
        """The same by an administrator: approved at once. Raises `Refused`."""
        try:
            found = read_registration(metadata, self._parts.now())
        except SmartRefusedError as wrong:
            reason = f"{wrong.error}, {wrong.description}"
            raise refuse(
                Category.INVALID, "oauth.application", phrases.BAD_APPLICATION, reason=reason
            ) from wrong
        found = msgspec.structs.replace(found, state="approved", roles=tuple(roles))
        async with self._parts.change() as connection:
            return await self._insert(connection, found, by)

    async def list(self) -> tuple[Application, ...]:
        """The newest first."""
        return await self._parts.applications.list(self._parts.pool)

    async def origins(self) -> frozenset[str]:
        """Of the pages of approved applications: those of the addresses they are answered at."""
        return _origins(await self.approved())

    async def approved(self) -> tuple[Application, ...]:
        """Those in force, as of some seconds ago at most."""
        now = self._parts.now()
        if self._approved is None or not timedelta(0) <= now - self._approved[0] < FRESH:
            self._approved = (now, tuple(by_state(await self.list(), "approved")))
        return self._approved[1]

    async def named(self, id_: str) -> Application:
        """Raises `Refused` (NOT_FOUND)."""
        return await self._locked(self._parts.pool, id_, lock=False)

    async def approve(
        self, id_: str, scopes: str, roles: Sequence[str], *, by: Context
    ) -> Application:
        """What it may be granted at most, and who may use it (nobody named: any). Raises `Refused`:
        unknown, or scopes that are not understood."""
        canonical = str(parse_scopes(scopes, LEVELS)) if scopes.strip() else ""
        values = {"state": "approved", "scopes": canonical, "roles": tuple(roles)}
        detail = f"approved: {canonical}; roles {', '.join(roles) or 'any'}"
        return await self._changed(id_, values, detail, by)

    async def suspend(self, id_: str, *, by: Context) -> Application:
        """All that was granted it ends."""
        return await self._changed(id_, {"state": "suspended"}, "suspended", by, end=True)

    async def withdraw(self, id_: str, *, by: Context) -> Application:
        """All that was granted it ends; it may ask again."""
        return await self._changed(id_, {}, "all grants ended", by, end=True)

    async def renew_secret(self, id_: str, *, by: Context) -> str:
        """A new secret, shown this once; the one before is worth nothing any more."""
        secret = new_secret()
        await self._changed(id_, {"secret": _kept(secret)}, "new secret", by)
        return secret

    async def _insert(
        self, connection: Connection, found: Application, by: Context
    ) -> tuple[Application, str]:
        secret = new_secret() if found.method.startswith("client_secret") else ""
        named = msgspec.structs.replace(found, id=_id(found.name), secret=_kept(secret))
        if not await self._parts.applications.insert(connection, named):
            raise SmartRefusedError("temporarily_unavailable", "", 503)
        detail = f"application {named.id}: {named.state}; {named.scopes}"
        await self._parts.note(connection, by, "register-client", detail)
        return named, secret

    async def _changed(
        self, id_: str, values: Mapping[str, object], detail: str, by: Context, *, end: bool = False
    ) -> Application:
        async with self._parts.change() as connection:
            found = await self._locked(connection, id_)
            changed = await self._parts.applications.change(connection, found, **values)
            if end:
                await self._parts.grants.end_all(connection, id_, self._parts.now())
            await self._parts.note(connection, by, "review-client", f"application {id_} {detail}")
        self._parts.bearing.forget_cached()
        self._approved = None
        return changed

    async def _locked(self, connection: Connection, id_: str, *, lock: bool = True) -> Application:
        found = await self._parts.applications.find(connection, id_, lock=lock)
        if found is None:
            raise unknown_application()
        return found


def unknown_application() -> Refused:
    return refuse(
        Category.NOT_FOUND, "oauth.application", phrases.UNKNOWN_APPLICATION, code="not-found"
    )


def _origins(applications: Sequence[Application]) -> frozenset[str]:
    places = (urlsplit(address) for one in applications for address in one.redirects)
    return frozenset(
        f"{place.scheme}://{place.netloc}" for place in places if place.scheme in ("https", "http")
    )


def by_state(applications: Sequence[Application], state: State) -> list[Application]:
    return [one for one in applications if one.state == state]


def _kept(secret: str) -> str:
    return (digest(secret) or b"").hex()


def _id(name: str) -> str:
    """Readable in traces, and of no other application."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32]
    return f"{slug or 'application'}-{secrets.token_hex(4)}"
