"""A dry run: what a message would do, done in a transaction that is undone.

Nothing stays but the entry in the audit trail that the patient's data were looked at.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec

from hygie.fhir.codec import decode
from hygie.intake.arrival import Arrival
from hygie.intake.filing.arrivals import file_arrival
from hygie.intake.filing.work import Rooms, Work
from hygie.intake.inbox import Admission, Outcome
from hygie.intake.outcomes import refused_outcome
from hygie.intake.values import State
from hygie.refusal import Issue, Refused
from hygie.sight import EVERYTHING
from hygie.store.contract import Resource
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import AuditEntry, Context

_LOOKS: Final = ("read", "search")


class Effect(NamedTuple):
    """One resource, before and after; `before` is None for a new one."""

    before: Resource | None
    after: Resource


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a message, were it received now."""

    state: State
    event: str
    issues: tuple[Issue, ...]
    """Why it would not be filed, or warnings about what would be."""
    effects: Sequence[Effect]
    """Empty when nothing would be written."""
    adaptations: tuple[str, ...] = ()
    """Ids of the changes of the source's set that changed the message, in order."""


class _UndoneError(Exception):
    """Ends the transaction of a trial."""


async def try_out(store: Store, rooms: Rooms, arrival: Arrival, context: Context) -> Trial:
    """The trial of a message."""
    await rooms.refresh()
    context = msgspec.structs.replace(
        context, sight=EVERYTHING
    )  # it is filed as by the gateway, for who asks
    met: list[AuditEntry] = []
    written: list[Resource] = []
    fired: tuple[str, ...] = ()
    outcome: Outcome = "received", (), ""

    async def work(tx: Transaction) -> None:
        nonlocal outcome, fired
        one = Work(rooms, tx, Admission(0, arrival, "received", ()))
        try:
            outcome = await file_arrival(one)
        except Refused as refused:
            outcome = refused_outcome(refused.refusal.issues)
        fired = one.fired
        written[:] = one.written if outcome[0] == "filed" else ()
        met[:] = [entry for entry in tx.entries() if entry.action in _LOOKS]
        raise _UndoneError

    with suppress(_UndoneError):
        await store.run(context, work)
    for entry in met:
        await store.trail.record(entry)
    effects = [await _effect(store, context, after) for after in written]
    return Trial(
        state=outcome[0], event=arrival.event, issues=outcome[1], effects=effects,
        adaptations=fired,
    )  # fmt: skip


async def _effect(store: Store, context: Context, after: Resource) -> Effect:
    try:
        stored = await store.read(context, after["resourceType"], after["id"])
    except Refused:
        return Effect(None, after)
    return Effect(decode(stored.body), after)
