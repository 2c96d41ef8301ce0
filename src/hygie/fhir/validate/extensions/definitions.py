"""What is known of the extensions of a library: one entry for each URL, one use for each place.

Extensions repeat the same few URLs at the same few places, so both are remembered.
"""

import re
from functools import lru_cache
from typing import Any, Final

import msgspec

from hygie.fhir.definitions import Registry, r4
from hygie.fhir.packages import (
    Definition,
    Library,
    canonical_parts,
    missing_dependencies,
    package_of,
)
from hygie.fhir.packages.naming import EXTENSIONS, TOOLS
from hygie.fhir.validate.extensions.places import names_at

STRUCTURE: Final = "StructureDefinition"
BESIDE: Final = (EXTENSIONS, TOOLS)
"""Packages that HL7 publishes beside R4: nothing tells those who use them to name them."""
ELSEWHERE: Final = re.compile(
    r"http://hl7\.org/fhir/[0-9]\.[0-9]/StructureDefinition/extension-[A-Za-z0-9.\-]+"
)
"""An element of another version of FHIR (R4 versions.html, "Extensions for converting")."""
EXAMPLES: Final = re.compile(r"https?://(?:[^/]+\.)?(?:example\.org|acme\.com|nema\.org)[/:#]")
"""What specifications take for their examples (RFC 2606 §3, R4's own, DICOM's): nobody publishes
these, and nobody is to act on them."""
ERRATA: Final = {
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type": (
        ("element", "ElementDefinition.type"),
    ),
}
"""URL -> contexts that R4's definition of an extension forgets and all its own uses have."""
MAX_REMEMBERED: Final = 8192
"""Uses: URLs come from outside, without end."""
Steps = tuple[str, ...]
"""Names of elements, from the resource down to what has the extension."""


class Entry(msgspec.Struct, frozen=True):
    """What the definition of an extension says, its content apart."""

    url: str
    canonical: str
    """Of the profile of its content; empty when there is none here."""
    type: str
    """"Extension", unless the URL is that of something else."""
    modifier: bool
    contexts: tuple[tuple[str, str], ...]
    """Type ("element", "extension", "fhirpath") and expression."""
    invariants: tuple[str, ...]
    parts: dict[int, tuple[str, ...]]
    """Of a complex extension: depth below it -> the relative URLs of its parts there."""

    def allowed(self) -> str:
        return ", ".join(expression for _, expression in self.contexts[:12])


ACTED_ON: Final = {
    entry.url: entry
    for entry in (
        Entry(
            url="http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter",
            canonical="", type="Extension", modifier=True, contexts=(("element", "Group"),),
            invariants=(), parts={},
        ),
    )
}  # fmt: skip
"""Modifiers that Hygie itself acts on: what has them is understood without their package."""


class Use(msgspec.Struct, frozen=True):
    """An extension at a kind of place."""

    entry: Entry | None = None
    """None: not known."""
    allowed: bool = True
    paths: tuple[str, ...] = ()
    """FHIRPath contexts, when none of the others allows it: to be tried on the resource."""
    package: str = ""
    """Of one that is not known: where it may come from."""
    lenient: bool = False
    """Whether not knowing it is our lack: a package that is asked for, and not here."""
    example: bool = False


class Extensions:
    """The extensions of one library. Safe to share, as long as nothing is added to it."""

    def __init__(self, library: Library, registry: Registry) -> None:
        self._library = library
        self._registry = registry
        self.any = bool(library.urls(STRUCTURE))
        """Whether anything is known at all: else nothing can be said."""
        missing = missing_dependencies(library).values()
        self._missing = {name.partition("#")[0] for names in missing for name in names}
        here = {package.name for package in library.packages}
        self._missing |= {n for n in BESIDE if not any(h.startswith(n) for h in here)}
        self._entries: dict[str, Entry] = {}
        self._uses: dict[tuple[str, str, Steps], Use] = {}

    def use(self, url: str, holder: str, steps: Steps) -> Use:
        """An extension on an element: `steps` below a `holder`, which is a type of resource.

        Of an extension in another one, the holder is the URL of that one.
        """
        key = url, holder, steps
        found = self._uses.get(key)
        if found is None:
            if len(self._uses) >= MAX_REMEMBERED:
                self._uses.clear()
                self._entries.clear()  # by URLs as well, which may name any version
            found = self._uses[key] = self._use(url, holder, steps)
        return found

    def _use(self, url: str, holder: str, steps: Steps) -> Use:
        entry = self._entry(url)
        if entry is None:
            package = package_of(url)
            return Use(
                package=package,
                lenient=package in self._missing,
                example=EXAMPLES.match(url) is not None,
            )
        names = self._names(holder, steps)
        allowed = not entry.contexts or any(
            expression in names for kind, expression in entry.contexts if kind != "fhirpath"
        )
        paths = tuple(e for kind, e in entry.contexts if kind == "fhirpath")
        return Use(entry, allowed, () if allowed else paths)

    def _names(self, holder: str, steps: Steps) -> frozenset[str]:
        if self._registry.is_resource(holder):
            return names_at(self._registry, holder, steps)
        return frozenset({holder, "Extension", "Element"})

    def _entry(self, url: str) -> Entry | None:
        entry = self._entries.get(url)
        if entry is None and (definition := self._find(url)):
            entry = self._entries[url] = _read(definition, url)
        return entry or ACTED_ON.get(url)

    def _find(self, url: str) -> Definition | None:
        """Of another version than a URL asks for, rather than none: it should ask for none."""
        found = self._library.find(STRUCTURE, url)
        return found or self._library.find(STRUCTURE, canonical_parts(url)[0])


@lru_cache(maxsize=16)
def extensions_of(library: Library) -> Extensions:
    return Extensions(library, r4())


def _read(definition: Definition, url: str) -> Entry:
    """Definitions come from outside too: what is of another shape than it should is not there."""
    resource = definition.resource
    elements = _elements(resource)
    contexts = (c for c in _list(resource.get("context")) if type(c) is dict)
    return Entry(
        url=url,
        canonical=definition.canonical,
        type=str(resource.get("type", "")),
        modifier=bool(elements) and elements[0].get("isModifier") is True,
        contexts=(
            *((str(c.get("type")), str(c.get("expression"))) for c in contexts),
            *ERRATA.get(definition.url, ()),
        ),
        invariants=tuple(
            rule for rule in _list(resource.get("contextInvariant")) if type(rule) is str
        ),
        parts=_parts(elements),
    )


def _elements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    for view in ("snapshot", "differential"):
        held = resource.get(view)
        elements = _list(held.get("element")) if type(held) is dict else []
        if elements:
            return [element for element in elements if type(element) is dict]
    return []


def _parts(elements: list[dict[str, Any]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for element in elements:
        path, url = element.get("path"), element.get("fixedUri")
        if type(path) is str and type(url) is str and path.endswith(".extension.url"):
            depth = path.count(".extension")
            found[depth] = (*found.get(depth, ()), url)
    return found


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []
