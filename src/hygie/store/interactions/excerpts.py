"""Parts of a resource: `_summary` and `_elements` (R4 §3.1.1.5.8, §3.1.1.5.9).

The only place where a stored body is decoded on its way out.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.fhir.codec import decode, encode
from hygie.fhir.definitions import Element, Registry
from hygie.fhir.references import walk_references
from hygie.fhir.search.query import Summary
from hygie.store.contract import Resource

SUBSETTED: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}
ALWAYS: Final = frozenset({"resourceType", "id", "meta"})
Excerpt = Callable[[bytes], bytes]
Keep = Callable[[Element], bool]


@lru_cache(maxsize=256)
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


class _Kept(NamedTuple):
    """An element of an excerpt. `type`: to be cut in turn; "" for what is kept whole."""

    type: str
    mandatory: bool


_WHOLE: Final = _Kept("", mandatory=False)


class _Excerpts:
    """Cuts bodies; what is kept of a type is worked out at its first."""

    def __init__(self, registry: Registry, keep: Keep, *, deep: bool) -> None:
        self._registry = registry
        self._keep = keep
        self._deep = deep
        self._tables: dict[str, dict[str, _Kept]] = {}

    def __call__(self, body: bytes) -> bytes:
        resource = decode(body, limit=len(body))
        part = self._cut(resource, self._table(resource["resourceType"]))
        whole = {
            n: resource[n] if n in ALWAYS else part[n] for n in resource if n in ALWAYS or n in part
        }
        if "contained" in resource and "contained" not in whole:
            whole |= _needed(whole, resource["contained"])
        return encode(_tagged(whole))

    def _cut(self, value: Resource, table: Mapping[str, _Kept]) -> Resource:
        """What is kept of an object. A part with nothing left is dropped; whole, if mandatory."""
        cut: Resource = {}
        for name, given in value.items():
            if name in table:
                part = self._part(given, table[name].type)
                if part or part not in ({}, []):
                    cut[name] = part
                elif table[name].mandatory:
                    cut[name] = given
        return cut

    def _table(self, type_name: str) -> dict[str, _Kept]:
        """What is kept of a type, by JSON name."""
        table = self._tables.get(type_name)
        if table is None:
            table = self._tables[type_name] = self._worked_out(type_name)
        return table

    def _worked_out(self, type_name: str) -> dict[str, _Kept]:
        table: dict[str, _Kept] = {}
        for element in filter(self._keep, self._registry.types[type_name].elements):
            for name, type_ in element.json_names().items():
                inner = type_.name if self._deep and "." in type_.name else ""
                table[name] = _Kept(inner, element.min > 0)
                table["_" + name] = _WHOLE
        return table

    def _part(self, value: Any, type_name: str) -> Any:
        if not type_name:
            return value
        if isinstance(value, list):
            cut = [self._part(item, type_name) for item in value]
            return [part for part in cut if part]
        return self._cut(value, self._table(type_name))


def _needed(part: Resource, contained: Sequence[Resource]) -> Resource:
    """The contained resources that what is kept refers to, directly or through one another: a
    prescription without its medication says something else (R4 §2.1.4.3)."""
    known = {f"#{one.get('id')}": one for one in contained}
    wanted: dict[str, Resource] = {}
    looked_into: list[Resource] = [part]
    while looked_into:
        for link in walk_references(looked_into.pop()):
            name = link["reference"]
            if name in known and name not in wanted:
                wanted[name] = known[name]
                looked_into.append(known[name])
    return {"contained": list(wanted.values())} if wanted else {}


def _tagged(resource: Resource) -> Resource:
    """Says that this is an excerpt, so that nobody stores it as the whole."""
    meta = dict(resource.get("meta", {}))
    meta["tag"] = [*meta.get("tag", []), SUBSETTED]
    return {**resource, "meta": meta}
