"""Into a folder: a file a message, whole and on the disk before it is seen under its name."""

import asyncio
from pathlib import Path
from typing import Final

from hygie.exchange.routes.answers import Taken, Unreachable, Verdict
from hygie.files import real, write_whole

NAMED: Final = "{number:012d}.hl7"
"""In the order of departures; nothing of the content stands in it. Sent again, it is the same."""


class FolderWay:
    """Keeps `Way`. `folder`: the path itself, without links (`checks.below`)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, number: int, control_id: str, content: bytes) -> Verdict:
        del control_id
        path = self._folder / NAMED.format(number=number)
        try:
            await asyncio.to_thread(self._write, path, content)
        except OSError:
            return Unreachable("route.folder")
        return Taken(path.name)

    def close(self) -> None:
        """Nothing is held."""

    def _write(self, path: Path, content: bytes) -> None:
        if real(self._folder) != self._folder:
            raise NotADirectoryError  # a link was put in its place since it was allowed
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
