"""From an admitted message to its outcome: filed, or quarantined with the reason.

A message and its inbox state commit together. Messages settled together share a transaction. One
that is refused before it has written anything leaves the others alone; one that fails later is set
apart, and the others begin again. When the database fails and it is not known because of which,
each half is tried by itself, until it is.

Lanes are kept from other processes; what came before in one of them, and still waits, goes first.

Several may have one message in hand: who admitted it, who meets it again, a server that starts. Its
entry is held before its state changes; who comes second leaves all as it is, and tells of that.

What is around a message may fail: then it stays `received`, and is tried again later.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

import asyncpg

from hygie.intake.bundles import as_transaction
from hygie.intake.failures import previous_waits
from hygie.intake.filing.arrivals import file_arrival
from hygie.intake.filing.work import Rooms, Work
from hygie.intake.inbox import Admission, Inbox, Outcome
from hygie.intake.lanes import rounds
from hygie.intake.outcomes import delayed, receipt_of, refused_outcome, unexpected
from hygie.intake.reopening import Reopening
from hygie.intake.settlers.values import AT_ONCE
from hygie.intake.values import Receipt
from hygie.limits.gateway import MAX_MESSAGES_TOGETHER
from hygie.nomenclature.mapping.concepts import enrich
from hygie.refusal import Category, Refused
from hygie.store.database import RETRIED
from hygie.store.outages import AWAY, UNAVAILABLE
from hygie.store.side_by_side import side_by_side
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import AuditEntry, Context

_INFRASTRUCTURE: Final = (*RETRIED, *UNAVAILABLE)
_FOR_ALL: Final = (*AWAY, asyncpg.DiskFullError, asyncpg.TooManyConnectionsError)
"""Failures that no message is the cause of: no need to look for it. Locks and memory of the
database may run out because of one."""
_DID: Final = ("filed", "duplicate")
"""Others tell of nothing done."""


class _SpoiledError(Exception):
    """The transaction cannot go on: a message failed after it had written, or by a bug."""

    def __init__(self, admission: Admission, outcome: Outcome) -> None:
        super().__init__()
        self.admission = admission
        self.outcome = outcome


class _Done(NamedTuple):
    """A message that is filed, or is not to be; within a transaction."""

    admission: Admission
    outcome: Outcome
    entries: Sequence[AuditEntry]
    met: set[str]


class _EarlierError(Exception):
    """There are entries that go first."""

    def __init__(self, entries: Sequence[int]) -> None:
        super().__init__()
        self.entries = entries


class _SettledError(Exception):
    """Somebody else has settled the message: what this transaction did is to be undone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class Settler:
    """In this process. Safe for concurrent use by tasks, and beside other processes."""

    at_once: Final = AT_ONCE

    def __init__(self, store: Store, inbox: Inbox, reopening: Reopening, rooms: Rooms) -> None:
        self._store = store
        self._inbox = inbox
        self._reopening = reopening
        self._rooms = rooms

    async def settle(self, admissions: Sequence[Admission]) -> list[Receipt]:
        """Receipts in the order given: what is so once this returns, whoever made it so. Those
        not `received` were decided at admission."""
        outcomes: dict[int, Outcome] = {}
        waiting: list[Admission] = []
        await self._rooms.refresh()
        for admission in admissions:
            if admission.state != "received":
                continue
            if admission.arrival.is_bundle:
                outcomes |= await self._round(waiting)
                waiting = []
                outcomes[admission.id] = await self._bundle(admission)
            else:
                waiting.append(admission)
        outcomes |= await self._round(waiting)
        return [receipt_of(admission, outcomes.get(admission.id)) for admission in admissions]

    async def put_off(self, admissions: Sequence[Admission], why: Refused) -> list[Receipt]:
        """Tried again later, because of something around them (BUSY): `received`, until then."""
        outcomes = await self._given_up(admissions, why)
        return [receipt_of(admission, outcomes.get(admission.id)) for admission in admissions]

    async def give_up(self, admission: Admission, outcome: Outcome) -> Receipt:
        """What is not to be tried again, unless somebody else has settled it."""
        return receipt_of(admission, await self._failed(admission, outcome))

    async def _round(
        self, admissions: Sequence[Admission], tried: frozenset[int] = frozenset()
    ) -> dict[int, Outcome]:
        """Several messages in as few transactions as can be. `tried`: entries that were, and may
        have to wait: what comes after these in one of their lanes waits as well."""
        if not admissions:
            return {}
        try:
            return await self._together(admissions)
        except _EarlierError as earlier:
            return await self._after(frozenset(earlier.entries), admissions, tried)
        except _SpoiledError as spoiled:
            culprit, outcome = spoiled.admission, spoiled.outcome
            others = [admission for admission in admissions if admission.id != culprit.id]
            failed = {culprit.id: await self._failed(culprit, outcome)}
            return failed | await self._round(others, tried | {culprit.id})
        except Exception as error:
            if isinstance(error, _FOR_ALL) and _is_around(error):
                return await self._given_up(admissions, error)
            return await self._halved(admissions, error, tried)

    async def _halved(
        self, admissions: Sequence[Admission], error: Exception, tried: frozenset[int]
    ) -> dict[int, Outcome]:
        """Each half by itself: one of these messages is in the way of the others."""
        if len(admissions) == 1:
            return await self._given_up(admissions, error)
        half = len(admissions) // 2
        outcomes = await self._round(admissions[:half], tried)
        return outcomes | await self._round(admissions[half:], tried | outcomes.keys())

    async def _after(
        self, earlier: frozenset[int], admissions: Sequence[Admission], tried: frozenset[int]
    ) -> dict[int, Outcome]:
        """All in the order they came. There may be many before, and their contents are read: so
        many at one time."""
        if earlier <= tried:
            return await self._halved(admissions, previous_waits(), tried)
        ours = {admission.id: admission for admission in admissions}
        outcomes: dict[int, Outcome] = {}
        entries = sorted((earlier - tried) | ours.keys())
        for start in range(0, len(entries), MAX_MESSAGES_TOGETHER):
            part = entries[start : start + MAX_MESSAGES_TOGETHER]
            theirs = await self._reopening.received([one for one in part if one not in ours])
            these = [*theirs, *(ours[one] for one in part if one in ours)]
            in_order = sorted(these, key=lambda one: one.id)
            outcomes |= await self._round(in_order, tried | earlier | outcomes.keys())
        return outcomes

    async def _together(self, admissions: Sequence[Admission]) -> dict[int, Outcome]:
        met: set[str] = set()

        async def work(tx: Transaction) -> dict[int, Outcome]:
            await self._inbox.enter(tx.connection, admissions)
            by_others = await self._inbox.hold(tx.connection, [a.id for a in admissions])
            ours = [admission for admission in admissions if admission.id not in by_others]
            if earlier := await self._inbox.earlier(tx.connection, ours):
                raise _EarlierError(earlier)
            done: list[_Done] = []
            for these in rounds(ours):
                done += await side_by_side(tx, [partial(self._one, one) for one in these])
            await self._inbox.settle(tx.connection, [(one.admission, one.outcome) for one in done])
            entries = [entry for one in done for entry in one.entries]
            await self._store.trail.append(tx.connection, entries)
            met.update(*(one.met for one in done))
            return by_others | {one.admission.id: one.outcome for one in done}

        outcomes = await self._store.run(_context(admissions[0], admissions[-1]), work)
        self._rooms.remember(met)
        return outcomes

    async def _one(self, admission: Admission, tx: Transaction) -> _Done:
        work = Work(self._rooms, tx, admission)
        try:
            outcome = await file_arrival(work)
        except Refused as refused:
            if refused.refusal.category is Category.BUSY:
                raise
            outcome = refused_outcome(refused.refusal.issues)
            if work.wrote:
                raise _SpoiledError(admission, outcome) from None
        except (asyncpg.PostgresError, *_INFRASTRUCTURE):
            raise
        except Exception as error:  # a bug met by one message must not stop the feed
            raise _SpoiledError(admission, unexpected(error)) from None
        entries = tx.entries()  # those of a message that failed tell of nothing done
        return _Done(admission, outcome, entries if outcome[0] in _DID else [], work.met)

    async def _bundle(self, admission: Admission) -> Outcome:
        """A Bundle commits in a transaction of its own, its inbox state with it."""
        done: Outcome = ("filed", (), "")

        async def hook(tx: Transaction) -> None:
            by_others = await self._inbox.hold(tx.connection, [admission.id])
            if by_others:
                raise _SettledError(by_others[admission.id])
            await self._inbox.settle(tx.connection, [(admission, done)])

        try:
            bundle = as_transaction(admission.arrival.resource or {})
            enrich(bundle, self._rooms.correspondences)
            if bundle["type"] != "transaction":
                return (await self._round([admission]))[admission.id]
            context = _context(admission, admission)
            repository = self._rooms.repository.under(admission.arrival.source)
            await repository.bundle(context, bundle, hook=hook)
        except _SettledError as settled:
            return settled.outcome
        except Exception as error:
            return (await self._given_up([admission], error))[admission.id]
        return done

    async def _given_up(
        self, admissions: Sequence[Admission], error: Exception
    ) -> dict[int, Outcome]:
        """Tried again later, but for what one message is to blame for."""
        if not _is_around(error):
            [admission] = admissions
            if isinstance(error, Refused):
                outcome = refused_outcome(error.refusal.issues)
            else:
                outcome = unexpected(error)
            return {admission.id: await self._failed(admission, outcome)}
        with suppress(*_INFRASTRUCTURE):
            await self._inbox.postpone([admission.id for admission in admissions])
        return dict.fromkeys([admission.id for admission in admissions], delayed(error))

    async def _failed(self, admission: Admission, outcome: Outcome) -> Outcome:
        try:
            async with self._store.pool.acquire() as connection, connection.transaction():
                by_others = await self._inbox.hold(connection, [admission.id])
                if not by_others:
                    await self._inbox.settle(connection, [(admission, outcome)])
        except _INFRASTRUCTURE as error:
            return (await self._given_up([admission], error))[admission.id]
        return by_others.get(admission.id, outcome)


def _is_around(error: Exception) -> bool:
    """Whether it is a failure of what is around, not of the message."""
    if isinstance(error, Refused):
        return error.refusal.category is Category.BUSY
    bad_parameter = isinstance(error, ValueError)  # asyncpg's word for it
    return isinstance(error, _INFRASTRUCTURE) and not bad_parameter


def _context(first: Admission, last: Admission) -> Context:
    span = f"inbox/{first.id}" if first.id == last.id else f"inbox/{first.id}-{last.id}"
    return Context(actor="intake", kind="system", purpose="TREAT", request=span)
