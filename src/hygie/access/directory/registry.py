"""The directory that is declared in `DATA/annuaire.toml`."""

from pathlib import Path
from typing import Final

from hygie.access.directory.checking import check
from hygie.access.directory.declaration import Directory, completed
from hygie.access.directory.phrases import NONE, TOO_LONG
from hygie.access.rights import Rights
from hygie.limits.directory import MAX_DIRECTORY_FILE_BYTES
from hygie.refusal import Category, refuse
from hygie.store.declared_toml import read_toml

NAME: Final = "annuaire.toml"


def read_directory(data: Path, secrets: tuple[Path, ...], rights: Rights) -> Directory:
    """Raises `Refused`: there is none, or its declaration is doubtful, with every fault."""
    try:
        with (data / NAME).open("rb") as file:
            raw = file.read(MAX_DIRECTORY_FILE_BYTES + 1)
    except FileNotFoundError:
        raise refuse(
            Category.NOT_FOUND, "directory.none", NONE, code="not-found", path=str(data)
        ) from None
    if len(raw) > MAX_DIRECTORY_FILE_BYTES:
        limit = str(MAX_DIRECTORY_FILE_BYTES)
        raise refuse(Category.INVALID, "directory.size", TOO_LONG, limit=limit)
    directory = completed(read_toml(raw, Directory, "directory"))
    check(directory, data, secrets, rights)
    return directory
