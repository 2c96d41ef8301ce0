"""Subscriptions as clients write them: refused at once when they cannot be, else kept with whose
they are.

Whether somebody is at the other end is found out after (`activation`).
"""

from datetime import UTC, datetime
from typing import Final

from hygie.exchange.subscriptions import phrases
from hygie.exchange.subscriptions.activation import admit, require_rights
from hygie.exchange.subscriptions.asking import Asked, read_subscription
from hygie.exchange.subscriptions.parts import Parts
from hygie.exchange.subscriptions.phrases import wrong
from hygie.exchange.subscriptions.rights import Author, Rights, seal_author
from hygie.limits import MAX_CLIENT_SUBSCRIPTIONS
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource
from hygie.store.transaction import Transaction
from hygie.trace import Context

ASKED: Final = frozenset({"requested", "off"})
"""What a client may write (R4, Subscription.status)."""
COUNTED: Final = "subscriptions of a client"


class Door:
    """The gate of the type Subscription. For the tasks of one event loop.

    What no client wrote (an import) passes: it is kept, and never becomes active.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def examine(self, context: Context, resource: Resource) -> None:
        if not context.token:
            return
        asked = read_subscription(resource)
        if asked.status not in ASKED:
            raise wrong("status", phrases.STATUS, "status", code="business-rule")
        if asked.status == "off":
            return
        if asked.end is not None and asked.end <= datetime.now(UTC):
            raise wrong("end", phrases.END, "end")
        await self._require_rights(context, asked)
        await admit(self._parts.channels, asked)

    async def _require_rights(self, context: Context, asked: Asked) -> None:
        await self._parts.catalogue.look()
        interest = self._parts.roster().interest(0, asked)
        scopes = await self._parts.standing.scopes_of_token(context.token)
        require_rights(interest, Rights(scopes, (scopes,)))

    async def keep(self, tx: Transaction, resource: Resource) -> None:
        key = self._parts.store.keyring.reference("Subscription", str(resource["id"]))
        if not tx.context.token:
            await self._parts.events.disown(tx.connection, key)
            return
        author = await self._author(tx.context)
        client = self._parts.store.keyring.blind("subscription client", author.name)
        await tx.guard(COUNTED, author.name)
        if await self._parts.events.count(tx.connection, client, key) >= MAX_CLIENT_SUBSCRIPTIONS:
            raise refuse(
                Category.TOO_MANY, "subscription.too-many", phrases.TOO_MANY, code="too-costly",
                limit=str(MAX_CLIENT_SUBSCRIPTIONS),
            )  # fmt: skip
        sealed = seal_author(self._parts.store.keyring, key, author)
        await self._parts.events.keep(tx.connection, key, client, sealed)

    async def _author(self, context: Context) -> Author:
        scopes = await self._parts.standing.scopes_of_token(context.token)
        return Author(context.token, context.actor, str(scopes))
