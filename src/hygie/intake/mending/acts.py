"""Who did what about a message, and why: rows of hygie.inbox_act, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

import msgspec

from hygie.intake.mending import phrases
from hygie.limits.gateway import MAX_MOTIVE_CHARACTERS
from hygie.refusal import Category, refuse
from hygie.store.database import Connection, Pool
from hygie.store.keys.keyring import Keyring

Name = Literal["corrected", "discarded", "taken-back", "replayed"]
_PURPOSE: Final = "inbox.act"
_NOTE: Final = (
    "INSERT INTO hygie.inbox_act (entry, act, sealed) SELECT unnest($1::bigint[]), $2, $3"
)
_ACTS: Final = "SELECT entry, at, act, sealed FROM hygie.inbox_act WHERE entry = $1 ORDER BY id"


class Act(NamedTuple):
    """One thing that somebody did about one message."""

    at: datetime
    name: Name
    by: str
    motive: str


def require_motive(motive: str) -> str:
    """The motive without blanks around. Refused (INVALID) when there is none, or a novel."""
    motive = motive.strip()
    if not motive or len(motive) > MAX_MOTIVE_CHARACTERS:
        raise refuse(
            Category.INVALID, "intake.motive", phrases.NO_MOTIVE, code="required",
            limit=str(MAX_MOTIVE_CHARACTERS),
        )  # fmt: skip
    return motive


class Acts:
    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring

    async def note(
        self, connection: Connection, entries: Sequence[int], name: Name, by: str, motive: str
    ) -> None:
        """Within the caller's transaction."""
        sealed = self._keyring.seal(msgspec.json.encode((by, motive)), _PURPOSE)
        await connection.execute(_NOTE, list(entries), name, sealed)

    async def of(self, entry: int) -> list[Act]:
        """The oldest first."""
        return [
            Act(row["at"], row["act"], *self._opened(row["sealed"]))
            for row in await self._pool.fetch(_ACTS, entry)
        ]

    def _opened(self, sealed: bytes) -> tuple[str, str]:
        return msgspec.json.decode(self._keyring.open(sealed, _PURPOSE), type=tuple[str, str])
