"""Reads that are entries of a bundle (R4 §3.1.0.11)."""

from collections.abc import Sequence

from hygie.refusal import Category
from hygie.store.contract import StoredResource
from hygie.store.interactions import messages
from hygie.store.interactions.addresses import parameters
from hygie.store.interactions.bundles import Answer
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.manner import Manner
from hygie.store.interactions.patching import current_version
from hygie.store.interactions.problems import Problems
from hygie.store.interactions.searching import (
    Searching,
    history_answer,
    history_query,
)
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context


def refuse_elsewhere(interactions: Sequence[Interaction], problems: Problems) -> None:
    """A transaction sees its own state, which has no history yet."""
    for step in interactions:
        if step.verb in ("vread", "history"):
            problems.add(
                Category.UNSUPPORTED,
                "bundle.read",
                messages.NOT_IN_TRANSACTION,
                code="not-supported",
                location=f"{step.place}.request",
            )


class Reading:
    """Answers the reads of bundles."""

    def __init__(self, store: Store, searching: Searching) -> None:
        self._store = store
        self._searching = searching

    async def within(self, tx: Transaction, step: Interaction, manner: Manner) -> Answer:
        """What the transaction would leave behind. Raises `Refused`."""
        if step.verb == "search":
            body = await self._searching.search(
                tx.search, step.type, parameters(step.query), manner
            )
            return Answer(status=200, resource=body)
        return _one(await current_version(tx, step.type, step.id), step)

    async def alone(self, context: Context, step: Interaction, manner: Manner) -> Answer:
        """An entry of a batch. Raises `Refused`."""
        store = self._store
        if step.verb == "read":
            return _one(await store.read(context, step.type, step.id), step)
        if step.verb == "vread":
            return _one(await store.vread(context, step.type, step.id, step.version), step)
        if step.verb == "history":
            return await self._history(context, step, manner)
        body = await self._searching.search(
            lambda query: store.search(context, query), step.type, parameters(step.query), manner
        )
        return Answer(status=200, resource=body)

    async def _history(self, context: Context, step: Interaction, manner: Manner) -> Answer:
        query = history_query(parameters(step.query), lenient=manner.lenient)
        page = await self._store.history(
            context, step.type, step.id or None,
            count=query.count, since=query.since, cursor=query.cursor,
        )  # fmt: skip
        path = "/".join(part for part in (step.type, step.id, "_history") if part)
        return Answer(status=200, resource=history_answer(page, query, path, manner.base))


def _one(stored: StoredResource, step: Interaction) -> Answer:
    if step.if_none_match == stored.version:
        return Answer(status=304, stored=stored)
    return Answer(status=200, stored=stored, resource=stored.body)
