"""From a person whom a provider vouches for to the one account that is theirs, or to none.

Never by name: names are alike. By what the declaration trusts, in its order: a link that the owner
made, a national identifier, a verified address. Two accounts for one mark open neither.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

import asyncpg

from hygie.access.accounts import Accounts, Profile, check_display
from hygie.access.federation.declaration import Mark, Provider
from hygie.access.federation.links import Links
from hygie.access.federation.outcome import invalid
from hygie.access.federation.person import Person
from hygie.access.federation.phrases import (
    AMBIGUOUS,
    NAME_TAKEN,
    NO_ACCOUNT,
    NO_ROLE,
    OTHER_ROLE,
    UNNAMED,
)
from hygie.access.model import Account, Connection
from hygie.access.names import normalize_name
from hygie.access.roles import check_role
from hygie.refusal import Category, Phrase, Refused, refuse

EVERY: Final = "SELECT * FROM hygie.account WHERE disabled IS NULL"
TOGETHER: Final = 256
"""Accounts opened before others get their turn."""
RPPS_LENGTH: Final = 12
ADELI_LENGTH: Final = 10


def plain_national(text: str) -> str:
    """An identifier without the digit that says of which kind it is: 8 before an RPPS number, 0
    before an ADELI number (Pro Santé Connect and the cards write it, directories do not)."""
    kinds = {RPPS_LENGTH: "8", ADELI_LENGTH: "0"}
    kind = kinds.get(len(text))
    return text[1:] if kind and text.isdecimal() and text[0] == kind else text


class Matching:
    """Of one house's accounts."""

    def __init__(self, accounts: Accounts, links: Links) -> None:
        self._accounts = accounts
        self._links = links

    async def account(
        self, connection: Connection, provider: Provider, person: Person, now: datetime
    ) -> Account:
        """The account. Raises `Refused`, saying why there is none."""
        if provider.match == ("national",) and not person.national:
            raise _refused(provider, "no-national", UNNAMED)
        for mark in provider.match:
            found = await self._by(connection, provider, person, mark)
            if len(found) > 1:
                raise _refused(provider, "ambiguous", AMBIGUOUS)
            for one in found:
                return self._fit(provider, person, one, now)
        if provider.create == "claims":
            return await self._created(connection, provider, person, now)
        raise _refused(provider, "no-account", NO_ACCOUNT)

    async def _by(
        self, connection: Connection, provider: Provider, person: Person, mark: Mark
    ) -> list[Account]:
        if mark == "link":
            name = await self._links.account(connection, provider, person.subject)
            found = await self._accounts.find(connection, name) if name else None
            return [found[0]] if found else []
        if mark == "national":
            national = plain_national(person.national)
            return await self._those(connection, lambda one: plain_national(one.national), national)
        return await self._those(connection, lambda one: one.email.casefold(), person.email)

    async def _those(
        self, connection: Connection, key: Callable[[Account], str], wanted: str
    ) -> list[Account]:
        if not wanted:
            return []
        return [one async for one in self._every(connection) if key(one) == wanted]

    async def _every(self, connection: Connection) -> AsyncIterator[Account]:
        """What accounts are found by is sealed: all are opened (4 µs each), once a sign-in."""
        for number, row in enumerate(await connection.fetch(EVERY)):
            if number % TOGETHER == 0:
                await asyncio.sleep(0)
            yield self._accounts.of_row(row)[0]

    def _fit(self, provider: Provider, person: Person, one: Account, now: datetime) -> Account:
        if one.closed(now):
            raise _refused(provider, "closed", NO_ACCOUNT)
        nationals = {plain_national(person.national), plain_national(one.national)} - {""}
        if "national" in provider.match and len(nationals) > 1:
            # A link, or an address, does not outweigh an identifier that says somebody else.
            raise _refused(provider, "other-national", NO_ACCOUNT)
        ruled = {rule.role for rule in provider.role}
        if provider.role_check and one.role in ruled and one.role not in person.roles:
            raise _refused(provider, "other-role", OTHER_ROLE)
        return one

    async def _created(
        self, connection: Connection, provider: Provider, person: Person, now: datetime
    ) -> Account:
        """With the first role, in the order of the rules, that the claims give."""
        roles = [rule.role for rule in provider.role if rule.role in person.roles]
        if not roles:
            raise _refused(provider, "no-role", NO_ROLE)
        try:
            name, display = normalize_name(person.login), check_display(person.display)
        except Refused:
            raise invalid(provider, "claims") from None
        if await self._accounts.find(connection, name) is not None:
            raise _refused(provider, "name-taken", NAME_TAKEN)
        profile = Profile(
            check_role(roles[0], self._accounts.rights), display, password="", email=person.email,
            national=person.national, origin=provider.name,
        )  # fmt: skip
        await self._accounts.insert(connection, name, profile, now)
        await self._links.add(connection, provider, person.subject, name, now)
        found = await self._accounts.find(connection, name)
        if found is None:
            raise asyncpg.InterfaceError("the account that was inserted is not there")
        return found[0]


def _refused(provider: Provider, what: str, phrase: Phrase) -> Refused:
    return refuse(
        Category.FORBIDDEN, f"federation.{what}", phrase, code="login", title=provider.title
    )
