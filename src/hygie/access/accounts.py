"""The rows of `hygie.account`."""

from datetime import datetime
from typing import Literal, NamedTuple

import asyncpg
import msgspec

from hygie.access.model import Account, Connection
from hygie.access.phrases import BAD_DISPLAY, NAME_TAKEN, NO_ACCOUNT
from hygie.access.rights import Rights, shipped
from hygie.access.roles import Role
from hygie.access.sealing import seal, unseal
from hygie.limits import MAX_DISPLAY_CHARACTERS, MAX_PAGE
from hygie.refusal import Category, refuse
from hygie.trace import Sealer

INSERT = """
    INSERT INTO hygie.account (name, sealed, created) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO NOTHING RETURNING true
"""
FIND = "SELECT * FROM hygie.account WHERE name = $1"
LOCK = FIND + " FOR UPDATE"
STANDING = """
    SELECT account.*, invitation.expires AS invited
    FROM hygie.account LEFT JOIN hygie.invitation ON invitation.account = account.name
"""
LIST = STANDING + "WHERE account.name > $1 ORDER BY account.name LIMIT $2"
ONE = STANDING + "WHERE account.name = $1"
RESEAL = "UPDATE hygie.account SET sealed = $2 WHERE name = $1"
SEEN = "UPDATE hygie.account SET seen = $2 WHERE name = $1"
DISABLE = "UPDATE hygie.account SET disabled = $2 WHERE name = $1"


class Profile(msgspec.Struct, frozen=True):
    """What is sealed of an account."""

    role: Role
    display: str
    password: str
    """Argon2id hash; empty when there is none yet, or others vouch for this person."""
    practitioner: str = ""
    units: tuple[str, ...] = ()
    specialty: str = ""
    email: str = ""
    national: str = ""
    origin: str = "local"
    until: datetime | None = None
    reviewed: datetime | None = None
    second: Literal["", "set", "owed"] = ""
    """Whether a second factor is set up, or is to be before anything else. Sealed here as well as
    in its own row: who removes that row in the database does not do away with the factor."""


class Standing(NamedTuple):
    """An account, and how it is used."""

    account: Account
    second: Literal["", "set", "owed"]
    """Of its second factor."""
    password: bool
    """Whether it has one."""
    seen: datetime | None
    """When somebody last came in with it."""
    invited: datetime | None
    """Until when an invitation waits for an answer."""


class Accounts:
    """Reads and writes accounts; names come normalised."""

    def __init__(self, sealer: Sealer, rights: Rights | None = None) -> None:
        self._sealer = sealer
        self.rights = rights or shipped()

    async def insert(
        self, connection: Connection, name: str, profile: Profile, now: datetime
    ) -> None:
        sealed = seal(self._sealer, "account", name, profile)
        if not await connection.fetchval(INSERT, name, sealed, now):
            raise refuse(Category.CONFLICT, "access.name-taken", NAME_TAKEN, code="duplicate")

    async def find(self, connection: Connection, name: str) -> tuple[Account, Profile] | None:
        row = await connection.fetchrow(FIND, name)
        return self.of_row(row) if row else None

    async def lock(self, connection: Connection, name: str) -> tuple[Account, Profile]:
        """To change it: locked until the transaction ends. Raises `Refused` when there is none."""
        row = await connection.fetchrow(LOCK, name)
        if row is None:
            raise refuse(Category.NOT_FOUND, "access.no-account", NO_ACCOUNT, code="not-found")
        return self.of_row(row)

    async def everyone(self, connection: Connection) -> list[Standing]:
        """All accounts, by name."""
        found: list[Standing] = []
        while True:
            after = found[-1].account.name if found else ""
            rows = await connection.fetch(LIST, after, MAX_PAGE)
            found += map(self._standing, rows)
            if len(rows) < MAX_PAGE:
                return found

    async def standing(self, connection: Connection, name: str) -> Standing:
        """Raises `Refused` when there is none."""
        row = await connection.fetchrow(ONE, name)
        if row is None:
            raise refuse(Category.NOT_FOUND, "access.no-account", NO_ACCOUNT, code="not-found")
        return self._standing(row)

    async def set_profile(self, connection: Connection, name: str, profile: Profile) -> None:
        await connection.execute(RESEAL, name, seal(self._sealer, "account", name, profile))

    async def set_disabled(self, connection: Connection, name: str, at: datetime | None) -> None:
        await connection.execute(DISABLE, name, at)

    async def set_seen(self, connection: Connection, name: str, at: datetime) -> None:
        await connection.execute(SEEN, name, at)

    def _standing(self, row: asyncpg.Record) -> Standing:
        account, profile = self.of_row(row)
        return Standing(
            account, profile.second, bool(profile.password), row["seen"], row["invited"]
        )

    def of_row(self, row: asyncpg.Record) -> tuple[Account, Profile]:
        """`row` has the table's columns by their names, and may have others."""
        profile = unseal(self._sealer, "account", row["name"], row["sealed"], Profile)
        account = Account(
            name=row["name"],
            display=profile.display,
            role=profile.role,
            created=row["created"],
            disabled=row["disabled"] is not None,
            practitioner=profile.practitioner,
            units=profile.units,
            specialty=profile.specialty,
            email=profile.email,
            national=profile.national,
            origin=profile.origin,
            until=profile.until,
            reviewed=profile.reviewed,
        )
        return account, profile


def check_display(display: str) -> str:
    display = display.strip()
    if not 0 < len(display) <= MAX_DISPLAY_CHARACTERS or not display.isprintable():
        raise refuse(
            Category.INVALID, "access.display", BAD_DISPLAY, limit=str(MAX_DISPLAY_CHARACTERS)
        )
    return display
