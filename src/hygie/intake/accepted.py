"""Messages that are safe, whatever becomes of them."""

import asyncio
from collections.abc import Sequence

from hygie.intake.values import Receipt


class Accepted:
    """Made by `Gateway.accept`: the message is committed (or was refused, and not kept)."""

    def __init__(self, receipt: Receipt, settling: "asyncio.Future[Receipt] | None" = None) -> None:
        """`settling`: None for what was decided as it came."""
        self.receipt = receipt
        """What is known now: the entry and its state, `received` while it is not settled."""
        self._settling = settling

    @property
    def id(self) -> int:
        """Of the inbox entry; 0 when nothing was kept."""
        return self.receipt.id

    async def settled(self) -> Receipt:
        """What became of it. Still `received` after a fault that was not the message's own: it is
        tried again later. Whoever gives up waiting stops nothing."""
        if self._settling is None:
            return self.receipt
        return await asyncio.shield(self._settling)


class Together:
    """Made by `Gateway.accept_all`: each message is committed (or was refused, and not kept)."""

    def __init__(
        self, receipts: Sequence[Receipt], settling: "asyncio.Future[list[Receipt]]"
    ) -> None:
        self.receipts = receipts
        """What is known now, in the order they were given."""
        self._settling = settling

    async def settled(self) -> Sequence[Receipt]:
        """What became of each, as `Accepted.settled` says it of one."""
        return await asyncio.shield(self._settling)
