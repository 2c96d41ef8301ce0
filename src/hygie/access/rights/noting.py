"""A change of rights, on record: once for each change, however many processes start at once."""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from hygie.access.rights.rights import Rights
from hygie.access.sealing import seal, unseal
from hygie.trace import AuditEntry, AuditTrail, Context, Sealer

COMPONENT: Final = Context(actor="rights", kind="system", purpose="HSYSADMIN")
_PLACE: Final = """
INSERT INTO hygie.rights_in_force (sealed, since) VALUES ('', $1) ON CONFLICT DO NOTHING
"""
_LAST: Final = "SELECT sealed FROM hygie.rights_in_force FOR UPDATE"
_NOW: Final = "UPDATE hygie.rights_in_force SET sealed = $1, since = $2"


class Noted(msgspec.Struct, frozen=True):
    """The rights of one start."""

    version: int
    digest: str

    def __str__(self) -> str:
        return f"version {self.version} ({self.digest})"


async def note_rights(
    pool: asyncpg.Pool, sealer: Sealer, trail: AuditTrail, rights: Rights, now: datetime
) -> bool:
    """Whether these are others than the last noted: there is then an entry of it, whose reason
    is both digests, and whose detail both versions. Trace and note commit as one."""
    new = Noted(rights.version, rights.digest)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(_PLACE, now)
        old = _opened(sealer, await connection.fetchval(_LAST))
        if old == new:
            return False
        await connection.execute(_NOW, seal(sealer, "rights", "in force", new), now)
        entry = AuditEntry(
            context=COMPONENT, action="change-rights", detail=f"rights: {old or '-'} → {new}",
            reason=f"rights.{old.digest if old else 'none'}.{new.digest}",
        )  # fmt: skip
        await trail.append(connection, [entry])
    return True


def _opened(sealer: Sealer, sealed: bytes) -> Noted | None:
    """None: never noted, or not by us."""
    try:
        return unseal(sealer, "rights", "in force", sealed, Noted) if sealed else None
    except InvalidTag:
        return None
