"""The guides that a validation is given: packages, folders and files of definitions -> a library.

Files come from outside: what is unsafe refuses the whole, what is doubtful is told and left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from hygie.fhir.formats import read_resources
from hygie.fhir.packages import Library, missing_dependencies
from hygie.fhir.packages.archive import File
from hygie.fhir.packages.definition import Json
from hygie.fhir.packages.reading import Package, assembled, read_definitions, read_package
from hygie.files import walk
from hygie.insight.quality import phrases
from hygie.limits import MAX_DEFINITION_BYTES, MAX_PACKAGE_BYTES
from hygie.refusal import Issue

_ARCHIVES: Final = (".tgz", ".gz")
_DEFINITIONS: Final = (".json", ".xml")


class Guides(NamedTuple):
    """`names`: as a report names them, with their versions. `issues`: what is doubtful."""

    library: Library
    names: tuple[str, ...]
    issues: tuple[Issue, ...]


def with_guides(library: Library, paths: Iterable[Path]) -> Guides:
    """The library and what is at the paths besides. Raises `Refused`, and `OSError` when a path
    cannot be read."""
    grown = library.copy()
    names: list[str] = [m.id for m in library.packages if m.name != "hl7.fhir.r4.core"]
    issues: list[Issue] = []
    for path in paths:
        package = _package(path)
        if package is not None:
            grown.put(package.shelf)
            names.append(package.manifest.id)
            issues += package.issues
        else:
            names.append(path.name)
            for file in walk([path]):
                issues += _add(grown, file)
    missing = missing_dependencies(grown)
    issues += (_missing(of, wanted) for of, wanted in missing.items())
    return Guides(grown, tuple(dict.fromkeys(names)), tuple(issues))


def read_definition(raw: bytes) -> tuple[Json | None, Sequence[Issue]]:
    """The resource in a file of a package, JSON or XML; None, and why, where it cannot be read."""
    read = next(read_resources(raw, "", limit=MAX_DEFINITION_BYTES))
    return read.resource, read.issues


def _package(path: Path) -> Package | None:
    """None for what is no package: files of definitions."""
    if not path.is_dir():
        if path.suffix.lower() not in _ARCHIVES:
            return None
        with path.open("rb") as file:
            return read_package(file.read(MAX_PACKAGE_BYTES + 1), path.name, read_definition)
    for root in (path, path / "package"):
        if (root / "package.json").is_file():
            return assembled(_files(root), path.name, read_definition)
    return None


def _files(root: Path) -> Iterator[File]:
    """As an archive would give them: right in the folder, hidden ones left out."""
    for path in sorted(root.iterdir()):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            size = path.stat().st_size
            yield File(path.name, size, path.read_bytes() if size <= MAX_DEFINITION_BYTES else None)


def _add(library: Library, path: Path) -> tuple[Issue, ...]:
    if path.suffix.lower() not in _DEFINITIONS:
        return ()
    with path.open("rb") as file:
        raw = file.read(MAX_DEFINITION_BYTES + 1)
    definitions, issues = read_definitions(raw, path.name, read_definition)
    for definition in definitions:
        library.add(definition)
    return issues


def _missing(of: str, wanted: tuple[str, ...]) -> Issue:
    return Issue(
        severity="warning", code="not-found", rule="package.dependencies",
        phrase=phrases.DEPENDENCIES, location=of, details={"wanted": ", ".join(wanted)},
    )  # fmt: skip
