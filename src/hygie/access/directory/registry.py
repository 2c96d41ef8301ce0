"""The directory that is declared in `DATA/annuaire.toml`."""

from pathlib import Path
from typing import Final

from hygie.access.directory.checking import check
from hygie.access.directory.declaration import Directory, completed
from hygie.access.directory.phrases import NONE
from hygie.access.rights import Rights
from hygie.limits.directory import MAX_DIRECTORY_FILE_BYTES
from hygie.refusal import Category, refuse
from hygie.store.declared_file import read_declared

NAME: Final = "annuaire.toml"


def read_directory(data: Path, secrets: tuple[Path, ...], rights: Rights) -> Directory:
    """Raises `Refused`: there is none, or its declaration is doubtful, with every fault."""
    written = read_declared(data / NAME, Directory, "directory", MAX_DIRECTORY_FILE_BYTES)
    if written is None:
        raise refuse(Category.NOT_FOUND, "directory.none", NONE, code="not-found", path=str(data))
    directory = completed(written)
    check(directory, data, secrets, rights)
    return directory
