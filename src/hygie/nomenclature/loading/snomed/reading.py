"""A release of SNOMED CT -> its concepts, as R4 snomedct.html has them.

What belongs together is in different files: each line is passed on as it comes, and concepts are
joined on disk. Kept in memory: which descriptions are preferred, 8 bytes each.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.books import Header, Piece
from hygie.nomenclature.loading.given import Given
from hygie.nomenclature.loading.reading import Reading, code_system, declared, require_version
from hygie.nomenclature.loading.snomed.files import (
    CONCEPT,
    CONCRETE,
    DEPENDENCY,
    DESCRIPTION,
    LANGUAGE,
    MEMBER,
    RELATIONSHIP,
    Line,
    Release,
)

URL: Final = "http://snomed.info/sct"
OID: Final = "urn:oid:2.16.840.1.113883.6.96"
INTERNATIONAL: Final = "900000000000207008"
IS_A: Final = "116680003"
FULLY_SPECIFIED: Final = "900000000000003001"
PREFERRED: Final = "900000000000548007"
ENGLISH_OF_US: Final = "900000000000509007"
DEFINED: Final = "900000000000073002"
USES: Final = {
    FULLY_SPECIFIED: {"system": URL, "code": FULLY_SPECIFIED, "display": "Fully specified name"},
    "900000000000013009": {"system": URL, "code": "900000000000013009", "display": "Synonym"},
}
PROPERTIES: Final = (
    declared("inactive", "boolean", URL + "/id/inactive"),
    declared("sufficientlyDefined", "boolean", URL + "/id/sufficientlyDefined"),
    declared("moduleId", "code", URL + "/id/moduleId"),
    declared("effectiveTime", "string", URL + "/id/effectiveTime"),
    declared("memberOf", "code", "", "Reference sets"),
)


def read(given: Given) -> Sequence[Reading]:
    """One system: the edition given, or the editions that are given together."""
    release = Release(given)
    found = f"{URL}/{_module(release)}/version/{release.date}"
    version = given.options.version or found
    if given.options.expected != release.date:
        require_version(version, given, release.place)
    json = code_system(
        URL, version, "SNOMED_CT", "SNOMED CT", language="en", hierarchyMeaning="is-a",
        compositional=True, valueSet=URL + "?fhir_vs", property=list(PROPERTIES),
        identifier=[{"system": "urn:ietf:rfc:3986", "value": OID}],
    )  # fmt: skip
    header = Header(kind="snomed", json=json, aliases=(OID,))
    return [Reading(header, lambda: _pieces(release))]


def _module(release: Release) -> str:
    """That of the edition: it depends on others, and none depends on it."""
    depends = {
        (line[3], line[5]) for line in release.active("ssRefset_ModuleDependency", DEPENDENCY)
    }
    modules = {module for module, _ in depends} - {other for _, other in depends}
    return min(modules, default=INTERNATIONAL, key=lambda one: (one == INTERNATIONAL, one))


def _pieces(release: Release) -> Iterator[Piece]:
    for line in release.lines("Concept", CONCEPT):
        yield Piece(line[0], {"property": list(_state(line))})
    yield from _descriptions(release)
    for line in release.active("TextDefinition", DESCRIPTION):
        yield Piece(line[4], {"definition": line[7]}, defines=False)
    for line in release.active("Relationship", RELATIONSHIP):
        yield _related(line)
    for line in release.active("RelationshipConcreteValues", CONCRETE):
        value = {"code": line[7], "valueString": line[5].strip('#"')}
        yield Piece(line[4], {"property": [value]}, defines=False)
    for content in ("Refset_Simple", "Refset_SimpleRefset"):
        for line in release.active(content, MEMBER):
            member = {"code": "memberOf", "valueCode": line[4]}
            yield Piece(line[5], {"property": [member]}, defines=False)


def _state(line: Line) -> Iterator[Json]:
    _, time, active, module, definition = line[:5]
    yield {"code": "inactive", "valueBoolean": active != "1"}
    yield {"code": "sufficientlyDefined", "valueBoolean": definition == DEFINED}
    yield {"code": "moduleId", "valueCode": module}
    yield {"code": "effectiveTime", "valueString": time}


def _related(line: Line) -> Piece:
    source, target, kind = line[4], line[5], line[7]
    if kind == IS_A:
        return Piece(source, {}, (target,), defines=False)
    return Piece(source, {"property": [{"code": kind, "valueCode": target}]}, defines=False)


# --- descriptions -----------------------------------------------------------------------------
def _descriptions(release: Release) -> Iterator[Piece]:
    """Preferred ones first: the first of a language is what a concept is called in it."""
    preferred, american = _preferred(release)
    for wanted in (True, False):
        for line in release.active("Description", DESCRIPTION):
            number = int(line[0])
            if _has(preferred, number) is wanted:
                is_display = wanted and line[6] != FULLY_SPECIFIED
                yield _described(line, is_display=is_display and _has(american, number))


def _described(line: Line, *, is_display: bool) -> Piece:
    """A name; what the United States prefer is the display of the international edition."""
    concept, language, kind, term = line[4:8]
    use = USES.get(kind, {"system": URL, "code": kind})
    body: Json = {"designation": [{"language": language, "use": use, "value": term}]}
    if is_display:
        body["display"] = term
    return Piece(concept, body, defines=False)


def _preferred(release: Release) -> tuple["array[int]", "array[int]"]:
    """Descriptions that are preferred in some language; and in American English. In order."""
    found, american = array("q"), array("q")
    for line in release.active("cRefset_Language", LANGUAGE):
        if line[6] == PREFERRED:
            found.append(int(line[5]))
            if line[4] == ENGLISH_OF_US:
                american.append(int(line[5]))
    return array("q", sorted(found)), array("q", sorted(american))


def _has(ordered: "array[int]", number: int) -> bool:
    place = bisect_left(ordered, number)
    return place < len(ordered) and ordered[place] == number
