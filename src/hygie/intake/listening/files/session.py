"""A connection to an SFTP server: through the one door outwards, to the server whose key we know.

Nothing of this machine's own SSH is used: no agent, no configuration, no known hosts, no keys of
the user who runs Hygie.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import asyncssh

from hygie.intake.listening.files import troubles
from hygie.intake.listening.files.cutting import readable
from hygie.intake.listening.files.depot import OutOfReachError
from hygie.intake.sources.declaration import Sftp
from hygie.intake.sources.ground import is_below
from hygie.limits import OUTBOUND_SECONDS
from hygie.limits.gateway import MAX_SECRET_BYTES
from hygie.outbound.outbound import Outbound
from hygie.outbound.place import Place, read_host
from hygie.refusal import Issue, Refused

_ALIVE_SECONDS: Final = 30
asyncssh.set_log_level("WARNING")  # below, it tells of users and paths


class Session:
    """For one task. Made when it is asked for, and again when it was lost."""

    def __init__(self, way: Sftp, outbound: Outbound, secrets: Sequence[Path]) -> None:
        self._way = way
        self._outbound = outbound
        self._secrets = secrets
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None

    @property
    def is_open(self) -> bool:
        return self._client is not None

    async def client(self) -> asyncssh.SFTPClient:
        """Raises OutOfReachError."""
        if self._client is None:
            try:
                async with asyncio.timeout(2 * OUTBOUND_SECONDS):
                    self._client = await self._connected()
            except Refused as refused:
                raise OutOfReachError(refused.refusal.issues[0]) from None
            except (asyncssh.Error, OSError) as error:
                await self.close()
                raise OutOfReachError(self.trouble(error)) from None
        return self._client

    async def close(self) -> None:
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.abort()
            await connection.wait_closed()

    def trouble(self, error: asyncssh.Error | OSError) -> Issue:
        """What is told of a connection that fails. What the server says is cut short."""
        host = self._way.host
        if isinstance(error, asyncssh.HostKeyNotVerifiable | asyncssh.KeyExchangeFailed):
            return troubles.stranger(host)
        if isinstance(error, asyncssh.PermissionDenied):
            return troubles.denied(host)
        if isinstance(error, asyncssh.Error):
            return troubles.server(host, readable(error.reason)[:120] or type(error).__name__)
        return troubles.server(host, troubles.reason(error))

    async def _connected(self) -> asyncssh.SFTPClient:
        way = self._way
        keys = [asyncssh.import_private_key(self._secret(way.key_file))] if way.key_file else None
        password = self._secret(way.password_file).decode().strip() if way.password_file else None
        place = Place("sftp", read_host(way.host), way.port)
        dialled = await self._outbound.dial(place, OUTBOUND_SECONDS)
        try:
            self._connection = await asyncssh.connect(
                way.host, way.port, sock=dialled, username=way.user, password=password,
                client_keys=keys, known_hosts=([asyncssh.import_public_key(way.host_key)], [], []),
                config=None, agent_path=None, gss_host=None, x509_trusted_certs=None,
                keepalive_interval=_ALIVE_SECONDS, login_timeout=OUTBOUND_SECONDS,
            )  # fmt: skip
        except BaseException:
            dialled.close()
            raise
        return await self._connection.start_sftp_client(path_errors="surrogateescape")

    def _secret(self, file: str) -> bytes:
        """Read anew for each connection: what is replaced is used. Raises OutOfReachError."""
        try:
            if not is_below(Path(file), self._secrets):
                raise OutOfReachError(troubles.credential("HYGIE_GATEWAY_SECRETS"))
            with Path(file).open("rb") as opened:
                return opened.read(MAX_SECRET_BYTES)
        except OSError as error:
            raise OutOfReachError(troubles.credential(troubles.reason(error))) from None
