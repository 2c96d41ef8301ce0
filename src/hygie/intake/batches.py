"""What an import is made of: pieces, in batches, and whoever files them."""

from typing import Protocol

import msgspec

from hygie.intake.values import Kind, Summary


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A content on its way to an importer, with where it came from."""

    source: str
    name: str
    kind: Kind
    raw: bytes
    line: int = 0

    @property
    def place(self) -> str:
        """The file's name, with the number of the line if it is one of lines."""
        return f"{self.name}:{self.line}" if self.line else self.name


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """Pieces filed together, in order: all single resources, or none."""

    resources: bool
    pieces: tuple[Piece, ...]


class Importer(Protocol):
    """Files batches, one after the other, each durable once this returns. Raises `Refused` when
    the store is out of reach: what it was given is then filed whole or not at all, piece by piece,
    and can be given again."""

    async def file(self, batch: Batch) -> Summary: ...
