"""What tokens of applications that act for themselves grant, for who works on without them."""

from hygie.access.model import Connection
from hygie.access.scopes import Scopes
from hygie.access.smart.applications import Applications
from hygie.access.smart.grants import Grants, parsed
from hygie.access.smart.model import Ticket
from hygie.access.smart.passes import Passes
from hygie.trace import Sealer


class Machines:
    def __init__(self, sealer: Sealer) -> None:
        self._applications = Applications(sealer)
        self._grants = Grants(sealer)
        self._passes = Passes(sealer)

    async def scopes(self, connection: Connection, number: int) -> Scopes:
        """Of one access token, in force or expired; nothing once it, its grant or its application
        was withdrawn, and nothing of a person's: nobody works on in a person's name."""
        shown = await self._passes.numbered(connection, number)
        grant = shown and await self._grants.find(connection, shown.grant)
        if not shown or not grant or grant.account:
            return Scopes()
        application = await self._applications.find(connection, grant.application)
        if application is None or application.state != "approved":
            return Scopes()
        return parsed(self._passes.open("access", shown, Ticket).scopes)
