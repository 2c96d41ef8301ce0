"""Resources -> index entries: one Python function for each type, compiled on first use."""

from collections.abc import Callable, Mapping
from functools import cached_property
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
        """Ids of the Patients whose compartment holds it, once each; a Patient's own id first."""
        return self.patients_among(resource, self.extract(resource))

    def patients_among(
        self, resource: Mapping[str, Any], entries: tuple[Entry, ...]
    ) -> tuple[str, ...]:
        """As `patients`, for whoever holds the entries already."""
        type_name = resource.get("resourceType")
        own = [str(resource["id"])] if type_name == "Patient" and resource.get("id") else []
        ties = self._ties.get(str(type_name), frozenset())
        tied = [
            entry.id
            for entry in entries
            if type(entry) is ReferenceEntry and entry.type == "Patient" and entry.parameter in ties
        ]
        return tuple(dict.fromkeys(own + tied))

    @cached_property
    def _ties(self) -> dict[str, frozenset[str]]:
        compartment = self._registry.patient_compartment
        return {type_name: frozenset(codes) for type_name, codes in compartment.items()}


def _nothing(_resource: Any) -> list[Entry]:
    return []
