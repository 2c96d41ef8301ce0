"""Files to importers: read in order, in bounded memory, filed side by side where order allows."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path, PurePath
from typing import Final

from hygie.files import size_of, walk
from hygie.intake.batches import Batch, Importer, Piece
from hygie.intake.folder import Content, Skipped, contents
from hygie.intake.values import Summary
from hygie.intake.ways import RESOURCES, Way, way_of
from hygie.refusal import Refused

RESOURCES_TOGETHER: Final = 500
"""FHIR resources filed with one commit: more cost the database less, up to its locks."""
MAX_HELD: Final = 2_000
"""Resources held at once by all importers: each takes a place in the server's table of locks."""
MESSAGES_TOGETHER: Final = 64
"""Messages admitted with one commit, then filed with one."""
MAX_BATCH_BYTES: Final = 4 * 1024 * 1024
"""Content waiting in one batch, unless a single piece is larger."""

Progress = Callable[[int, int], None]
"""Bytes done, bytes in all."""


class Dispatch:
    """One import. `stop` ends it early: what was read is filed, the rest is left.

    What an importer raises ends it as well; what others have under way is then given up.
    """

    def __init__(self, importers: Sequence[Importer], progress: Progress | None = None) -> None:
        self.summary = Summary()
        self._importers = importers
        self._progress = progress
        self._queues: list[_Queue] = []
        self._group = ""
        self.stopped = False
        self._read = self._size = 0

    def stop(self) -> None:
        self.stopped = True

    async def run(self, paths: Sequence[Path]) -> Summary:
        started = time.perf_counter()
        files = list(walk(paths))
        self._size = sum(map(size_of, files))
        async with self.working():
            for path in files:
                if not self.stopped:
                    await self._file(path)
        self._tell(self._size)
        self.summary.seconds = round(time.perf_counter() - started, 3)
        return self.summary

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While `take` may be called; on leaving, all that was taken is filed."""
        try:
            async with asyncio.TaskGroup() as group:
                most = min(RESOURCES_TOGETHER, MAX_HELD // len(self._importers))
                self._queues = [_Queue(one, self.summary, most) for one in self._importers]
                workers = [group.create_task(queue.work()) for queue in self._queues]
                yield
                await self.drain()
                for worker in workers:
                    worker.cancel()
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _file(self, path: Path) -> None:
        self.summary.files += 1
        start = self._read
        try:
            with closing(contents(path)) as found:
                for content in found:
                    if self.stopped:
                        return
                    await self.take(path, content)
        except Refused as refused:
            self.summary.refuse(str(path), refused.refusal.issues[0])
        self._read = start + size_of(path)
        self._tell(self._read)

    async def take(self, path: PurePath, content: Content | Skipped) -> None:
        """One content of a file. Waits while there is enough to do."""
        if isinstance(content, Skipped):
            issue = content.refused.refusal.issues[0]
            self.summary.refuse(f"{path}:{content.line}", issue)
            self._read += content.size
            return
        source = str(path.parent)
        piece = Piece(source, path.name, content.kind, content.raw, content.line)
        await self._send(way_of(content, source), piece)
        self._read += len(content.raw)

    async def _send(self, way: Way, piece: Piece) -> None:
        if way.group != self._group:
            await self.drain()
            self._group = way.group
        queue = self._queues[way.key % len(self._queues)]
        if await queue.add(piece, resources=way.group == RESOURCES):
            self._tell(self._read)

    async def drain(self) -> None:
        """Returns once all that was taken is filed."""
        for queue in self._queues:
            await queue.flush()
        for queue in self._queues:
            await queue.join()

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(min(done, self._size), self._size)


class _Queue:
    """What waits for one importer: a batch being gathered, one that is ready, one under way."""

    def __init__(self, importer: Importer, summary: Summary, resources_together: int) -> None:
        self._importer = importer
        self._summary = summary
        self._resources_together = resources_together
        self._ready: asyncio.Queue[Batch] = asyncio.Queue(maxsize=1)
        self._pieces: list[Piece] = []
        self._bytes = 0
        self._resources = False

    async def add(self, piece: Piece, *, resources: bool) -> bool:
        """True when a batch went on its way. Waits while the importer has enough to do."""
        self._resources = resources
        self._pieces.append(piece)
        self._bytes += len(piece.raw)
        most = self._resources_together if resources else MESSAGES_TOGETHER
        if len(self._pieces) < most and self._bytes < MAX_BATCH_BYTES:
            return False
        await self.flush()
        return True

    async def flush(self) -> None:
        pieces, self._pieces, self._bytes = self._pieces, [], 0
        if pieces:
            await self._ready.put(Batch(self._resources, tuple(pieces)))

    async def join(self) -> None:
        await self._ready.join()

    async def work(self) -> None:
        while True:
            batch = await self._ready.get()
            self._summary.add(await self._importer.file(batch))
            self._ready.task_done()
