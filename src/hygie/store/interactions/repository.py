"""The one door for change: whatever is written through it was validated first.

Reads that need more than the store gives (a searchset Bundle, say) are answered here as well.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from hygie.store.contract import Page, Resource, StoredResource
from hygie.store.interactions.bundles import search_bundle
from hygie.store.interactions.checking import Checking
from hygie.store.interactions.conditions import Conditions
from hygie.store.interactions.everything import everything_query
from hygie.store.interactions.everywhere import search_all
from hygie.store.interactions.execution import Execution
from hygie.store.interactions.gates import Gates, examine, passes_freely
from hygie.store.interactions.interaction import Interaction, Permitted, Written
from hygie.store.interactions.loading import Sound, sound
from hygie.store.interactions.manner import Manner, anything
from hygie.store.interactions.patching import not_found
from hygie.store.interactions.permissions import require
from hygie.store.interactions.plan import prepare
from hygie.store.interactions.processing import BundleResult, Hook, Processing
from hygie.store.interactions.reading import Reading
from hygie.store.interactions.searching import (
    Expand,
    Parameters,
    Searching,
    history_answer,
    history_query,
    links,
)
from hygie.store.interactions.tools import Tools
from hygie.store.parameters.checking import OwnParametersChecked
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

Standards = Callable[[str], Checking]
"""What each source is held to, by its name."""
DEFAULT = Manner()
NO_GATES: Gates = {}


class Repository:
    """Every method raises `Refused` when it refuses, and then nothing was changed."""

    def __init__(
        self,
        store: Store,
        validator: Checking,
        standards: Standards | None = None,
        gates: Gates = NO_GATES,
        expand: Expand | None = None,
    ) -> None:
        """`validator` holds for everybody, unless there are `standards` by source. Without
        `expand`, searches that ask terminology are refused."""
        self._store = store
        self._standards = standards
        self._gates = gates
        self._expand = expand
        self._searching = Searching(lambda: store.registry, store.zone, expand)
        self._tools = Tools(
            registry=store.registry,
            validator=OwnParametersChecked(validator, lambda: store.registry),
            extractor=store.extractor,
            conditions=Conditions(lambda: store.registry, store.zone),
            gates=gates,
        )
        self._processing = Processing(store, self._tools, Reading(store, self._searching))

    def under(self, source: str) -> "Repository":
        """The same, holding what is written to the standards of one source: some microseconds."""
        if self._standards is None:
            return self
        return Repository(
            self._store, self._standards(source), self._standards, self._gates, self._expand
        )

    # --- one change ---------------------------------------------------------------------------
    async def create(
        self, context: Context, resource: Resource, *, if_none_exist: str = ""
    ) -> StoredResource:
        """A new resource under a new id, or the one that meets `if_none_exist` (R4 §3.1.0.8.1)."""
        type_ = resource["resourceType"]
        step = Interaction(verb="create", type=type_, resource=resource, query=if_none_exist)
        return _present(await self.perform(context, step))

    async def update(
        self,
        context: Context,
        type_: str,
        id_: str,
        resource: Resource,
        *,
        if_match: int | None = None,
    ) -> StoredResource:
        """The next version, or a creation under this id. No new version when nothing changes."""
        step = Interaction(verb="update", type=type_, id=id_, resource=resource, if_match=if_match)
        return _present(await self.perform(context, step))

    async def patch(
        self, context: Context, type_: str, id_: str, patch: Any, *, if_match: int | None = None
    ) -> StoredResource:
        """JSON Patch (RFC 6902); the result is validated whole."""
        step = Interaction(verb="patch", type=type_, id=id_, patch=patch, if_match=if_match)
        return _present(await self.perform(context, step))

    async def delete(
        self, context: Context, type_: str, id_: str, *, if_match: int | None = None
    ) -> StoredResource | None:
        """The version that says so, or None when there was nothing to delete: no refusal."""
        step = Interaction(verb="delete", type=type_, id=id_, if_match=if_match)
        return (await self.perform(context, step)).stored

    async def conditional_update(
        self,
        context: Context,
        type_: str,
        criteria: str,
        resource: Resource,
        *,
        if_match: int | None = None,
    ) -> StoredResource:
        """R4 §3.1.0.4.3. `criteria`: a query string."""
        step = Interaction(
            verb="update", type=type_, query=criteria, resource=resource, if_match=if_match
        )
        return _present(await self.perform(context, step))

    async def conditional_patch(
        self,
        context: Context,
        type_: str,
        criteria: str,
        patch: Any,
        *,
        if_match: int | None = None,
    ) -> StoredResource:
        """R4 §3.1.0.6."""
        step = Interaction(verb="patch", type=type_, query=criteria, patch=patch, if_match=if_match)
        return _present(await self.perform(context, step))

    async def conditional_delete(
        self, context: Context, type_: str, criteria: str, *, if_match: int | None = None
    ) -> StoredResource | None:
        """R4 §3.1.0.7.1, of a single resource at most."""
        step = Interaction(verb="delete", type=type_, query=criteria, if_match=if_match)
        return (await self.perform(context, step)).stored

    async def perform(
        self, context: Context, interaction: Interaction, permitted: Permitted = anything
    ) -> Written:
        """One write, in a transaction of its own. `permitted` is asked about what conditional
        references look for; the interaction itself is the caller's to permit.
        """
        return await self._processing.alone(context, interaction, permitted)

    # --- several ------------------------------------------------------------------------------
    async def apply(self, tx: Transaction, interactions: Sequence[Interaction]) -> list[Written]:
        """Several writes within the caller's transaction, as a FHIR transaction would: deletes
        first, references between them by `full_url`, conditional references.

        When it refuses, the caller must let its transaction roll back.
        """
        await examine(self._tools.gates, tx.context, interactions)
        plan = await prepare(interactions, self._tools.validator, self._tools.registry)
        return await Execution(tx, plan, self._tools).run()

    async def check(self, interactions: Sequence[Interaction]) -> None:
        """Refuses what `apply` refuses before it asks the store anything."""
        await prepare(interactions, self._tools.validator, self._tools.registry)

    def sound(self, resource: Resource) -> Sound | None:
        """The resource, if `load` can take it; None when `apply` is to resolve or refuse it."""
        if not passes_freely(self._gates, resource):
            return None
        return sound(resource, self._tools.validator)

    async def load(self, tx: Transaction, resources: Sequence[Sound]) -> list[bool]:
        """Creates those without id, updates or creates the others, within the caller's
        transaction: in bulk. Whether each made a version, in order; False when the store held
        exactly this. Refused (CONFLICT) when two have one id."""
        return [tx.made(stored) for stored in await tx.write_many(resources)]

    async def bundle(
        self,
        context: Context,
        bundle: Resource,
        manner: Manner = DEFAULT,
        *,
        hook: Hook | None = None,
    ) -> BundleResult:
        """A transaction or batch Bundle, carried out.

        `hook` runs last within the database transaction of a transaction; of a batch, whose
        entries are independent, within one of its own after them. It may run more than once, if
        the transaction has to be tried again.
        """
        return await self._processing.bundle(context, bundle, manner, hook)

    # --- reads that make bundles --------------------------------------------------------------
    async def search(
        self, context: Context, type_: str, parameters: Parameters, manner: Manner
    ) -> bytes:
        """A searchset Bundle."""
        return await self._searching.search(
            lambda query: self._store.search(context, query), type_, parameters, manner
        )

    async def search_all(self, context: Context, parameters: Parameters, manner: Manner) -> bytes:
        """A searchset Bundle of several types (R4 §3.1.0.9.2)."""
        return await search_all(
            self._searching,
            lambda query: self._store.search(context, query),
            await self._store.vault.partitions.present(self._store.pool),
            parameters,
            manner,
        )

    async def history(
        self,
        context: Context,
        type_: str | None,
        id_: str | None,
        parameters: Parameters,
        manner: Manner,
    ) -> bytes:
        """A history Bundle: of one resource, of a type, or of everything."""
        query = history_query(parameters, lenient=manner.lenient)
        page = await self._store.history(
            context, type_, id_, count=query.count, since=query.since, cursor=query.cursor
        )
        path = "/".join(part for part in (type_, id_, "_history") if part)
        return history_answer(page, query, path, manner.base)

    async def everything(
        self, context: Context, patient: str, parameters: Parameters, manner: Manner
    ) -> bytes:
        """A Patient's record (R4 Patient-everything), less the types that are not permitted."""
        require(manner.permitted, "Patient", "read")
        query = everything_query(self._store.registry, parameters, manner)
        page = await self._store.everything(
            context, patient,
            types=query.types, since=query.since, count=query.count, cursor=query.cursor,
        )  # fmt: skip
        if not (page.matches or page.included or query.cursor or query.since):
            raise not_found("Patient", patient)
        url = f"{manner.base}/Patient/{patient}/$everything"
        shown = _permitted(page, manner)
        return search_bundle(shown, links(url, query.used, page.next), manner.base, None)


def _present(written: Written) -> StoredResource:
    if written.stored is None:
        raise AssertionError("only a delete can come to nothing")
    return written.stored


def _permitted(page: Page, manner: Manner) -> Page:
    if manner.permitted("*", "read"):
        return page
    return msgspec.structs.replace(
        page,
        matches=tuple(s for s in page.matches if manner.permitted(s.type, "read")),
        included=tuple(s for s in page.included if manner.permitted(s.type, "read")),
    )
