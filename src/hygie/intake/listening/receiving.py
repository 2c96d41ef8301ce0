"""The gateway as one source's listener sees it: at the pace that is declared."""

from collections.abc import Sequence

from hygie.intake.accepted import Accepted, Together
from hygie.intake.batches import Piece
from hygie.intake.gateway import Gateway
from hygie.intake.listening.pace import Pace
from hygie.intake.sources.declaration import Source


class Receiving:
    """A `Receive`."""

    def __init__(self, source: Source, gateway: Gateway) -> None:
        self._source = source
        self._gateway = gateway
        self._pace = Pace(source.messages_per_second)

    async def __call__(self, raw: bytes) -> Accepted:
        await self._pace.turn()
        return await self._gateway.accept(self._source, raw)

    async def all(self, pieces: Sequence[Piece]) -> Together:
        await self._pace.turn(len(pieces))
        return await self._gateway.accept_all(self._source, pieces)
