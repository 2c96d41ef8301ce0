"""Maintenance of the whole store: each says by what it leaves behind whether it went well."""

from typing import Final

from tests.crash.beside import Beside

ENOUGH: Final = 400
"""Resources to train a dictionary on: with fewer, it may be refused."""


class Rotation(Beside):
    """A new master key. The server, started again, must open all with whichever is in place."""

    name = "key rotate"
    seconds = 4

    def command(self) -> list[str]:
        return ["key", "rotate"]

    def verify(self) -> None:
        """Nothing to insist on: half way or not, what is in place opens all."""


class Training(Beside):
    """A new dictionary: bodies that name it must never outlive it."""

    name = "dictionary train"
    seconds = 9

    def command(self) -> list[str]:
        return ["dictionary", "train"]

    def verify(self) -> None:
        if len(self.journal.known) >= ENOUGH:
            self.insist()


class Reindexing(Beside):
    """Every row filed anew, in whatever version is there."""

    name = "reindex"
    seconds = 5

    def command(self) -> list[str]:
        return ["reindex", "--all", "--rest", "0"]


class Recompression(Beside):
    """Every body by the newest dictionary, once there is a newer one."""

    name = "dictionary recompress"
    seconds = 6

    def command(self) -> list[str]:
        return ["dictionary", "recompress", "--rest", "0"]
