"""CodeSystem resources, in JSON or XML: files, bundles, folders, archives."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from hygie.fhir.formats import read_resources
from hygie.fhir.terminology.code_system import PROPERTIES
from hygie.fhir.terminology.heading import Heading
from hygie.fhir.terminology.reading import Json, objects, text
from hygie.limits import MAX_DEFINITION_BYTES
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading import phrases
from hygie.nomenclature.loading.faults import fault
from hygie.nomenclature.loading.given import File, Given
from hygie.nomenclature.loading.reading import Reading, other_kind, require_version
from hygie.refusal import Category, Refusal, Refused

WITH_CONCEPTS: Final = frozenset({"complete", "fragment", "example", "supplement"})
OWN: Final = frozenset({"code", "concept"})
LEFT_OUT: Final = frozenset({"concept", "text", "meta", "contained"})
OID: Final = "urn:oid:"


def read(given: Given) -> Sequence[Reading]:
    """Each CodeSystem with its concepts; other resources beside them are passed over, and those
    that only say that a system exists."""
    found = [
        (file, resource)
        for file in given.named(".json", ".xml")
        for resource in resources_of(file)
        if resource.get("resourceType") == "CodeSystem"
    ]
    if not found:
        place = given.sources[0].name if given.sources else ""
        raise other_kind("fhir", "CodeSystem (JSON, XML)", place)
    with_concepts = [each for each in found if _has_concepts(each[1])]
    if not with_concepts:
        file, resource = found[0]
        name = text(resource, "url") or text(resource, "id")
        raise fault("nomenclature.fhir", phrases.NOT_A_CODE_SYSTEM, file.shown, found=name)
    return [_reading(*each, given) for each in with_concepts]


def resources_of(file: File) -> Iterator[Json]:
    """Those in a file, and in a bundle. Raises `Refused` for what cannot be read."""
    with file.open() as stream:
        raw = stream.read(MAX_DEFINITION_BYTES + 1)
    for result in read_resources(raw, "", limit=MAX_DEFINITION_BYTES):
        if result.resource is None:
            named = (msgspec.structs.replace(i, location=file.shown) for i in result.issues)
            raise Refused(Refusal(Category.UNPROCESSABLE, tuple(named)))
        yield result.resource
        for entry in objects(result.resource, "entry"):
            if isinstance(entry.get("resource"), dict):
                yield entry["resource"]


def _has_concepts(resource: Json) -> bool:
    return text(resource, "content") in WITH_CONCEPTS and bool(resource.get("concept"))


def _reading(file: File, resource: Json, given: Given) -> Reading:
    if not text(resource, "url"):
        raise fault("nomenclature.url", phrases.NO_URL, file.shown)
    version = text(resource, "version") or given.options.version
    if version or given.options.expected:
        version = require_version(version, given, file.shown)
    kept = {name: value for name, value in resource.items() if name not in LEFT_OUT}
    header = Header(
        kind="fhir",
        json={**kept, **({"version": version} if version else {})},
        aliases=tuple(oids(resource)),
        licence=text(resource, "copyright"),
    )
    return Reading(header, lambda: _pieces(resource))


def oids(resource: Json) -> Iterator[str]:
    """The OIDs that a system says that it goes by too."""
    values = (text(item, "value") for item in objects(resource, "identifier"))
    return (value for value in values if value.startswith(OID))


def _pieces(resource: Json) -> Iterator[Piece]:
    """Parents by nesting, and by the properties that name them."""
    names = Heading(resource).properties
    parent, child = (names.get(PROPERTIES + name, name) for name in ("parent", "child"))
    waiting: list[tuple[Json, tuple[str, ...]]]
    waiting = [(item, ()) for item in reversed(list(objects(resource, "concept")))]
    while waiting:
        item, nested_in = waiting.pop()
        code = text(item, "code")
        body = {name: value for name, value in item.items() if name not in OWN}
        yield Piece(code, body, (*nested_in, *_named(item, parent)))
        yield from (Piece(below, {}, (code,), defines=False) for below in _named(item, child))
        inner = list(objects(item, "concept"))
        waiting.extend((nested, (code,)) for nested in reversed(inner))


def _named(item: Json, name: str) -> Iterator[str]:
    """The codes that a property gives."""
    found = (p for p in objects(item, "property") if p.get("code") == name)
    return (value for p in found for value in (p.get("valueCode"),) if isinstance(value, str))
