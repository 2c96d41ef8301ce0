"""What references inside a resource can be resolved to, without asking anyone."""

from collections.abc import Mapping
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
    if resource.get("resourceType") == "Bundle":
        return Surroundings(resource, contained_in(resource), Entries(resource))
    above, name, _ = place
    if outer.entries is not None and name == "resource" and above is not None:
        _, name, index = above
        if name == "entry":
            return entered(resource, outer.entries, index)
    return outer._replace(container=resource, contained=contained_in(resource))


def entered(resource: Json, entries: Entries, index: int) -> Surroundings:
    """What surrounds the elements of the resource of an entry."""
    return Surroundings(resource, contained_in(resource), entries, index, entries.root(index))


def contained_in(resource: Json) -> dict[str, Json]:
    """Id -> each resource that a resource contains."""
    found = resource.get("contained")
    items = found if isinstance(found, list) else ()
    inner = (item for item in items if isinstance(item, dict))
    return {one["id"]: one for one in inner if isinstance(one.get("id"), str)}
