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
_TEXT: Final = ""
_Places = dict[str, str]
"""JSON property -> `_TEXT`, or the type of what it holds."""


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
    _gather(registry, resource, _RESOURCE, found)
    return found


def _gather(registry: Registry, value: Mapping[str, Any], kind: str, found: list[str]) -> None:
    """Depth is bounded by the codec (MAX_JSON_DEPTH)."""
    places = _places(registry, kind if kind != _RESOURCE else _said(registry, value))
    for name, item in value.items():
        place = places.get(name)
        if place is None:
            continue
        items = item if type(item) is list else (item,)
        if place == _TEXT:
            found += [one for one in items if type(one) is str]
        else:
            for one in items:
                if type(one) is dict:
                    _gather(registry, one, place, found)


def _said(registry: Registry, resource: Mapping[str, Any]) -> str:
    """The type that a resource says it is."""
    said = resource.get("resourceType")
    return str(said) if registry.is_resource(said) else _RESOURCE


@lru_cache(maxsize=2048)
def _places(registry: Registry, type_name: str) -> _Places:
    """The properties of a type that hold text, or objects in which there may be some."""
    found: _Places = {}
    definition = registry.types[type_name]
    for element in definition.elements:
        own = (type_name, element.name), (definition.base, element.name)
        if element.name in _IDS or _MACHINES.intersection(own):
            continue
        for name, reference in element.json_names().items():
            if reference.name in _READ:
                found[name] = _TEXT
            elif registry.types[reference.name].kind != "primitive":
                found[name] = reference.name
    return found
