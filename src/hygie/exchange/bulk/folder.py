"""An export to a folder: plain NDJSON for whoever runs the house, and a manifest when it is whole.

How far it came is in the folder itself (`STATE`): the same export again goes on from there.
"""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from hygie.exchange.bulk import phrases
from hygie.exchange.bulk.asked import ERROR_TYPE, Asked, Kind, Stream
from hygie.exchange.bulk.files import require_room
from hygie.exchange.bulk.making import Made, Making, faults
from hygie.files import NEW, write_whole
from hygie.refusal import Category, refuse
from hygie.store.bodies.placing import instant, to_milliseconds
from hygie.store.keys.news import SETTLE_SECONDS, settled
from hygie.store.reading.moment import FIRST, Place
from hygie.store.store import Store
from hygie.trace import AuditEntry, Context

STATE: Final = ".hygie-export.json"
MANIFEST: Final = "manifest.json"
Progress = Callable[[int], None]
"""Told how many resources are done."""


class Piece(msgspec.Struct, frozen=True):
    """A finished file; without a name, what held nothing."""

    kind: Kind
    type: str
    upto: Place
    last: bool
    count: int
    size: int
    name: str


class State(msgspec.Struct):
    asked: Asked
    moment: datetime
    pieces: list[Piece] = msgspec.field(default_factory=list)

    def reached(self, stream: Stream) -> Place | None:
        """Where a stream goes on; None when it is finished."""
        own = [one for one in self.pieces if (one.kind, one.type) == stream]
        if any(one.last for one in own):
            return None
        return max((one.upto for one in own), default=FIRST)

    @property
    def done(self) -> int:
        return sum(one.count for one in self.pieces if one.kind != "error")


class PlainFile:
    """One file, there whole once `finish` returns, or not at all; nobody else reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new = path.with_name(path.name + NEW)
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        self._file = os.fdopen(os.open(self._new, flags, 0o600), "wb")

    def write(self, plain: bytes) -> None:
        require_room(self._path.parent)
        self._file.write(plain)

    def finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._new.replace(self._path)

    def abandon(self) -> None:
        self._file.close()
        self._new.unlink(missing_ok=True)


class FolderExport:
    """One export to one folder. For one process."""

    def __init__(self, store: Store, context: Context, folder: Path, asked: Asked) -> None:
        """Refused CONFLICT when the folder holds anything else."""
        self._store = store
        self._context = context
        self._folder = folder
        self.state = _state(folder, asked)

    async def run(self, progress: Progress, settle_seconds: float = SETTLE_SECONDS) -> State:
        """On record first. Raises `OSError`, and `Refused` when the disk is full: what is finished
        stays, and the same again goes on."""
        state = self.state
        await self._record(0)
        await asyncio.to_thread(self._keep)
        if not state.pieces:  # else that was waited for before
            passed = (datetime.now(UTC) - state.moment).total_seconds()
            await settled(self._store.pool, max(0.0, settle_seconds - passed))
        making = Making(self._store, state.asked, state.moment, self._context.seen)
        for stream in await making.streams():
            after = state.reached(stream)
            while after is not None:
                made = await self._part(making, stream, after, progress)
                after = None if made.last else made.upto
        await asyncio.to_thread(self._finish)
        await self._record(state.done)
        return state

    async def _part(self, making: Making, stream: Stream, after: Place, progress: Progress) -> Made:
        name = self._name(stream)
        file = await asyncio.to_thread(PlainFile, self._folder / name)
        done = self.state.done

        def told(lines: int) -> None:
            nonlocal done
            done += lines
            progress(done)

        try:
            made = await making.part(stream, after, file, told)
            if made.count:
                await asyncio.to_thread(file.finish)
        finally:
            await asyncio.to_thread(file.abandon)
        found = Piece(
            stream.kind, stream.type, made.upto, made.last, made.count, made.size,
            name if made.count else "",
        )  # fmt: skip
        self.state.pieces.append(found)
        if made.unreadable:
            self._faults(stream.type, made)
        await asyncio.to_thread(self._keep)
        return made

    def _faults(self, kind: str, made: Made) -> None:
        lines = faults(kind, made.unreadable)
        text = b"\n".join(lines) + b"\n"
        name = self._name(Stream("error", ERROR_TYPE))
        write_whole(self._folder / name, text)
        piece = Piece(
            "error", ERROR_TYPE, made.upto, last=True, count=len(lines), size=len(text), name=name
        )
        self.state.pieces.append(piece)

    def _name(self, stream: Stream) -> str:
        """Observation.0001.ndjson, Observation.deleted.0001.ndjson."""
        own = [one for one in self.state.pieces if (one.kind, one.type) == stream and one.name]
        kind = "" if stream.kind == "output" else f".{stream.kind}"
        return f"{stream.type}{kind}.{len(own) + 1:04d}.ndjson"

    def _keep(self) -> None:
        write_whole(self._folder / STATE, msgspec.json.encode(self.state))

    def _finish(self) -> None:
        manifest = msgspec.json.format(msgspec.json.encode(self._manifest()), indent=2)
        write_whole(self._folder / MANIFEST, manifest)
        (self._folder / STATE).unlink()

    def _manifest(self) -> dict[str, Any]:
        """As over HTTP (Bulk Data 2.0), names in place of addresses."""
        whole: dict[str, Any] = {
            "transactionTime": instant(self.state.moment),
            "request": self.state.asked.url,
            "requiresAccessToken": False,
        }
        for kind in ("output", "deleted", "error"):
            whole[kind] = [
                {"type": one.type, "url": one.name, "count": one.count}
                for one in self.state.pieces
                if one.kind == kind and one.name
            ]
        return whole

    async def _record(self, count: int) -> None:
        asked = self.state.asked
        for patient in asked.patients or (0,):
            entry = AuditEntry(
                context=self._context, action="export", type=",".join(asked.types),
                patient=patient, count=count, detail=asked.url,
            )  # fmt: skip
            await self._store.trail.record(entry)


def _state(folder: Path, asked: Asked) -> State:
    """That of an export that was begun alike, or a new one in an empty folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / STATE
    if kept.exists():
        try:
            state = msgspec.json.decode(kept.read_bytes(), type=State)
        except msgspec.DecodeError:
            raise _other(folder) from None
        if state.asked.url != asked.url:
            raise _other(folder)
        return state
    if any(one.name != STATE + NEW for one in folder.iterdir()):
        raise _other(folder)
    return State(asked, to_milliseconds(datetime.now(UTC)))


def _other(folder: Path) -> Exception:
    return refuse(Category.CONFLICT, "export.folder", phrases.OTHER_FOLDER, path=str(folder))
