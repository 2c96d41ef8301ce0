"""The rows of `hygie.directory_link`."""

from typing import Final

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from hygie.access.directory.phrases import BAD_LINK
from hygie.access.model import Connection, Vault
from hygie.access.sealing import seal, unseal
from hygie.refusal import Category, refuse

OF: Final = "SELECT * FROM hygie.directory_link WHERE directory = $1"
PUT: Final = """
    INSERT INTO hygie.directory_link (directory, person, account, sealed) VALUES ($1, $2, $3, $4)
    ON CONFLICT (directory, person) DO UPDATE SET sealed = excluded.sealed
"""


class Link(msgspec.Struct, frozen=True):
    """Sealed: who in the directory an account follows."""

    person: str
    account: str
    login: str = ""
    """What the directory called this person last."""
    left: bool = False
    """Closed because the directory said so: what an administrator closes is not opened by it."""


class Links:
    """Of one directory."""

    def __init__(self, vault: Vault, directory: str) -> None:
        self._vault = vault
        self._directory = directory

    async def all(self, connection: Connection) -> dict[str, Link]:
        """By person. Raises `Refused` when a row was made or moved by hand."""
        links = map(self._opened, await connection.fetch(OF, self._directory))
        return {one.person: one for one in links}

    async def put(self, connection: Connection, link: Link) -> None:
        key = self._vault.blind("access.directory", f"{self._directory}\n{link.person}")
        sealed = seal(self._vault, "directory_link", self._place(key), link)
        await connection.execute(PUT, self._directory, key, link.account, sealed)

    def _opened(self, row: asyncpg.Record) -> Link:
        place = self._place(row["person"])
        try:
            link = unseal(self._vault, "directory_link", place, row["sealed"], Link)
        except InvalidTag:
            link = None
        if link is None or link.account != row["account"]:
            raise refuse(Category.CONFLICT, "directory.link", BAD_LINK, account=row["account"])
        return link

    def _place(self, key: int) -> str:
        return f"{self._directory}:{key}"
