"""What the administrator of the machine opened to sources: directories, and sets of adaptations.

Who declares sources need not be who administers the machine. A declaration names files, and is
led nowhere but below these directories, links included.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from hygie.files import real


def no_mappings() -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Ground:
    folders: tuple[Path, ...]
    """Deposits lie below them (HYGIE_INTAKE_FOLDERS)."""
    secrets: tuple[Path, ...]
    """Keys, certificates and passwords lie below them (HYGIE_GATEWAY_SECRETS)."""
    mappings: Callable[[], Collection[str]] = no_mappings
    """Names of the sets of adaptations that there are."""


def is_below(path: Path, directories: Iterable[Path]) -> bool:
    """Whether `path`, its links followed, lies in one of these directories or below."""
    found = real(path)
    opened = (real(directory) for directory in directories)
    return found is not None and any(one and found.is_relative_to(one) for one in opened)


def named(directories: Iterable[Path]) -> str:
    return ", ".join(str(directory) for directory in directories) or "-"
