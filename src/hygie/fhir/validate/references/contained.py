"""Contained resources: an id each, no two alike, and a link to or from the container (dom-3)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from hygie.fhir.references import LINK_TYPES, walk_links
from hygie.fhir.validate.reading import Json, objects
from hygie.fhir.validate.references import phrases
from hygie.fhir.validate.report import Place, Report, excerpt

LOCAL_TYPES: Final = LINK_TYPES | {"canonical"}


def check_contained_resources(container: Json, place: Place, report: Report) -> None:
    """What holds of the contained resources together; each is checked by itself as well."""
    seen: set[str] = set()
    for index, inner in _filled(container["contained"]):
        name, where = inner.get("id"), (place, "contained", index)
        if "id" not in inner:
            report.add("required", "structure.contained-no-id", phrases.NO_ID, where)
        elif type(name) is str and name in seen:
            rule, phrase = "structure.contained-id", phrases.SAME_ID
            report.add("structure", rule, phrase, where, found=excerpt(name))
        elif type(name) is str:
            seen.add(name)
    if lone := set(unlinked(container, seen)):
        for index, inner in _filled(container["contained"]):
            if type(name := inner.get("id")) is str and name in lone:
                where = (place, "contained", index)
                details = {"found": excerpt(name)}
                report.add("invariant", "invariant.dom-3", phrases.LONE, where, **details)


def unlinked(container: Json, names: Iterable[str]) -> Iterator[str]:
    """Ids of contained resources that nothing refers to, and that do not refer to the container."""
    left = set(names)
    for reference in _references(container):
        left.discard(reference[1:])
        if not left:
            return
    for link in walk_links(container, LOCAL_TYPES):
        if link[:1] == "#":
            left.discard(link[1:])
    for _, inner in _filled(container["contained"]):
        name = inner.get("id")
        if type(name) is str and name in left and "#" not in walk_links(inner, LOCAL_TYPES):
            yield name


def _references(resource: Json) -> Iterator[str]:
    """Local references, met by name alone: faster than links by type, and enough most often."""
    waiting: list[Any] = [resource]
    while waiting:
        value = waiting.pop()
        if type(value) is list:
            waiting += value
        elif type(value) is dict:
            reference = value.get("reference")
            if type(reference) is str and reference[:1] == "#":
                yield reference
            waiting += value.values()


def _filled(value: Any) -> list[tuple[int, Json]]:
    """Those that have something in them: of the others, the structure's check says enough."""
    return [(index, item) for index, item in objects(value) if item]
