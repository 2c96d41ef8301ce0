"""The master key's file: 32 random bytes that only its owner can read."""

import os
import stat
from pathlib import Path

from hygie.files import make_durable
from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.keys.sealing import KEY_BYTES


def generate_key_file(path: Path) -> bytes:
    """Makes and keeps a new master key, durably. Refused when one is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = os.urandom(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise refuse(
            Category.CONFLICT, "store.key-exists", phrases.KEY_EXISTS, path=str(path)
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    make_durable(path.parent)
    return key


def read_key_file(path: Path) -> bytes:
    """The master key. Refused when absent, of another size, or readable by others."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise refuse(
            Category.INVALID, "store.key-missing", phrases.KEY_MISSING, path=str(path)
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise refuse(
                Category.INVALID, "store.key-readable", phrases.KEY_READABLE, path=str(path)
            )
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise refuse(Category.INVALID, "store.key-size", phrases.KEY_SIZE, path=str(path))
    return key


def pending_key_file(path: Path) -> Path:
    """Where the next key lies until the database is under it."""
    return path.with_name(f"{path.name}.new")


def former_key_file(path: Path, name: str) -> Path:
    """Where the key called `name` lies once it was replaced."""
    return path.with_name(f"{path.name}.{name}")


def replace_key_file(path: Path, former: Path) -> None:
    """Moves the key aside, the pending one into its place: durably, in that order.

    Harmless to do again after it was interrupted.
    """
    if path.exists():
        path.rename(former)
    pending_key_file(path).rename(path)
    make_durable(path.parent)
