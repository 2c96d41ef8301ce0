"""The code of a type's check: written and compiled, or taken as it was kept.

Writing and compiling all of R4 takes a second; reading what was made then, a tenth of that. The
code is kept at installation, beside the definitions that it is written from, under a digest of all
that has a part in it: other definitions, sources or another Python, and everything is made anew.
"""

import hashlib
import marshal
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from types import CodeType
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import Registry, TypeDefinition, r4
from hygie.fhir.definitions.model import Invariant
from hygie.fhir.path.compiler import Path, code_of, path_from
from hygie.fhir.validate.generate import Sets, write_check
from hygie.fhir.validate.invariants.compiled import compile_invariant

ARTEFACT: Final = "checks.bin"
SOURCES: Final = ("hygie.fhir.definitions", "hygie.fhir.path", "hygie.fhir.validate")
"""Packages whose files have a part in what is made."""


class Made(NamedTuple):
    """What a compiler needs of one type."""

    code: CodeType
    """Defines its functions."""
    sets: Sets
    rules: Mapping[str, tuple[Invariant, Path]]
    """Invariants by the name that the code calls them by."""


def made(registry: Registry, definition: TypeDefinition) -> Made:
    """The check of a type of these definitions."""
    if registry is r4() and (packed := kept().get(definition.name)):
        return _unpacked(registry, packed)
    written = write_check(registry, definition)
    rules = {
        name: (rule, compile_invariant(rule.expression, type_name, registry))
        for name, (rule, type_name) in written.rules.items()
    }
    # The source is written from the definitions shipped with Hygie, never from data.
    code = compile(written.source, f"<check of {definition.name}>", "exec")
    return Made(code, written.sets, rules)


@cache
def kept() -> Mapping[str, bytes]:
    """Type name -> what was kept of it; empty when nothing was that is of use now."""
    artefact = resources.files(__package__).joinpath(ARTEFACT)
    if not artefact.is_file():
        return {}
    digest, found = marshal.loads(artefact.read_bytes())  # noqa: S302 - of our own installation
    return found if digest == _digest() else {}


def pack() -> bytes:
    """The artefact: the checks of all types of R4."""
    kept.cache_clear()
    registry = r4()
    places = {id(rule): index for index, rule in enumerate(registry.all_invariants)}
    found = {}
    for name, definition in registry.types.items():
        fresh = made(registry, definition)
        rules = {
            called: (places[id(rule)], path.text, path.source, code_of(path.source))
            for called, (rule, path) in fresh.rules.items()
        }
        found[name] = marshal.dumps((fresh.code, fresh.sets, rules))
    return marshal.dumps((_digest(), found))


def keep() -> None:
    """Writes the artefact. At installation only."""
    FilePath(str(resources.files(__package__).joinpath(ARTEFACT))).write_bytes(pack())


def _unpacked(registry: Registry, packed: bytes) -> Made:
    code, sets, rules = marshal.loads(packed)  # noqa: S302 - of our own installation
    return Made(
        code,
        sets,
        {
            called: (registry.all_invariants[place], path_from(text, source, registry, of_path))
            for called, (place, text, source, of_path) in rules.items()
        },
    )


def _digest() -> bytes:
    """Of every file that has a part in what is made, and of this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for package in SOURCES:
        for file in _files(resources.files(package)):
            digest.update(file.read_bytes())
    return digest.digest()


def _files(folder: Any) -> Iterator[Any]:
    for entry in sorted(folder.iterdir(), key=lambda entry: str(entry.name)):
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(".py") or entry.name == "r4.bin":
            yield entry
