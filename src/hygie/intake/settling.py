"""From an admitted message to its outcome: filed, or quarantined with the reason.

A message and its inbox state commit together. What fails rolls back to where it began, alone: the
others of its round are filed.
"""

import logging
from collections.abc import Sequence

import asyncpg

from hygie.intake import phrases
from hygie.intake.bundles import as_transaction
from hygie.intake.filing.events import file_message
from hygie.intake.filing.reports import file_cda
from hygie.intake.filing.work import Rooms, Work
from hygie.intake.inbox import Admission, Inbox
from hygie.intake.values import Receipt, State
from hygie.refusal import Issue, Refused
from hygie.store.database import RETRIED
from hygie.store.interactions import creating, updating
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

_logger = logging.getLogger(__name__)
_INFRASTRUCTURE = (
    *RETRIED,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
)
"""Failures of what is around, not of the message: it stays `received` and is tried again."""
_NOT_FOR_QUARANTINE = frozenset({"event.acknowledgement"})
"""Nobody can repair these: refused, and kept."""

Outcome = tuple[State, tuple[Issue, ...], str]
"""State, issues, subject."""


class Settler:
    def __init__(self, store: Store, inbox: Inbox, rooms: Rooms) -> None:
        self._store = store
        self._inbox = inbox
        self._rooms = rooms

    async def settle(self, admissions: Sequence[Admission]) -> list[Receipt]:
        """Receipts in the order given. Those not `received` were decided at admission."""
        outcomes: dict[int, Outcome] = {}
        waiting: list[Admission] = []
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
        return [_receipt(admission, outcomes.get(admission.id)) for admission in admissions]

    async def _round(self, admissions: Sequence[Admission]) -> dict[int, Outcome]:
        """Several messages in one transaction, each in a savepoint of its own."""
        if not admissions:
            return {}

        async def work(tx: Transaction) -> dict[int, Outcome]:
            return {admission.id: await self._one(tx, admission) for admission in admissions}

        return await self._store.run(_context(admissions[0], admissions[-1]), work)

    async def _one(self, tx: Transaction, admission: Admission) -> Outcome:
        try:
            async with tx.connection.transaction():
                if not await self._inbox.hold(tx.connection, admission.id):
                    return "filed", (), ""
                outcome = await self._file(tx, admission)
                await self._inbox.settle(tx.connection, admission, *outcome)
                await tx.flush(self._store.trail)
        except Refused as refused:
            outcome = _refused(refused.refusal.issues)
        except _INFRASTRUCTURE:
            raise
        except Exception as error:  # a bug met by one message must not stop the feed
            outcome = _unexpected(error)
        else:
            return outcome
        tx.entries()  # the audit entries of what was rolled back
        await self._inbox.settle(tx.connection, admission, *outcome)
        return outcome

    async def _file(self, tx: Transaction, admission: Admission) -> Outcome:
        arrival, work = admission.arrival, Work(self._rooms, tx)
        if arrival.message is not None:
            work.warnings += arrival.message.warnings
            await file_message(work, arrival.message)
        elif arrival.resource is not None:
            resource = arrival.resource
            step = updating(resource) if "id" in resource else creating(resource)
            await self._rooms.repository.apply(tx, [step])
        else:
            await file_cda(work, arrival.raw)
            await work.finish()
        return "filed", tuple(work.warnings), work.subject

    async def _bundle(self, admission: Admission) -> Outcome:
        """A Bundle commits in a transaction of its own, its inbox state with it."""

        async def hook(tx: Transaction) -> None:
            await self._inbox.settle(tx.connection, admission, "filed")

        try:
            bundle = as_transaction(admission.arrival.resource or {})
            context = _context(admission, admission)
            if bundle["type"] == "transaction":
                await self._rooms.repository.bundle(context, bundle, hook=hook)
            else:
                return (await self._round([admission]))[admission.id]
        except Refused as refused:
            outcome = _refused(refused.refusal.issues)
        except _INFRASTRUCTURE:
            raise
        except Exception as error:
            outcome = _unexpected(error)
        else:
            return "filed", (), ""
        async with self._store.pool.acquire() as connection:
            await self._inbox.settle(connection, admission, *outcome)
        return outcome


def _receipt(admission: Admission, outcome: Outcome | None) -> Receipt:
    arrival = admission.arrival
    state, issues, _ = outcome or (admission.state, admission.issues, "")
    return Receipt(
        id=admission.id, state=state, kind=arrival.kind, event=arrival.event,
        control_id=arrival.control_id, issues=issues, answered=state, original=admission.original,
    )  # fmt: skip


def _refused(issues: tuple[Issue, ...]) -> Outcome:
    final = bool(issues) and issues[0].rule in _NOT_FOR_QUARANTINE
    return "refused" if final else "quarantined", issues, ""


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
