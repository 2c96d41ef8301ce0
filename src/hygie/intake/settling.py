"""From an admitted message to its outcome: filed, or quarantined with the reason.

A message and its inbox state commit together. Messages of a round share a transaction; one that is
refused before it has written anything leaves the others alone, one that fails later sends them all
back, each to a transaction of its own.

Several may have one message in hand: who admitted it, who meets it again, a server that starts. Its
entry is held before its state changes; who comes second leaves all as it is, and tells of that.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from hygie.intake import phrases
from hygie.intake.bundles import as_transaction
from hygie.intake.filing.arrivals import file_arrival
from hygie.intake.filing.work import Rooms, Work
from hygie.intake.inbox import Admission, Inbox, Outcome
from hygie.intake.lanes import rounds
from hygie.intake.values import Receipt
from hygie.nomenclature.mapping.concepts import enrich
from hygie.refusal import Issue, Refused, has_errors
from hygie.store.database import RETRIED
from hygie.store.outages import UNAVAILABLE
from hygie.store.side_by_side import side_by_side
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import AuditEntry, Context

_logger = logging.getLogger(__name__)
INFRASTRUCTURE = (*RETRIED, *UNAVAILABLE)
"""Failures of what is around, not of the message: it stays `received` and is tried again."""
_NOT_FOR_QUARANTINE = frozenset({"event.acknowledgement"})
"""Nobody can repair these: refused, and kept."""


_DID = ("filed", "duplicate")


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


class _SettledError(Exception):
    """Somebody else has settled the message: what this transaction did is to be undone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class Settler:
    def __init__(self, store: Store, inbox: Inbox, rooms: Rooms) -> None:
        self._store = store
        self._inbox = inbox
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

    async def _round(self, admissions: Sequence[Admission]) -> dict[int, Outcome]:
        """Several messages in one transaction; when one spoils it, again without that one."""
        found: dict[int, Outcome] = {}
        left = list(admissions)
        while left:
            try:
                return found | await self._together(left)
            except _SpoiledError as spoiled:
                culprit, outcome = spoiled.admission, spoiled.outcome
            found[culprit.id] = await self._failed(culprit, outcome)
            left = [admission for admission in left if admission.id != culprit.id]
        return found

    async def _together(self, admissions: Sequence[Admission]) -> dict[int, Outcome]:
        met: set[str] = set()

        async def work(tx: Transaction) -> dict[int, Outcome]:
            by_others = await self._inbox.hold(tx.connection, [a.id for a in admissions])
            ours = [admission for admission in admissions if admission.id not in by_others]
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
            outcome = refused_outcome(refused.refusal.issues)
            if work.wrote:
                raise _SpoiledError(admission, outcome) from None
        except INFRASTRUCTURE:
            raise
        except Exception as error:  # a bug met by one message must not stop the feed
            raise _SpoiledError(admission, _unexpected(error)) from None
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
        except Refused as refused:
            return await self._failed(admission, refused_outcome(refused.refusal.issues))
        except INFRASTRUCTURE:
            raise
        except Exception as error:  # as above
            return await self._failed(admission, _unexpected(error))
        return done

    async def _failed(self, admission: Admission, outcome: Outcome) -> Outcome:
        async with self._store.pool.acquire() as connection, connection.transaction():
            by_others = await self._inbox.hold(connection, [admission.id])
            if not by_others:
                await self._inbox.settle(connection, [(admission, outcome)])
        return by_others.get(admission.id, outcome)


def receipt_of(admission: Admission, outcome: Outcome | None = None) -> Receipt:
    """What is told of a message; without `outcome`, as it was admitted."""
    arrival = admission.arrival
    state, issues, _ = outcome or (admission.state, admission.issues, "")
    return Receipt(
        id=admission.id, state=state, kind=arrival.kind, event=arrival.event,
        control_id=arrival.control_id, issues=issues,
        answered="filed" if state == "duplicate" else state, original=admission.original,
    )  # fmt: skip


def refused_outcome(issues: tuple[Issue, ...]) -> Outcome:
    final = bool(issues) and issues[0].rule in _NOT_FOR_QUARANTINE
    final |= any(issue.severity == "fatal" for issue in issues)  # so the policy of the source says
    issues = tuple(sorted(issues, key=_is_remark))  # the first is the reason that is shown
    return "refused" if final else "quarantined", issues, ""


def _is_remark(issue: Issue) -> bool:
    return not has_errors((issue,))


def _unexpected(error: Exception) -> Outcome:
    """The type of the error is said, its text is not: it may hold health data."""
    name = type(error).__name__
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else ""
    _logger.error("A message could not be filed: %s in %s", name, line)
    issue = Issue(
        severity="fatal", code="exception", rule="intake.unexpected", phrase=phrases.UNEXPECTED,
        details={"error": f"{name} {line}"},
    )  # fmt: skip
    return "quarantined", (issue,), ""


def _context(first: Admission, last: Admission) -> Context:
    span = f"inbox/{first.id}" if first.id == last.id else f"inbox/{first.id}-{last.id}"
    return Context(actor="intake", kind="system", purpose="care", request=span)
