"""A file that is there whole, or not at all, and is its owner's alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PRIVATE = 0o600


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write; it takes the place of `path` on leaving, and nothing is left of it when
    leaving by an exception."""
    with TemporaryDirectory(dir=path.parent, prefix=".hygie-view-") as folder:  # 0700
        written = Path(folder) / path.name
        yield written
        written.chmod(PRIVATE)
        with written.open("rb") as file:
            os.fsync(file.fileno())
        written.replace(path)
