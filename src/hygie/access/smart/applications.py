"""The rows of `hygie.application`."""

import msgspec

from hygie.access.model import Connection
from hygie.access.sealing import seal, unseal
from hygie.access.smart.model import Application
from hygie.limits import MAX_PAGE
from hygie.trace import Sealer

INSERT = """
    INSERT INTO hygie.application (id, sealed, created) VALUES ($1, $2, $3)
    ON CONFLICT (id) DO NOTHING RETURNING true
"""
FIND = "SELECT * FROM hygie.application WHERE id = $1"
LOCK = FIND + " FOR UPDATE"
LIST = "SELECT * FROM hygie.application ORDER BY created DESC LIMIT $1"
RESEAL = "UPDATE hygie.application SET sealed = $2 WHERE id = $1"


class Applications:
    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    async def insert(self, connection: Connection, application: Application) -> bool:
        """Whether no other had its id."""
        sealed = seal(self._sealer, "application", application.id, application)
        return bool(await connection.fetchval(INSERT, application.id, sealed, application.created))

    async def find(
        self, connection: Connection, id_: str, *, lock: bool = False
    ) -> Application | None:
        row = await connection.fetchrow(LOCK if lock else FIND, id_)
        return row and unseal(self._sealer, "application", id_, row["sealed"], Application)

    async def list(self, connection: Connection) -> tuple[Application, ...]:
        """The newest first."""
        return tuple(
            unseal(self._sealer, "application", row["id"], row["sealed"], Application)
            for row in await connection.fetch(LIST, MAX_PAGE)
        )

    async def issuing(self, connection: Connection, issuer: str) -> Application | None:
        """The application whose id it is; else the one approved application whose own address
        (`client_uri`) it is, to the letter. None where there are several."""
        found = await self.find(connection, issuer)
        if found is not None:
            return found
        known = await self.list(connection)
        named = [one for one in known if one.home == issuer and one.state == "approved"]
        return named[0] if len(named) == 1 else None

    async def change(
        self, connection: Connection, application: Application, **values: object
    ) -> Application:
        changed = msgspec.structs.replace(application, **values)
        sealed = seal(self._sealer, "application", application.id, changed)
        await connection.execute(RESEAL, application.id, sealed)
        return changed
