"""What a book says of itself, before its first concept."""

import re
from typing import Final

import msgspec

from hygie.fhir.terminology.reading import Json, text

FORM: Final = 1
"""Of the tables of a book: one of another form is made anew from its files."""
SUFFIX: Final = ".book"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._]+")
_VERSION_OF_SNOMED: Final = re.compile(r"http://snomed\.info/x?sct/([0-9]+)/version/([0-9]+)")
LONGEST_PART: Final = 80


class Source(msgspec.Struct, frozen=True):
    """One of the files that a book was made from."""

    name: str
    sha256: str
    bytes: int


class Note(msgspec.Struct, frozen=True):
    """Doubts of one kind that were met when the book was made; those concerned, as far as kept."""

    rule: str
    count: int
    examples: tuple[str, ...] = ()


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Of one book."""

    kind: str
    """What it was loaded as: `cim10`."""
    json: Json
    """The CodeSystem, its concepts left out."""
    aliases: tuple[str, ...] = ()
    """Other URLs and OIDs by which the system goes."""
    licence: str = ""
    sources: tuple[Source, ...] = ()
    made: str = ""
    """When, as ISO 8601."""
    mark: str = ""
    """Of a system whose name another one has already."""
    form: int = FORM
    concepts: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def url(self) -> str:
        return text(self.json, "url")

    @property
    def version(self) -> str:
        return text(self.json, "version")

    @property
    def name(self) -> str:
        """NAME#VERSION, which is that of its file too."""
        name = text(self.json, "name") or self.url.rstrip("/").rpartition("/")[2]
        marked = f"{_safe(name)}-{self.mark}" if self.mark else _safe(name)
        return f"{marked}#{_safe(_short(self.version))}"

    @property
    def urls(self) -> tuple[str, ...]:
        """All by which the system is known, its own first."""
        return tuple(dict.fromkeys((self.url, *self.aliases)))


def _short(version: str) -> str:
    """A version as a file's name can say it: of SNOMED CT, module and date."""
    found = _VERSION_OF_SNOMED.fullmatch(version)
    return f"{found[1]}-{found[2]}" if found else version


def _safe(part: str) -> str:
    """Letters, digits, dots and hyphens: nothing in it leads elsewhere."""
    return _UNSAFE.sub("-", part).strip("-.")[:LONGEST_PART] or "0"
