"""Every text of a resource that people read: narrative, strings, markdown, displays.

Not what machines read: ids, URLs, codes, identifiers, telephone numbers, units, series of samples.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import Any, Final

from hygie.fhir.definitions import Registry

_READ: Final = frozenset({"string", "markdown"})
_MACHINES: Final = frozenset({
    ("Coding", "version"), ("ContactPoint", "value"), ("Identifier", "value"),
    ("Quantity", "unit"), ("Reference", "reference"), ("SampledData", "data"),
})  # fmt: skip
"""Strings that are no text."""
_IDS: Final = frozenset({"id", "linkId"})
_MARKUP: Final = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_RESOURCE: Final = "Resource"
_TEXT: Final[dict[str, Any]] = {}
"""Stands for a text, among `_Places`."""
_ANY: Final[dict[str, Any]] = {}
"""Stands for a resource of whatever type it says it is."""
_Places = dict[str, dict[str, Any]]
"""JSON property -> `_TEXT`, `_ANY`, or the places of the objects it holds."""


def narrative(resource: Mapping[str, Any]) -> str:
    """What the narrative says, its markup taken off; "" when there is none."""
    text = resource.get("text")
    div = text.get("div") if type(text) is dict else None
    return unescape(_MARKUP.sub(" ", div)) if type(div) is str else ""


def texts(registry: Registry, resource: Mapping[str, Any]) -> list[str]:
    """The texts outside the narrative, of what is contained as well, in their order.

    Never raises on decoded JSON: what has not the promised shape is passed over.
    """
    found: list[str] = []
    _gather(registry, resource, _ANY, found)
    return found


def _gather(
    registry: Registry, value: Mapping[str, Any], places: _Places, found: list[str]
) -> None:
    """Depth is bounded by the codec (MAX_JSON_DEPTH)."""
    if places is _ANY:
        places = _places(registry, _said(registry, value))
    for name, item in value.items():
        inside = places.get(name)
        if inside is None:
            continue
        kind = type(item)
        if kind is str:
            if inside is _TEXT:
                found.append(item)
        elif kind is dict:
            if inside is not _TEXT:
                _gather(registry, item, inside, found)
        elif kind is list:
            _gather_items(registry, item, inside, found)


def _gather_items(registry: Registry, items: list[Any], inside: _Places, found: list[str]) -> None:
    if inside is _TEXT:
        found += [one for one in items if type(one) is str]
        return
    for one in items:
        if type(one) is dict:
            _gather(registry, one, inside, found)


def _said(registry: Registry, resource: Mapping[str, Any]) -> str:
    """The type that a resource says it is."""
    said = resource.get("resourceType")
    return str(said) if registry.is_resource(said) else _RESOURCE


def _places(registry: Registry, type_name: str) -> _Places:
    known = _known(registry)
    if type_name not in known:
        learnt = dict(known)  # so that no other thread sees what is half learnt
        _learn(registry, type_name, learnt)
        known.update(learnt)
    return known[type_name]


@lru_cache(maxsize=16)
def _known(_registry: Registry) -> dict[str, _Places]:
    """The places of the types met so far."""
    return {}


def _learn(registry: Registry, type_name: str, known: dict[str, _Places]) -> None:
    """The properties of a type that hold text, or objects in which there may be some."""
    found = known[type_name] = {}
    definition = registry.types[type_name]
    for element in definition.elements:
        own = (type_name, element.name), (definition.base, element.name)
        if element.name in _IDS or _MACHINES.intersection(own):
            continue
        for name, reference in element.json_names().items():
            inner = reference.name
            if inner in _READ:
                found[name] = _TEXT
            elif registry.types[inner].kind != "primitive":
                if inner != _RESOURCE and inner not in known:
                    _learn(registry, inner, known)
                found[name] = _ANY if inner == _RESOURCE else known[inner]
