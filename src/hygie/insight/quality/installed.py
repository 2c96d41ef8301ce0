"""The packages of a data directory: guides that every validation of the house knows.

Each is kept as it came, `NAME#VERSION.tgz`, beside its definitions ready to be opened,
`NAME#VERSION.lib`: these can be lost and are made anew. A reader sees a package whole or not at
all, as each file is written whole and the archive is what counts.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from hygie.fhir.packages import (
    Library,
    Manifest,
    Package,
    Shelf,
    base_library,
    missing_dependencies,
    read_package,
)
from hygie.files import one_at_a_time, write_whole
from hygie.insight.quality import phrases
from hygie.insight.quality.guides import read_definition
from hygie.limits import MAX_PACKAGE_BYTES, MAX_PACKAGES
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse

FOLDER: Final = "packages"
ARCHIVE: Final = ".tgz"
OPENED: Final = ".lib"
LOCK: Final = ".lock"
EXCERPT_CHARACTERS: Final = 200
State = Literal["added", "unchanged", "replaced"]


class Installed(msgspec.Struct, frozen=True):
    """A package that is here."""

    package: str
    """`hl7.fhir.fr.core#2.2.0`."""
    title: str
    definitions: int
    bytes: int
    """Of the archive."""
    missing: tuple[str, ...] = ()
    """What it depends on and is not here."""


class Added(NamedTuple):
    """What became of one archive that was given."""

    manifest: Manifest
    state: State
    issues: tuple[Issue, ...]


def load_library(data: Path) -> Library:
    """R4, and the packages of a data directory; R4 alone when there are none.

    Raises `Refused` for a package that can no longer be read.
    """
    return Packages(data).library()


class Packages:
    """Those of one data directory."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def library(self) -> Library:
        """What is here, opened; what has never been opened here is made ready for next time."""
        shelves = list(map(self._shelf, self._archives()))
        if not shelves:
            return base_library()
        library = base_library().copy()
        for shelf in shelves:
            library.put(shelf)
        return library

    def listed(self) -> tuple[Installed, ...]:
        """In the order of their names."""
        missing = missing_dependencies(self.library())
        found = []
        for path in self._archives():
            shelf = self._shelf(path)
            manifest = shelf.manifest
            found.append(
                Installed(
                    manifest.id,
                    manifest.title,
                    shelf.size,
                    path.stat().st_size,
                    missing.get(manifest.id, ()),
                )
            )
        return tuple(found)

    # --- changes -----------------------------------------------------------------------------
    def add(
        self, archives: Sequence[Path], *, replace: bool = False, strict: bool = False
    ) -> list[Added]:
        """Keeps these packages, all or none of them. Adding one again changes nothing.

        `strict`: what depends on a package that is not here is refused, else it is told. Raises
        `Refused`, and `OSError` when a file cannot be read.
        """
        given = [_given(path) for path in archives]
        with one_at_a_time(self._folder / LOCK):
            self._folder.chmod(0o700)
            states = [self._state(one, replace=replace) for one in given]
            missing = self._missing(given)
            if strict and missing:
                issues = tuple(issue for issues in missing.values() for issue in issues)
                raise Refused(Refusal(Category.UNPROCESSABLE, issues))
            for one, state in zip(given, states, strict=True):
                if state != "unchanged":
                    self._keep(one)
        return [
            Added(one.manifest, state, one.package.issues + missing.get(one.manifest.id, ()))
            for one, state in zip(given, states, strict=True)
        ]

    def remove(self, package: str) -> tuple[Issue, ...]:
        """Takes a package away; what then lacks it is told. Raises `Refused` when there is none."""
        with one_at_a_time(self._folder / LOCK):
            archives = {path.name.removesuffix(ARCHIVE): path for path in self._archives()}
            if package not in archives:
                raise _refused("package.not-here", phrases.NOT_HERE, package, Category.NOT_FOUND)
            lacked = missing_dependencies(self.library())
            archives[package].unlink()
            _opened(archives[package]).unlink(missing_ok=True)
            lacking = missing_dependencies(self.library())
        return tuple(_lacks(of, w) for of, w in lacking.items() if w != lacked.get(of))

    def _state(self, given: "_Given", *, replace: bool) -> State:
        path = self._path(given.manifest.id)
        if not path.exists():
            if len(self._archives()) >= MAX_PACKAGES:
                limit = str(MAX_PACKAGES)
                raise refuse(
                    Category.TOO_LARGE, "package.many", phrases.TOO_MANY_PACKAGES, limit=limit
                )
            return "added"
        if path.read_bytes() == given.raw:
            return "unchanged"
        if not replace:
            raise _refused("package.other", phrases.OTHER_CONTENT, given.manifest.id)
        return "replaced"

    def _keep(self, given: "_Given") -> None:
        """What was opened of another archive of that name goes first: it must never be taken for
        what is in this one."""
        path = self._path(given.manifest.id)
        _opened(path).unlink(missing_ok=True)
        write_whole(path, given.raw)
        write_whole(_opened(path), given.package.shelf.packed)

    def _missing(self, given: Sequence["_Given"]) -> dict[str, tuple[Issue, ...]]:
        """Of those given, what each depends on and is neither here nor given."""
        library = self.library().copy()
        for one in given:
            library.put(one.package.shelf)
        lacking = missing_dependencies(library)
        ids = {one.manifest.id for one in given}
        return {of: (_lacks(of, wanted),) for of, wanted in lacking.items() if of in ids}

    # --- files -------------------------------------------------------------------------------
    def _path(self, package: str) -> Path:
        """Of a manifest that was read: nothing in its name leads elsewhere."""
        return self._folder / (package + ARCHIVE)

    def _archives(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.suffix == ARCHIVE)
        except FileNotFoundError:
            return []

    def _shelf(self, path: Path) -> Shelf:
        try:
            return Shelf(_opened(path).read_bytes())
        except (FileNotFoundError, ValueError):
            shelf = _given(path).package.shelf
        with suppress(OSError):
            # A reader who may not write still reads.
            write_whole(_opened(path), shelf.packed)
        return shelf


class _Given(NamedTuple):
    """An archive, read."""

    raw: bytes
    package: Package

    @property
    def manifest(self) -> Manifest:
        return self.package.manifest


def _given(path: Path) -> _Given:
    with path.open("rb") as file:
        raw = file.read(MAX_PACKAGE_BYTES + 1)
    try:
        return _Given(raw, read_package(raw, path.name, read_definition))
    except Refused as refused:
        issues = refused.refusal.issues
        named = (msgspec.structs.replace(i, location=i.location or path.name) for i in issues)
        raise Refused(Refusal(refused.refusal.category, tuple(named))) from None


def _opened(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(ARCHIVE) + OPENED)


def _lacks(of: str, wanted: tuple[str, ...]) -> Issue:
    return Issue(
        severity="warning", code="not-found", rule="package.dependencies",
        phrase=phrases.LACKS, location=of, details={"wanted": ", ".join(wanted)},
    )  # fmt: skip


def _refused(
    rule: str, phrase: Phrase, package: str, category: Category = Category.CONFLICT
) -> Refused:
    shown = package[:EXCERPT_CHARACTERS]
    return refuse(category, rule, phrase, code="processing", package=shown)
