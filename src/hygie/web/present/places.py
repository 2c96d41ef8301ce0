"""Names of units, rooms and beds: what a Location and the unit it belongs to say together."""

from collections.abc import Iterable, Mapping

from hygie.web.present.read import Json, child, text

Places = Mapping[str, str]
"""Reference ("Location/…", "Organization/…") -> name."""


def place_names(resources: Iterable[Json]) -> Places:
    """Names of the Location and Organization among `resources`."""
    known = list(resources)
    names = {
        f"Organization/{text(resource, 'id')}": text(resource, "name")
        for resource in known
        if resource.get("resourceType") == "Organization"
    }
    for resource in known:
        if resource.get("resourceType") == "Location":
            names[f"Location/{text(resource, 'id')}"] = _location_name(resource, names)
    return names


def _location_name(location: Json, names: Places) -> str:
    """« UF 2210, chambre 12 » reads « Cardiologie, chambre 12 » when the unit's name is known."""
    name = text(location, "name")
    unit = names.get(text(child(location, "managingOrganization"), "reference"), "")
    if not unit or not name.startswith("UF "):
        return name or unit
    _, comma, rest = name.partition(",")
    return f"{unit}{comma}{rest}"
