"""What collecting is tested with: a receiver that remembers, and may fail."""

import asyncio
from collections.abc import Sequence

from hygie.intake.accepted import Together
from hygie.intake.batches import Piece
from hygie.intake.values import Receipt


class Receiver:
    """`accept_all` of a gateway that keeps everything that looks like HL7 v2."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.names: list[str] = []
        self.fails_after = -1
        """Commits, before the database goes away; -1: it does not."""

    async def __call__(self, pieces: Sequence[Piece]) -> Together:
        if self.fails_after == 0:
            raise ConnectionError
        self.fails_after -= 1
        self.kept += [piece.raw for piece in pieces]
        self.names += [piece.name for piece in pieces]
        receipts = [
            Receipt(id=number, state="received") for number, _ in enumerate(pieces, start=1)
        ]
        return Together(receipts, _done(receipts))

    all = __call__


def _done(receipts: list[Receipt]) -> "asyncio.Future[list[Receipt]]":
    future = asyncio.get_running_loop().create_future()
    future.set_result(receipts)
    return future


class Told:
    """A gauge."""

    def __init__(self) -> None:
        self.messages = 0
        self.issue = None

    def listening(self, address: str) -> None:
        pass

    def received(self, messages: int, octets: int) -> None:
        self.messages += messages

    def problem(self, issue) -> None:
        self.issue = issue
