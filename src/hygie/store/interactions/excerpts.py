"""Parts of a resource: `_summary` and `_elements` (R4 §3.1.1.5.8, §3.1.1.5.9).

The only place where a stored body is decoded on its way out.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import Element, Registry
from hygie.fhir.search.query import Summary
from hygie.store.contract import Resource

SUBSETTED: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}
ALWAYS: Final = frozenset({"resourceType", "id", "meta"})
Excerpt = Callable[[bytes], bytes]
Keep = Callable[[Element], bool]


def excerpt(registry: Registry, summary: Summary, elements: tuple[str, ...]) -> Excerpt | None:
    """What makes the excerpt asked for out of a body; None when the whole is asked for."""
    if elements:
        names = frozenset(elements)
        return _Excerpts(registry, _listed(names), deep=False)
    if summary == "true":
        return _Excerpts(registry, lambda e: e.summary or e.min > 0, deep=True)
    if summary == "text":
        return _Excerpts(registry, lambda e: e.name == "text" or e.min > 0, deep=False)
    if summary == "data":
        return _Excerpts(registry, lambda e: e.name != "text", deep=False)
    return None


def _listed(names: frozenset[str]) -> Keep:
    """Mandatory and modifier elements come with those asked for: without them one could err."""
    return lambda e: (
        e.min > 0 or e.modifier or e.name in names or not names.isdisjoint(e.json_names())
    )


class _Excerpts:
    def __init__(self, registry: Registry, keep: Keep, *, deep: bool) -> None:
        self._registry = registry
        self._keep = keep
        self._deep = deep

    def __call__(self, body: bytes) -> bytes:
        resource = decode(body, limit=len(body))
        kept = self._kept(resource, resource["resourceType"])
        whole = {name: value for name, value in resource.items() if name in ALWAYS or name in kept}
        return encode(_tagged(whole | kept))

    def _kept(self, value: Mapping[str, Any], type_name: str) -> Resource:
        kept: Resource = {}
        for element in self._registry.types[type_name].elements:
            if not self._keep(element):
                continue
            for name, type_ in element.json_names().items():
                if name in value:
                    kept[name] = self._part(value[name], type_.name)
                if "_" + name in value:
                    kept["_" + name] = value["_" + name]
        return kept

    def _part(self, value: Any, type_name: str) -> Any:
        if not self._deep or "." not in type_name:
            return value
        if isinstance(value, list):
            return [self._kept(item, type_name) for item in value]
        return self._kept(value, type_name)


def _tagged(resource: Resource) -> Resource:
    """Says that this is an excerpt, so that nobody stores it as the whole."""
    meta = dict(resource.get("meta", {}))
    meta["tag"] = [*meta.get("tag", []), SUBSETTED]
    return {**resource, "meta": meta}
