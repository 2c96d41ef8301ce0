"""What references inside a resource can be resolved to, without asking anyone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple


class Surroundings(NamedTuple):
    """Changes when a bundle, or a resource with contained resources, is entered."""

    contained: Mapping[str, str] = {}
    """Id -> type of the resources contained in the one being read."""
    bundled: Mapping[str, str] = {}
    """Full URL -> type of the entries of the bundle around it."""
    conditional: bool = False
    """Whether a reference may be a search: in a transaction (R4 §3.1.0.11.3)."""


NOTHING: Final = Surroundings()


def within(resource: dict[str, Any], outer: Surroundings) -> Surroundings:
    """What surrounds the elements of a resource that stands in `outer`."""
    contained = dict(_contained(resource.get("contained")))
    if resource.get("resourceType") == "Bundle":
        bundled = dict(_bundled(resource.get("entry")))
        return Surroundings(contained, bundled, resource.get("type") == "transaction")
    return outer._replace(contained=contained)


def repeated_ids(resources: Any) -> Iterator[tuple[int, str]]:
    """Index and id of each contained resource whose id another one before it has."""
    seen: set[str] = set()
    for index, resource in enumerate(resources if isinstance(resources, list) else ()):
        name = resource.get("id") if isinstance(resource, dict) else None
        if isinstance(name, str) and name in seen:
            yield index, name
        elif isinstance(name, str):
            seen.add(name)


def _contained(resources: Any) -> Iterator[tuple[str, str]]:
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict) and isinstance(resource.get("id"), str):
            yield resource["id"], str(resource.get("resourceType", ""))


def _bundled(entries: Any) -> Iterator[tuple[str, str]]:
    for entry in entries if isinstance(entries, list) else ():
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(entry.get("fullUrl"), str):
            yield entry["fullUrl"], str(resource.get("resourceType", ""))
