"""Traces of what becomes of accounts, written with the change."""

from hygie.access.model import Connection
from hygie.trace import Action, AuditEntry, AuditTrail, Context


async def note(
    trail: AuditTrail, connection: Connection, by: Context, action: Action, detail: str
) -> None:
    await trail.append(connection, [AuditEntry(context=by, action=action, detail=detail)])
