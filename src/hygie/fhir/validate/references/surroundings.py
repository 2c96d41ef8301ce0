"""What references inside a resource can be resolved to, without asking anyone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from hygie.fhir.validate.references.entries import Entries

Json = dict[str, Any]
Place = tuple[Any, str, int]


class Surroundings(NamedTuple):
    """Changes when a bundle, one of its entries, or a resource with contained ones is entered."""

    container: Json
    """The resource that "#" names, and that holds the contained ones; empty when it has none."""
    contained: Mapping[str, Json]
    """Id -> each resource contained in it."""
    entries: Entries | None = None
    """Of the bundle around it."""
    entry: int = -1
    """Index of the entry around it."""
    root: str = ""
    """Root of the fullUrl of that entry, when it is a RESTful one."""


NOTHING: Final = Surroundings({}, {})


def within(resource: Json, place: Place, outer: Surroundings) -> Surroundings:
    """What surrounds the elements of a resource that stands at `place`, in `outer`."""
    contained = dict(_by_id(resource.get("contained")))
    if resource.get("resourceType") == "Bundle":
        return Surroundings(resource, contained, Entries(resource))
    if outer.entries is None:
        return Surroundings(resource, contained)
    return _entered(resource, contained, place, outer.entries, outer)


def _entered(
    resource: Json,
    contained: Mapping[str, Json],
    place: Place,
    entries: Entries,
    outer: Surroundings,
) -> Surroundings:
    """Elements of an entry: its resource, or that of a Parameters that is one."""
    above, name, _ = place
    if name != "resource" or above is None or above[1] != "entry":
        return outer._replace(container=resource, contained=contained)
    index = above[2]
    return Surroundings(resource, contained, entries, index, entries.root(index))


def repeated_ids(resources: Any) -> Iterator[tuple[int, str]]:
    """Index and id of each contained resource whose id another one before it has."""
    seen: set[str] = set()
    for index, resource in enumerate(resources if isinstance(resources, list) else ()):
        name = resource.get("id") if isinstance(resource, dict) else None
        if isinstance(name, str) and name in seen:
            yield index, name
        elif isinstance(name, str):
            seen.add(name)


def _by_id(resources: Any) -> Iterator[tuple[str, Json]]:
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict) and isinstance(resource.get("id"), str):
            yield resource["id"], resource
