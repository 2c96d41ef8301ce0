"""A folder of a server of others, from which files are fetched by SFTP (version 3, as OpenSSH).

The server is not trusted with more than its files: names that lead elsewhere are passed over, and
sizes, times and numbers are bounded.
"""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Final

import asyncssh

from hygie.intake.folder import too_large
from hygie.intake.listening.files import troubles
from hygie.intake.listening.files.collector import Collector
from hygie.intake.listening.files.completeness import Completeness, Found
from hygie.intake.listening.files.cutting import readable
from hygie.intake.listening.files.depot import (
    REFUSED,
    TAKEN,
    WHY,
    ChangedError,
    OutOfReachError,
    Today,
    names_like,
    today,
)
from hygie.intake.listening.files.purging import Purging, day_of, is_of
from hygie.intake.listening.files.session import Session
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.listener import Receive
from hygie.intake.sources.declaration import Sftp, Source
from hygie.intake.sources.ground import Ground
from hygie.limits import MAX_BUNDLE_BYTES
from hygie.limits.gateway import MAX_FOLDER_FILES, SFTP_BYTES_PER_SECOND, SFTP_SECONDS
from hygie.outbound.outbound import Outbound

_LONGEST_NAME: Final = 255
_LOST: Final = (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost)


class SftpDepot:
    """A `Depot`, and `Purged`."""

    def __init__(
        self, way: Sftp, session: Session, companion: Callable[[str], str], today: Today = today
    ) -> None:
        self._way = way
        self._session = session
        self._companion = companion
        self._today = today

    async def look(self) -> list[Found]:
        """A connection that ended since the last look is made again."""
        if self._session.is_open:
            try:
                return await self._look()
            except OutOfReachError:
                await self._session.close()
        return await self._look()

    async def read(self, found: Found) -> bytes:
        if found.size > MAX_BUNDLE_BYTES:
            raise too_large(found.size)
        seconds = SFTP_SECONDS + found.size / SFTP_BYTES_PER_SECOND
        async with self._talking(seconds) as client:
            await self._require_same(client, found)
            async with client.open(self._path(found.name), "rb") as file:
                raw = bytes(await file.read(found.size + 1))  # type: ignore[arg-type] # binary
                after = await file.stat()
        if len(raw) != found.size or (after.size, after.mtime) != (found.size, found.modified):
            raise ChangedError
        return raw

    async def put_away(self, found: Found, faults: str) -> None:
        async with self._talking(SFTP_SECONDS) as client:
            await self._require_same(client, found)
            if faults:
                await self._keep(client, found, REFUSED, faults)
            elif self._way.after == "move":
                await self._keep(client, found, TAKEN, "")
            else:
                await client.remove(self._path(found.name))
            companion = self._companion(found.name)
            if companion and await client.exists(self._path(companion)):
                await client.remove(self._path(companion))

    async def purge(self, where: str, before: date, most: int) -> int:
        removed = 0
        with suppress(ChangedError):  # nothing was put away yet
            async with self._talking(SFTP_SECONDS) as client:
                kept = self._path(where)
                if not await _is_folder(client, kept):
                    return 0
                for name in sorted(await client.listdir(kept)):
                    if (day := day_of(str(name), before)) is not None and removed < most:
                        removed += await _purge_day(client, f"{kept}/{day}", day, most - removed)
        return removed

    async def _look(self) -> list[Found]:
        found: list[Found] = []
        try:
            async with self._talking(SFTP_SECONDS) as client:
                async for entry in client.scandir(self._way.directory):
                    if (one := _found(entry)) is not None:
                        found.append(one)
                    if len(found) == MAX_FOLDER_FILES:
                        break
        except ChangedError:
            raise OutOfReachError(troubles.server(self._way.host, self._way.directory)) from None
        except OSError as error:
            raise OutOfReachError(troubles.unreachable(error)) from None
        return found

    async def _keep(
        self, client: asyncssh.SFTPClient, found: Found, where: str, faults: str
    ) -> None:
        day = self._path(f"{where}/{self._today()}")
        await client.makedirs(day, exist_ok=True)
        for name in names_like(found.name):
            kept = f"{day}/{name}"
            taken = await client.exists(kept)
            if not taken and not (faults and await client.exists(kept + WHY)):
                break
        if faults:
            async with client.open(kept + WHY, "w", encoding="utf-8") as file:
                await file.write(f"{faults}\n")
        await client.rename(self._path(found.name), kept)

    async def _require_same(self, client: asyncssh.SFTPClient, found: Found) -> None:
        now = await client.lstat(self._path(found.name))
        plain = stat.S_ISREG(now.permissions or 0)
        if not plain or (now.size, now.mtime) != (found.size, found.modified):
            raise ChangedError

    def _path(self, name: str) -> str:
        return f"{self._way.directory.rstrip('/')}/{name}"

    @asynccontextmanager
    async def _talking(self, seconds: float) -> AsyncIterator[asyncssh.SFTPClient]:
        """Raises ChangedError of what is not there, OSError of what the server says of one file,
        OutOfReachError of the connection, which is then given up."""
        client = await self._session.client()
        try:
            async with asyncio.timeout(seconds):
                yield client
        except asyncssh.SFTPNoSuchFile:
            raise ChangedError from None
        except (*_LOST, TimeoutError) as error:
            raise await self._lost(error) from None
        except asyncssh.SFTPError as error:
            raise OSError(0, readable(error.reason)[:120]) from None
        except (asyncssh.Error, OSError) as error:
            raise await self._lost(error) from None

    async def _lost(self, error: asyncssh.Error | OSError) -> OutOfReachError:
        await self._session.close()
        return OutOfReachError(self._session.trouble(error))


class SftpListener:
    """A `Listener`."""

    def __init__(self, outbound: Outbound, ground: Ground) -> None:
        self._outbound = outbound
        self._ground = ground

    async def run(self, source: Source, receive: Receive, gauge: Gauge) -> None:
        """Fetches files until it is cancelled."""
        if not isinstance(source.way, Sftp):
            raise TypeError(source.name)
        session = Session(source.way, self._outbound, self._ground.secrets)
        completeness = Completeness(source.way.pattern)
        depot = SftpDepot(source.way, session, completeness.companion)
        try:
            collector = Collector(source.name, depot, completeness, receive.all, gauge)
            gauge.listening(f"sftp://{source.way.host}:{source.way.port}")
            await collector.run(source.way.every_seconds, Purging(source.way, depot))
        finally:
            await session.close()


async def _is_folder(client: asyncssh.SFTPClient, path: str) -> bool:
    """Itself, and no link to one."""
    return stat.S_ISDIR((await client.lstat(path)).permissions or 0)


async def _purge_day(client: asyncssh.SFTPClient, folder: str, day: date, most: int) -> int:
    """A server tells when a file was written, not when it was moved."""
    removed = 0
    if not await _is_folder(client, folder):
        return 0
    found = [one async for entry in client.scandir(folder) if (one := _found(entry))]
    with suppress(asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied):
        for one in found:
            if removed == most:
                return removed
            if is_of(day, one.modified):
                await client.remove(f"{folder}/{one.name}")
                removed += 1
        await client.rmdir(folder)  # a failure when something is left
    return removed


def _found(entry: asyncssh.SFTPName) -> Found | None:
    """None for what is no plain file of the folder itself."""
    name, about = str(entry.filename), entry.attrs
    plain = stat.S_ISREG(about.permissions or 0)
    if not plain or "/" in name or len(name) > _LONGEST_NAME:
        return None
    return Found(name, about.size or 0, int(about.mtime or 0))
