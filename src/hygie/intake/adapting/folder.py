"""The sets of adaptations of an establishment: `DATA/adaptations/NAME.toml`, and those shipped.

A file is read again when it changed. One that cannot be used changes nothing: what was read before
stays, and the log tells of it. Whoever declares a source, or starts the program, is refused.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from stat import S_ISREG
from time import monotonic
from typing import Final, NamedTuple

from hygie.intake.adapting import phrases
from hygie.intake.adapting.adaptation import NOTHING, Adaptation
from hygie.intake.adapting.compiling import compile_set
from hygie.intake.adapting.model import NAME
from hygie.limits.gateway import MAX_ADAPTATION_BYTES
from hygie.refusal import Category, Issue, Refusal, Refused, refuse

FOLDER: Final = "adaptations"
LOOK_SECONDS: Final = 1.0
_logger = logging.getLogger(__name__)
Of = Callable[[str], Awaitable[Adaptation]]
"""The adaptation of the source of that name. Raises `Refused` when it cannot be had."""


async def nothing(_source: str) -> Adaptation:
    """Where no source adapts anything."""
    return NOTHING


class _Known(NamedTuple):
    stamp: tuple[int, int, int]
    adaptation: Adaptation | None
    faults: tuple[Issue, ...]


class Adaptations:
    """Of one data directory. Looks at the disk once in `LOOK_SECONDS` at most."""

    def __init__(self, data: Path, clock: Callable[[], float] = monotonic) -> None:
        self._folder = data / FOLDER
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._known: dict[str, _Known] = {}

    def names(self) -> tuple[str, ...]:
        """The sets that can be used, in order; those of the folder hide shipped ones."""
        self._look()
        usable = (name for name, known in self._known.items() if known.adaptation is not None)
        return tuple(sorted({*usable, *_shipped()}))

    def named(self, name: str) -> Adaptation:
        """The set as it stands. `""` changes nothing. Refused when there is none of that name that
        could ever be used."""
        if not name:
            return NOTHING
        self._look()
        known = self._known.get(name)
        found = known.adaptation if known else None
        found = found or example(name)
        if found is None:
            raise refuse(
                Category.INVALID, "adaptation.unknown", phrases.NO_SET, code="not-found",
                name=name[:64],
            )  # fmt: skip
        return found

    def check(self) -> None:
        """Raises `Refused` with the faults of every file: called when the program starts."""
        self._look()
        faults = tuple(issue for known in self._known.values() for issue in known.faults)
        if faults:
            raise Refused(Refusal(Category.INVALID, faults))

    def faults(self, name: str) -> tuple[Issue, ...]:
        """Of the file as it stands now, though an earlier form of it may be in use."""
        self._look()
        known = self._known.get(name)
        return known.faults if known else ()

    def _look(self) -> None:
        if self._clock() - self._looked < LOOK_SECONDS:
            return
        self._looked = self._clock()
        for name, path in self._files().items():
            try:
                status = path.stat()
            except OSError:  # gone meanwhile, or a link that leads nowhere
                continue
            stamp = status.st_ino, status.st_mtime_ns, status.st_size
            if not S_ISREG(status.st_mode):
                continue  # who reads a pipe waits for ever
            before = self._known.get(name)
            if before is None or before.stamp != stamp:
                self._known[name] = _read(name, path, stamp, before)

    def _files(self) -> Mapping[str, Path]:
        try:
            found = [path for path in self._folder.iterdir() if path.suffix == ".toml"]
        except OSError:
            return {}
        return {path.stem: path for path in sorted(found) if NAME.match(path.stem)}


def _read(name: str, path: Path, stamp: tuple[int, int, int], before: _Known | None) -> _Known:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_ADAPTATION_BYTES + 1)
    except OSError:  # not ours to read
        raw = b"\xff"
    try:
        return _Known(stamp, compile_set(raw, name), ())
    except Refused as refused:
        _logger.warning("adaptations %s not taken over", name)
        standing = before.adaptation if before else None
        return _Known(stamp, standing, refused.refusal.issues)


@cache
def _shipped() -> Mapping[str, bytes]:
    folder = resources.files("hygie.intake.adapting").joinpath("examples")
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return {file.name.removesuffix(".toml"): file.read_bytes() for file in found}


@cache
def example(name: str) -> Adaptation | None:
    """A set that comes with Hygie; None when there is none of that name."""
    raw = _shipped().get(name)
    return compile_set(raw, name) if raw is not None else None
