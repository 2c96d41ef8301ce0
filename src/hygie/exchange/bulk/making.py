"""One part of an export: read from the store from a place on, until it is large enough."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from hygie.exchange.bulk.asked import ASSOCIATED, Asked, Stream
from hygie.exchange.bulk.filters import criteria_of, passing
from hygie.exchange.bulk.provenance import Provenances
from hygie.fhir.codec import encode
from hygie.fhir.outcome import operation_outcome
from hygie.limits.bulk import MAX_EXPORT_FILE_BYTES
from hygie.refusal import Issue
from hygie.sight import Sight
from hygie.store import phrases
from hygie.store.bodies.placing import head, instant
from hygie.store.interactions.excerpts import excerpt
from hygie.store.keys.patients import NO_PATIENT
from hygie.store.reading.moment import AtMoment, Item, Place, Slice
from hygie.store.store import Store

DELETIONS_TOGETHER: Final = 200
"""Entries of one Bundle."""
NOW: Final = "SELECT clock_timestamp()"
Told = Callable[[int], None]
"""Told how many resources more there are, after each slice. What it raises ends the part."""


class Sink(Protocol):
    """Where lines go. Called in threads, one call at a time."""

    def write(self, plain: bytes, /) -> None: ...


class Made(msgspec.Struct):
    """What came of it."""

    upto: Place
    made: datetime
    """Before anything was read: an erasure since concerns it."""
    last: bool = False
    """Nothing comes after it."""
    count: int = 0
    """Lines."""
    size: int = 0
    """Bytes."""
    patients: set[int] = msgspec.field(default_factory=set)
    unreadable: list[int] = msgspec.field(default_factory=list)


class Making:
    """Makes the parts of one export."""

    def __init__(self, store: Store, asked: Asked, moment: datetime, sight: Sight) -> None:
        """`sight`: of whom it is made for, as of now."""
        self._store = store
        self._asked = asked
        self._moment = moment
        self._sight = sight
        self._provenances = Provenances(store, asked, asked.wanted(ASSOCIATED, moment), sight)
        found = criteria_of(store.registry, asked.filters, store.zone, lenient=True)
        self._filters = {kind: passing(store.extractor, one) for kind, one in found.items()}

    async def streams(self) -> list[Stream]:
        present = await self._store.vault.partitions.present(self._store.pool)
        return self._asked.streams(present)

    async def part(
        self, stream: Stream, after: Place, sink: Sink, told: Told, upto: Place | None = None
    ) -> Made:
        """The lines behind `after`, up to a file's worth, or all up to `upto`."""
        made = Made(after, await self._store.pool.fetchval(NOW))
        wanted = self._asked.wanted(stream, self._moment)
        async with self._store.at_moment(self._sight, wanted) as reading:
            await self._read(reading, stream, made, sink, told, upto)
            made.last = made.upto >= reading.end
        return made

    async def _read(
        self, reading: AtMoment, stream: Stream, made: Made, sink: Sink, told: Told,
        upto: Place | None,
    ) -> None:  # fmt: skip
        """A slice is read while the one before is compressed, sealed and written."""
        writing: asyncio.Future[None] | None = None
        slices: AsyncIterator[Slice] = reading.slices(made.upto, upto)
        try:
            async with aclosing(slices) as found:  # type: ignore[type-var]
                async for one in found:
                    items = one.items
                    if stream == ASSOCIATED and self._asked.associated:
                        items = await self._provenances.chosen(items)
                    lines = self._lines(stream, items)
                    if writing is not None:
                        await writing
                    if lines:
                        text = b"\n".join(lines) + b"\n"
                        writing = asyncio.ensure_future(asyncio.to_thread(sink.write, text))
                        made.size += len(text)
                    _count(made, one, len(lines))
                    told(len(lines))
                    if upto is None and made.size >= MAX_EXPORT_FILE_BYTES:
                        break
        finally:
            if writing is not None:
                await asyncio.wait((writing,))
        if writing is not None:
            writing.result()

    def _lines(self, stream: Stream, items: Sequence[Item]) -> list[bytes]:
        if stream.kind == "deleted":
            return list(_deletions(stream.type, items, self._moment))
        bodies = [item.body for item in items]
        if passes := self._filters.get(stream.type):
            bodies = [body for body in bodies if passes(body)]
        cut = excerpt(self._store.registry, "", self._asked.elements_of(stream.type))
        return bodies if cut is None else [cut(body) for body in bodies]


def _count(made: Made, one: Slice, lines: int) -> None:
    made.upto = one.upto
    made.count += lines
    made.patients.update(item.patient for item in one.items if item.patient != NO_PATIENT)
    made.unreadable += one.unreadable


def _deletions(kind: str, items: Sequence[Item], moment: datetime) -> Iterable[bytes]:
    """Bundles that say what was deleted (Bulk Data 2.0, “deleted”)."""
    for start in range(0, len(items), DELETIONS_TOGETHER):
        part = items[start : start + DELETIONS_TOGETHER]
        urls = [f"{kind}/{head(item.body, kind)[0]}" for item in part]
        bundle: dict[str, Any] = {
            "resourceType": "Bundle",
            "meta": {"lastUpdated": instant(moment)},
            "type": "transaction",
            "entry": [{"request": {"method": "DELETE", "url": url}} for url in urls],
        }
        yield encode(bundle)


def faults(kind: str, keys: Sequence[int]) -> list[bytes]:
    """An OperationOutcome for each row that did not open, named by its pseudonymous key."""
    issues = (
        Issue(
            code="exception", rule="store.body-unreadable", phrase=phrases.BODY_UNREADABLE,
            details={"type": kind, "row": str(key)},
        )
        for key in keys
    )  # fmt: skip
    return [encode(operation_outcome([issue], "en")) for issue in issues]
