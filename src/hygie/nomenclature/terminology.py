"""The terminology service of one process: what store, books and packages say when it is asked."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from hygie.fhir.codec import decode
from hygie.fhir.search import expanded
from hygie.fhir.search.query import Query
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.layers import Loose
from hygie.fhir.terminology.patience import under
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.searching import CatalogueExpander
from hygie.limits import MAX_TERMINOLOGY_AT_ONCE, MAX_TERMINOLOGY_SECONDS
from hygie.nomenclature.listing import Listed, listed
from hygie.nomenclature.patience import Patience
from hygie.store.contract import StoredResource
from hygie.store.store import Store

KINDS = ("CodeSystem", "ValueSet", "ConceptMap")
Answer = TypeVar("Answer")


class Terminology:
    """For the tasks of one event loop.

    Cost of a question beside its answer: a look at the store, some 0.3 ms, which those who come
    together share, and a thread.
    """

    def __init__(self, store: Store, layers: Sequence[Layer]) -> None:
        """`layers`: behind what the store holds, nearest first."""
        self._mirror = store.mirror(*KINDS)
        self._layers = tuple(layers)
        self._edition = -1
        self.published = Catalogue(*self._layers)
        """Without what the store holds."""
        self._catalogue = self.published
        self._decoded: dict[StoredResource, Json] = {}
        self._listed: tuple[list[int], tuple[Listed, ...]] = ([], ())
        self._room = asyncio.Semaphore(MAX_TERMINOLOGY_AT_ONCE)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def current(self) -> Catalogue:
        """In which every change of the store committed before the call is seen."""
        edition = await self._mirror.look()
        if edition != self._edition:
            known = self._decoded
            self._decoded = {
                stored: known.get(stored) or decode(stored.body)
                for stored in self._mirror.resources
            }  # fmt: skip
            self._catalogue = Catalogue(Loose(self._decoded.values()), *self._layers)
            self._edition = edition
        return self._catalogue

    async def listed(self) -> tuple[Listed, ...]:
        """What there is, by title: read once for each edition of what it comes from."""
        await self.current()
        editions = [self._edition, *(layer.edition() for layer in self._layers)]
        if self._listed[0] != editions:
            self._listed = editions, await self.ask(listed)
        return self._listed[1]

    async def expanded(self, query: Query, asker: str = "") -> Query:
        """A search, with the codes that its `:in`, `:below`… lead to. Raises `Refused`."""
        return await self.ask(
            lambda catalogue: expanded(query, CatalogueExpander(catalogue)), asker
        )

    async def ask(self, question: Callable[[Catalogue], Answer], asker: str = "") -> Answer:
        """The answer to what takes a while, others being served meanwhile. Raises `Refused`:
        too-costly after `MAX_TERMINOLOGY_SECONDS`.

        `asker`: of whom one question is worked on at a time, whatever else that client asks, so
        that there is room for others.
        """
        catalogue = await self.current()
        turn = self._turns.setdefault(asker, asyncio.Semaphore()) if asker else nullcontext()
        async with turn, self._room:
            return await self._worked_out(partial(question, catalogue))

    async def _worked_out(self, work: Callable[[], Answer]) -> Answer:
        """Where nobody waits any more, the room is given up once the thread has stopped."""
        patience = Patience(MAX_TERMINOLOGY_SECONDS)

        def worked() -> Answer:
            with under(patience):
                return work()

        working = asyncio.ensure_future(asyncio.to_thread(worked))
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            patience.end()
            await asyncio.gather(working, return_exceptions=True)
            raise
