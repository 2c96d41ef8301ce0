"""Where the master key comes from when it is not a file: the environment, or a command.

Such a key is put into a file that exists in memory only, as long as this process lives, readable by
its account alone. So the rest of the house, worker processes included, knows files only; and the
key is in nobody's environment but ours: not in that of the workers, nor of the database server.
"""

import base64
import binascii
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from hygie.limits import MASTER_KEY_COMMAND_SECONDS, MAX_MASTER_KEY_OUTPUT_BYTES
from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.keys.sealing import KEY_BYTES

VARIABLE: Final = "HYGIE_MASTER_KEY"
COMMAND: Final = "HYGIE_MASTER_KEY_COMMAND"


def from_environment(environment: MutableMapping[str, str]) -> bytes | None:
    """The key in `HYGIE_MASTER_KEY`, which is taken out of the environment; None without one."""
    text = environment.pop(VARIABLE, "")
    return decoded(text.encode(), VARIABLE) if text else None


def from_command(command: str) -> bytes:
    """The key that `command` prints: 32 raw bytes, or base64 or hexadecimal.

    Run without a shell; its standard error is ours. Refused when it fails, prints more than
    MAX_MASTER_KEY_OUTPUT_BYTES, or takes more than MASTER_KEY_COMMAND_SECONDS.
    """
    try:
        words = shlex.split(command)
        process = subprocess.Popen(  # noqa: S603 - the administrator's own command
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
        )
    except (OSError, ValueError):
        raise _failed("elle ne se lance pas", "it cannot be run") from None
    with process:
        try:
            printed = _output(process.stdout) if process.stdout else b""
        finally:
            _end(process)
    if process.returncode != 0:
        raise _failed("elle se termine en erreur", "it ends with an error")
    return printed if len(printed) == KEY_BYTES else decoded(printed, COMMAND)


def decoded(text: bytes, source: str) -> bytes:
    """The key written in base64 or hexadecimal. Refused when it is neither, or of another size."""
    text = text.strip()
    try:
        hexadecimal = len(text) == 2 * KEY_BYTES
        key = binascii.unhexlify(text) if hexadecimal else base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise refuse(Category.INVALID, "store.key-text", phrases.KEY_TEXT, source=source)
    return key


@contextmanager
def in_memory(key: bytes) -> Iterator[Path]:
    """The path of a file that holds `key` and is on no disk (memfd_create(2), Linux)."""
    descriptor = os.memfd_create("hygie", os.MFD_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, key)
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    finally:
        os.close(descriptor)


def is_in_memory(path: Path) -> bool:
    """True of a path given by `in_memory`, here or in the process that started us."""
    return path.is_relative_to("/proc")


def _output(pipe: IO[bytes]) -> bytes:
    """All that is printed, until the pipe closes."""
    deadline = time.monotonic() + MASTER_KEY_COMMAND_SECONDS
    printed = b""
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while ready.select(max(0.0, deadline - time.monotonic())):
            piece = os.read(pipe.fileno(), MAX_MASTER_KEY_OUTPUT_BYTES + 1)
            printed += piece
            if len(printed) > MAX_MASTER_KEY_OUTPUT_BYTES:
                raise _failed("elle écrit trop", "it prints too much")
            if not piece:
                return printed
    raise _failed("elle ne répond pas à temps", "it does not answer in time")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leaves nothing of it running: children that it started included."""
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _failed(reason_fr: str, reason_en: str) -> Refused:
    return refuse(
        Category.INVALID, "store.key-command", phrases.KEY_COMMAND,
        reason_fr=reason_fr, reason_en=reason_en,
    )  # fmt: skip
