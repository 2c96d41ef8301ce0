"""Resources -> index entries: one Python function for each type, compiled on first use."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry
from hygie.fhir.path.compiler import function_from
from hygie.fhir.path.runtime import NAMES
from hygie.fhir.search import builders
from hygie.fhir.search.entry import CompositeEntry, Entry, ReferenceEntry, TokenEntry
from hygie.fhir.search.extraction import extractor_source

_BUILDERS: Final = {
    name: function
    for name, function in vars(builders).items()
    if callable(function) and not name.startswith("_")
}


class Extractor:
    """What resources are found by. Compiles as it meets types; safe to share."""

    def __init__(self, registry: Registry, zone: ZoneInfo) -> None:
        self._registry = registry
        self._compiled: dict[str, Callable[[Any], list[Entry]]] = {}
        self._names: Mapping[str, Any] = {
            **NAMES,
            **_BUILDERS,
            "zone": zone,
            "CompositeEntry": CompositeEntry,
            "TokenEntry": TokenEntry,
        }

    def extract(self, resource: Mapping[str, Any]) -> tuple[Entry, ...]:
        """The entries of every search parameter of the resource's type; none for unknown types.

        Never raises on decoded JSON: what has not the promised shape yields no entry.
        """
        return tuple(self._function(resource.get("resourceType"))(resource))

    def _function(self, type_name: object) -> Callable[[Any], list[Entry]]:
        if type(type_name) is not str or not self._registry.is_resource(type_name):
            return _nothing
        function = self._compiled.get(type_name)
        if function is None:
            source = extractor_source(self._registry, type_name)
            function = function_from(source, dict(self._names))
            self._compiled[type_name] = function
        return function

    def patients(self, resource: Mapping[str, Any]) -> tuple[str, ...]:
        """Ids of the Patients whose compartment holds it, once each.

        A Patient's own id first; then in the order of the compartment's parameters: whom a record
        is about comes before who took part in it.
        """
        return self.patients_among(resource, self.extract(resource))

    def patients_among(
        self, resource: Mapping[str, Any], entries: tuple[Entry, ...]
    ) -> tuple[str, ...]:
        """As `patients`, for whoever holds the entries already."""
        type_name = resource.get("resourceType")
        own = [str(resource["id"])] if type_name == "Patient" and resource.get("id") else []
        ties = self._registry.patient_compartment.get(str(type_name), ())
        tied = [
            (ties.index(entry.parameter), entry.id)
            for entry in entries
            if type(entry) is ReferenceEntry and entry.type == "Patient" and entry.parameter in ties
        ]
        tied.sort(key=itemgetter(0))
        return tuple(dict.fromkeys(own + [id_ for _, id_ in tied]))


def _nothing(_resource: Any) -> list[Entry]:
    return []
