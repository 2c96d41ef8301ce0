"""Files on disk: a walk through folders, in order."""

from collections.abc import Iterable, Iterator
from pathlib import Path


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Files, folders walked in alphabetical order. Hidden files, links and what is neither file
    nor folder (pipes, devices) are passed over; a folder that cannot be listed comes itself."""
    waiting = list(paths)[::-1]
    while waiting:
        path = waiting.pop()
        try:
            within = sorted(filter(_is_taken, path.iterdir())) if path.is_dir() else None
        except OSError:
            within = None
        if within is None:
            yield path
        else:
            waiting.extend(reversed(within))


def size_of(path: Path) -> int:
    """Bytes of a file; 0 of what is none, or cannot be reached."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _is_taken(item: Path) -> bool:
    hidden = item.name.startswith(".") or item.is_symlink()
    return not hidden and (item.is_dir() or item.is_file())
