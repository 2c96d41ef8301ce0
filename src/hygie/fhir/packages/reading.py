"""Packages and single files of definitions, from their bytes.

One file that cannot be read is reported, and the others are kept: a guide of 500 definitions is
not lost for a faulty one. What makes the whole doubtful refuses the whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.definitions import r4
from hygie.fhir.packages import phrases
from hygie.fhir.packages.archive import File, files_of
from hygie.fhir.packages.definition import Definition, Json
from hygie.fhir.packages.manifest import R4, Manifest, read_manifest
from hygie.fhir.packages.pruning import pruned
from hygie.fhir.packages.shelf import Shelf, pack
from hygie.limits import MAX_DEFINITION_BYTES, MAX_PACKAGE_ISSUES
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse

MANIFEST: Final = "package.json"
EXCERPT_CHARACTERS: Final = 120
Read = Callable[[bytes], tuple[Json | None, Sequence[Issue]]]
"""The bytes of a file -> the resource in it, or None and why it cannot be read."""


def read_json(raw: bytes) -> tuple[Json | None, Sequence[Issue]]:
    """The resource in a JSON text."""
    try:
        return decode(raw, limit=MAX_DEFINITION_BYTES), ()
    except Refused as refused:
        return None, refused.refusal.issues


class Package(msgspec.Struct, frozen=True):
    """The definitions of a package, and what is doubtful in it."""

    shelf: Shelf
    issues: tuple[Issue, ...] = ()
    """What was left out, and why; `location` is the name of the file."""

    @property
    def manifest(self) -> Manifest:
        return self.shelf.manifest


def read_package(raw: bytes, name: str = "", read: Read = read_json) -> Package:
    """The definitions of a FHIR NPM package (`.tgz`), examples left out.

    `name` is that of its file, for the issues; `read` reads one of the files in it. Raises
    `Refused` when it is no such archive, is unsafe, too large, damaged, without manifest, or
    written for another version of FHIR.
    """
    return assembled(files_of(raw), name, read)


def assembled(files: Iterable[File], name: str = "", read: Read = read_json) -> Package:
    """The package of these files, in any order, wherever they come from. Raises as above."""
    gathered = _Gathered(name, read)
    found: tuple[Manifest, list[Issue]] | None = None
    for file in files:
        if file.name == MANIFEST and file.content is not None:
            found = read_manifest(file.content)
        elif file.name.endswith((".json", ".xml")):
            gathered.read(file)
    if found is None:
        raise refuse(Category.INVALID, "package.manifest", phrases.NO_MANIFEST, code="structure")
    manifest, doubts = found
    gathered.complete()
    shelf = Shelf(pack(manifest, gathered.resources.values()))
    return Package(shelf, (*doubts, *gathered.issues))


def read_definitions(
    raw: bytes, name: str = "", read: Read = read_json
) -> tuple[tuple[Definition, ...], tuple[Issue, ...]]:
    """The definition in a file, or those of a Bundle, and what was left out of them.

    Raises `Refused` when there are none.
    """
    gathered = _Gathered(name, read)
    resource = gathered.decoded("", raw)
    if resource is not None:
        gathered.keep("", resource)
    if not gathered.resources and resource is None:
        raise Refused(Refusal(Category.INVALID, tuple(gathered.issues)))
    if not gathered.resources:
        raise refuse(
            Category.UNPROCESSABLE, "package.definitions", phrases.NOT_DEFINITIONS, code="not-found"
        )
    return tuple(map(Definition, gathered.resources.values())), tuple(gathered.issues)


class _Gathered:
    """Definitions as they are read, each once, and what was wrong on the way."""

    def __init__(self, name: str, read: Read) -> None:
        self._name = name
        self._read = read
        self._in_xml: list[Json] = []
        """Kept only for what is not there in JSON as well: guides give most things twice."""
        self.resources: dict[tuple[str, str, str], Json] = {}
        self.issues: list[Issue] = []

    def read(self, file: File) -> None:
        if file.content is None:
            self._say(
                file.name,
                "package.file-size",
                phrases.FILE_TOO_LARGE,
                size=str(file.size),
                limit=str(MAX_DEFINITION_BYTES),
            )
            return
        resource = self.decoded(file.name, file.content)
        if resource is not None and file.name.endswith(".xml"):
            self._in_xml.append(resource)
        elif resource is not None:
            self.keep(file.name, resource)

    def decoded(self, file: str, raw: bytes) -> Json | None:
        """What a file holds; None, and an issue, where it cannot be read."""
        resource, issues = self._read(raw)
        if resource is not None:
            return resource
        for issue in issues:
            self._add(msgspec.structs.replace(issue, location=self._located(file)))
        return None

    def complete(self) -> None:
        """Adds what was there in XML alone."""
        for resource in self._in_xml:
            for one in _unbundled(resource):
                definition = Definition(one)
                key = definition.kind, definition.url, definition.version
                if key not in self.resources:
                    self.keep("", one)

    def keep(self, file: str, resource: Json) -> None:
        """Keeps a definition, or those of a Bundle; anything else is an example."""
        for one in _unbundled(resource):
            if is_definition(one) and self._is_of_r4(file, one):
                definition = Definition(one)
                key = definition.kind, definition.url, definition.version
                if key in self.resources:
                    shown = definition.canonical[:EXCERPT_CHARACTERS]
                    self._say(
                        file, "package.twice", phrases.TWICE, kind=definition.kind, canonical=shown
                    )
                else:
                    self.resources[key] = pruned(one)

    def _is_of_r4(self, file: str, resource: Json) -> bool:
        version = resource.get("fhirVersion")
        if not isinstance(version, str) or R4.fullmatch(version):
            return True
        found = version[:EXCERPT_CHARACTERS]
        self._say(file, "package.fhir-version", phrases.FILE_OF_OTHER_FHIR, found=found)
        return False

    def _say(self, file: str, rule: str, phrase: Phrase, **details: str) -> None:
        self._add(
            Issue(
                severity="warning",
                code="processing",
                rule=rule,
                phrase=phrase,
                location=self._located(file),
                details=details,
            )
        )

    def _add(self, issue: Issue) -> None:
        if len(self.issues) < MAX_PACKAGE_ISSUES:
            self.issues.append(issue)
        elif len(self.issues) == MAX_PACKAGE_ISSUES:
            limit = {"limit": str(MAX_PACKAGE_ISSUES)}
            more = Issue(
                severity="warning",
                code="too-costly",
                rule="package.more",
                phrase=phrases.MORE,
                location=self._name,
                details=limit,
            )
            self.issues.append(more)

    def _located(self, file: str) -> str:
        return "/".join(part for part in (self._name, file) if part)


def _unbundled(resource: Json) -> Iterator[Json]:
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    entries = resource.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict):
            yield inner


def is_definition(resource: Json) -> bool:
    """Whether a resource is of a type that has a canonical URL, and has one."""
    url = resource.get("url")
    kind = resource.get("resourceType")
    return isinstance(url, str) and url != "" and isinstance(kind, str) and kind in _canonical()


@cache
def _canonical() -> frozenset[str]:
    """Types whose `url` is a `uri`: that of an Endpoint or a Subscription is an address."""
    types = r4().types
    return frozenset(
        name
        for name in r4().resource_types
        for element in types[name].elements
        if element.name == "url" and element.types[0].name == "uri"
    )
