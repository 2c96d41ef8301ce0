"""A group of changes carried out in one statement, which commits by itself.

Rows, former versions, audit entries and the outbox's row are parts of it: all are written, or none
is. A transaction takes five messages to the server and back, or six; this takes one, and one before
it to look at what is to be replaced. Nothing is locked in between: what is replaced must still be
the row that was looked at, else the statement fails.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from hygie.refusal import Refused
from hygie.store.auditing import entry_for_resource
from hygie.store.contract import StoredResource
from hygie.store.database import Connection
from hygie.store.outages import AWAY, OutcomeUnknownError
from hygie.store.outbox import NOTIFIED, Outbox, keeping
from hygie.store.tables import row_sets
from hygie.store.tables.rows import WRITTEN
from hygie.store.vault import Opened, Vault
from hygie.store.writing.changes import Change, Written
from hygie.store.writing.engine import Row, decided, drafted
from hygie.store.writing.holding import Held, look
from hygie.trace import AuditEntry, AuditTrail, Context

MAX_STATEMENTS: Final = 1_024
"""Texts kept: a few of each type."""


class Asked(NamedTuple):
    """One write, and who wants it."""

    context: Context
    change: Change


class _Rows(NamedTuple):
    """What one statement writes of one type."""

    type: str
    new: Sequence[Row]
    replaced: Sequence[Row]
    """Of `row_sets.SEEN`."""
    usable_until: datetime
    """When the statement must have begun: then whoever replaces a key it used waits for its end."""
    version: int
    """Of the rules by which they are filed: it must still be that of the database."""


Outcomes = list[Written | Refused]


class AtOnce:
    """Writes groups of one type."""

    def __init__(self, vault: Vault, trail: AuditTrail, outbox: Outbox) -> None:
        self._vault = vault
        self._trail = trail
        self._outbox = outbox

    async def write(
        self, connection: Connection, group: Sequence[Asked], now: datetime
    ) -> Outcomes | None:
        """What each came to; None, and nothing done, for what must hold locks while it looks.

        Raises what the database raises, and `OutcomeUnknownError`: then nothing was done, or it is
        not known. No two of the group may have one key.
        """
        changes = [asked.change for asked in group]
        usable_until = self._vault.keys.news.usable_until()
        held = await look(connection, self._vault, changes)
        if not all(map(_can_wait, changes, [held.get((c.type, c.key)) for c in changes])):
            return None
        version = self._vault.rules.version  # before anything is awaited: what follows is by it
        outcomes, ciphers = await decided(self._vault, changes, held, now)
        entries, stored = told(self._vault, group, outcomes)
        if entries:
            written = [one for one in outcomes if isinstance(one, Written)]
            new, replaced = drafted(self._vault, changes[0].type, written, ciphers)
            seen = [_seen(row, changes[0].type, held) for row in replaced]
            rows = _Rows(changes[0].type, new, seen, usable_until, version)
            await self._run(connection, rows, entries, stored)
        return outcomes

    async def _run(
        self,
        connection: Connection,
        rows: _Rows,
        entries: Sequence[AuditEntry],
        stored: Sequence[StoredResource],
    ) -> None:
        values: list[Any] = [rows.usable_until, rows.version]
        if rows.new:
            values += row_sets.columns(WRITTEN, rows.new)
        if rows.replaced:
            values += row_sets.columns(row_sets.SEEN, rows.replaced)
        values += self._outbox.values(stored)
        attached = self._trail.attached(entries, len(values) + 1)
        values += attached.values
        relation = self._vault.partitions.relation(rows.type)
        text = _statement(
            relation, attached.statement, creates=bool(rows.new), replaces=bool(rows.replaced)
        )
        try:
            await connection.fetch(text, *values)
        except AWAY as error:
            if isinstance(error, ValueError):  # asyncpg's word for a bad parameter
                raise
            raise OutcomeUnknownError from error


def told(
    vault: Vault, group: Sequence[Asked], outcomes: Sequence[Written | Refused]
) -> tuple[list[AuditEntry], list[StoredResource]]:
    """The audit entries of what is written, and the versions that the outbox tells of."""
    entries, stored = [], []
    for (context, _), one in zip(group, outcomes, strict=True):
        if isinstance(one, Written) and one.draft is not None:
            version = one.draft.stored
            entries.append(
                entry_for_resource(context, one.action, vault.keyring, version, one.patient)
            )
            stored.append(version)
    return entries, stored


def _can_wait(change: Change, present: Opened | Refused | None) -> bool:
    """Whether a change needs no lock: what has no row could be made meanwhile, unseen."""
    absent = present is None and change.proposal is not None and change.presence != "fresh"
    return not absent or not change.makes


def _seen(row: Row, kind: str, held: Held) -> Row:
    """`row_sets.SEEN` of what replaces a row that was looked at, and opened."""
    present = cast("Opened", held[kind, row[WRITTEN.index("key")]])
    return (*row, present.record["xmin"])


@lru_cache(MAX_STATEMENTS)
def _statement(relation: str, kept_entries: str, *, creates: bool, replaces: bool) -> str:
    """Its parameters: when it must have begun, by which rules, new rows, replaced rows, the
    outbox's, those of the entries. It fails (division by zero) when it must not be done.
    """
    parts: list[str] = []
    conditions = [
        "statement_timestamp() < $1::timestamptz",
        "(SELECT version FROM hygie.index_version) = $2::bigint",
    ]
    first = 3
    if creates:
        parts.append(f"created AS ({row_sets.creation(relation, first)})")
        first += len(WRITTEN)
    if replaces:
        keys = first + row_sets.SEEN.index("key")
        replacement = row_sets.replacement(relation, row_sets.SEEN, first)
        parts.append(f"given AS MATERIALIZED ({replacement.given})")
        parts.append(f"archived AS ({replacement.archived})")
        parts.append(f"replaced AS ({replacement.replaced} RETURNING 1)")
        conditions.append(f"(SELECT count(*) FROM replaced) = cardinality(${keys})")  # noqa: S608
        first += len(row_sets.SEEN)
    parts.append(f"kept AS ({keeping(first)})")
    parts.append(f"entered AS ({kept_entries})")
    whole = " AND ".join(conditions)
    return f"WITH {', '.join(parts)} SELECT 1 / ({whole})::integer, ({NOTIFIED})"
