"""What was asked of the background: counts of codes in use, mappings applied to history, undone.

A row is a request and how far it came; whichever process holds the lease does it. One that died is
taken up from its beginning: what it had already written is found to be there, and left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from hygie.nomenclature.mapping import phrases
from hygie.nomenclature.mapping.correspondences import Target
from hygie.refusal import Category, refuse
from hygie.store.database import Pool, Record
from hygie.store.keys.keyring import Keyring
from hygie.trace import ActorKind, Context

Kind = Literal["count", "apply", "undo"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
PURPOSE: Final = "nomenclature.run"
_ASK: Final = """
INSERT INTO hygie.mapping_run (kind, sealed) SELECT $1, $2
WHERE NOT EXISTS (SELECT FROM hygie.mapping_run WHERE state IN ('waiting', 'running'))
RETURNING number
"""
_COLUMNS: Final = "number, kind, state, asked, finished, total, done, changed, refused, sealed"
_LATEST: Final = f"SELECT {_COLUMNS} FROM hygie.mapping_run ORDER BY number DESC LIMIT $1"  # noqa: S608 - ours
_NEXT: Final = f"""
UPDATE hygie.mapping_run SET state = 'running', total = 0, done = 0, changed = 0, refused = 0
WHERE number = (SELECT min(number) FROM hygie.mapping_run WHERE state IN ('waiting', 'running'))
RETURNING {_COLUMNS}
"""  # noqa: S608 - ours
_ADVANCE: Final = """
UPDATE hygie.mapping_run
SET total = $2, done = done + $3, changed = changed + $4, refused = refused + $5
WHERE number = $1 AND state = 'running' RETURNING number
"""
_END: Final = """
UPDATE hygie.mapping_run SET state = $2, finished = now() WHERE number = $1 AND state = 'running'
"""
_CANCEL: Final = """
UPDATE hygie.mapping_run SET state = 'cancelled', finished = now()
WHERE number = $1 AND state IN ('waiting', 'running')
"""


class Wanted(msgspec.Struct, frozen=True):
    """Who asked, and of which code: of all, when `code` is ""."""

    actor: str
    kind: ActorKind = "account"
    system: str = ""
    code: str = ""
    targets: tuple[Target, ...] = ()
    """Of `apply` and `undo`: what the code stood for when it was asked."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """`done` of `total` resources were read; `changed` were written, `refused` could not be."""

    number: int
    kind: Kind
    state: State
    asked: datetime
    finished: datetime | None
    total: int
    done: int
    changed: int
    refused: int
    wanted: Wanted


class Runs:
    """The requests of one store."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring

    async def ask(self, context: Context, kind: Kind, wanted: Wanted | None = None) -> int:
        """The number of the run. Refused (CONFLICT) while another is under way."""
        asked = wanted or Wanted(context.actor)
        sealed = self._keyring.seal(msgspec.msgpack.encode(asked), PURPOSE)
        number = await self._pool.fetchval(_ASK, kind, sealed)
        if number is None:
            raise refuse(
                Category.CONFLICT, "mapping.under-way", phrases.ALREADY_ASKED, code="conflict"
            )
        return int(number)

    async def latest(self, limit: int = 20) -> list[Run]:
        """The last ones, newest first."""
        return self._runs(await self._pool.fetch(_LATEST, limit))

    async def cancel(self, number: int) -> None:
        """What it has written stays; it can be undone by a run of its own."""
        await self._pool.execute(_CANCEL, number)

    async def take(self) -> Run | None:
        """The next to be done, by whoever holds the lease."""
        found = self._runs(await self._pool.fetch(_NEXT))
        return found[0] if found else None

    async def advance(self, run: Run, total: int, done: int, changed: int, refused: int) -> bool:
        """False once it was cancelled."""
        values = run.number, total, done, changed, refused
        return await self._pool.fetchval(_ADVANCE, *values) is not None

    async def end(self, run: Run, state: State) -> None:
        await self._pool.execute(_END, run.number, state)

    def _runs(self, rows: Sequence[Record]) -> list[Run]:
        return [self._run(row) for row in rows]

    def _run(self, row: Record) -> Run:
        wanted = self._keyring.open(row["sealed"], PURPOSE)
        fields = {name: row[name] for name in row.keys() if name != "sealed"}  # noqa: SIM118 - a Record
        return Run(**fields, wanted=msgspec.msgpack.decode(wanted, type=Wanted))
