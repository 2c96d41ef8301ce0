"""The rows of `hygie.federated_session`: which of our sessions a provider may end, and which of
theirs ends with ours."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import asyncpg
import msgspec

from hygie.access.federation.declaration import Provider
from hygie.access.federation.discovery import Metadata
from hygie.access.federation.links import Links
from hygie.access.federation.person import Person
from hygie.access.model import Connection, Vault
from hygie.access.sealing import seal, unseal
from hygie.access.secret import digest

KEEP: Final = """
    INSERT INTO hygie.federated_session (session, provider, subject, theirs, sealed)
    SELECT digest, $2, $3, $4, $5 FROM hygie.session WHERE digest = $1
"""
FIND: Final = "SELECT * FROM hygie.federated_session WHERE session = $1"
END: Final = """
    DELETE FROM hygie.session WHERE digest IN (
        SELECT session FROM hygie.federated_session
        WHERE provider = $1 AND ($2::bigint IS NULL OR subject = $2)
        AND ($3::bigint IS NULL OR theirs = $3))
    RETURNING account
"""


class Hint(msgspec.Struct, frozen=True):
    """Sealed: what tells the provider whose session there ends."""

    id_token: str


class Departures:
    """Sessions that began at a provider."""

    def __init__(self, vault: Vault, links: Links) -> None:
        self._vault = vault
        self._links = links

    async def keep(
        self, connection: Connection, provider: Provider, token: str, person: Person, id_token: str
    ) -> None:
        """That our session `token` began so."""
        key = digest(token) or b""
        blind = self._links.blind
        sealed = seal(self._vault, "federated_session", provider.name, Hint(id_token))
        await connection.execute(
            KEEP, key, provider.name, blind(provider, person.subject),
            blind(provider, f"session\n{person.session}"), sealed,
        )  # fmt: skip

    async def row(self, connection: Connection, token: str) -> asyncpg.Record | None:
        row: asyncpg.Record | None = await connection.fetchrow(FIND, digest(token) or b"")
        return row

    def address(self, row: asyncpg.Record, provider: Provider, meta: Metadata, back: str) -> str:
        """Where the browser ends the provider's own session (RP-Initiated Logout 1.0)."""
        hint = unseal(self._vault, "federated_session", provider.name, row["sealed"], Hint)
        told = urlencode({
            "id_token_hint": hint.id_token, "client_id": provider.client_id,
            "post_logout_redirect_uri": back,
        })  # fmt: skip
        mark = "&" if "?" in meta.end_session_endpoint else "?"
        return f"{meta.end_session_endpoint}{mark}{told}"

    async def end(
        self, connection: Connection, provider: Provider, subject: str, session: str
    ) -> Sequence[str]:
        """Ends the sessions of that person there, or of that session; whose they were."""
        blind = self._links.blind
        rows = await connection.fetch(
            END, provider.name, blind(provider, subject) if subject else None,
            blind(provider, f"session\n{session}") if session else None,
        )  # fmt: skip
        return [row["account"] for row in rows]
