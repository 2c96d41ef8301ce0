"""Declarations that an administrator keeps in the data directory, read at start."""

from pathlib import Path
from typing import Final, TypeVar

from hygie.refusal import Category, Phrase, refuse
from hygie.store.declared_toml import read_toml

Thing = TypeVar("Thing")
TOO_LONG: Final = Phrase("{name} dépasse {limit} octets.", "{name} exceeds {limit} bytes.")


def read_declared(path: Path, type_: type[Thing], kind: str, most: int) -> Thing | None:
    """None where there is no such file. Raises `Refused` INVALID: longer than `most` bytes
    ("KIND.size"), or not of that type (`read_toml`)."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except FileNotFoundError:
        return None
    if len(raw) > most:
        limit = str(most)
        raise refuse(Category.INVALID, f"{kind}.size", TOO_LONG, name=path.name, limit=limit)
    return read_toml(raw, type_, kind)
