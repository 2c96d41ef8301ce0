"""References inside a resource: finding them, and pointing them elsewhere.

Rewriting follows R4 §3.1.0.11.2 (transactions): "Servers SHALL replace all matching links in the
bundle, whether they are found in the resource ids, resource references, elements of type uri,
url, oid, uuid, and <a href="" & <img src="" in the narrative. Elements of type canonical are not
replaced."
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from hygie.fhir.codec import Resource
from hygie.fhir.definitions import r4

Replacement = Callable[[str], str | None]
"""Old link -> new link; None: leave it."""

LINK_TYPES: Final = frozenset({"uri", "url", "oid", "uuid", "Reference.reference"})
REFERENCE: Final = "Reference.reference"
RESOURCE: Final = "Resource"
XHTML: Final = "xhtml"
BUNDLE: Final = "Bundle"
LINK_ATTRIBUTE: Final = re.compile(r"""(\s(?:href|src)\s*=\s*)("[^"]*"|'[^']*')""")


def walk_references(resource: Any) -> Iterator[dict[str, Any]]:
    """Every object with a string `reference`, at any depth, in document order.

    Yields the objects themselves: a caller who changes one changes the resource.
    """
    waiting = [resource]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("reference"), str):
                yield node
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def walk_links(resource: Any, types: frozenset[str] = LINK_TYPES) -> Iterator[str]:
    """Every reference, and every value of type uri or url, or of the types given, at any depth.

    Those of a bundle inside are its own. What identifies (systems, namespaces) is among them.
    """
    waiting = [(resource, RESOURCE)]
    while waiting:
        value, type_name = waiting.pop()
        if isinstance(value, dict):
            type_name = _own_type(value, type_name)
            if type_name == BUNDLE and value is not resource:
                continue
            members = _member_types(type_name)
            waiting.extend((member, members.get(name, "")) for name, member in value.items())
        elif isinstance(value, list):
            waiting.extend((item, type_name) for item in value)
        elif isinstance(value, str) and type_name in types:
            yield value


def rewrite_references(resource: Resource, mapping: Replacement) -> Resource:
    """A deep copy in which every link that `mapping` knows is replaced; `resource` stays as it was.

    `mapping` is asked for the whole text of each link, less a fragment ("#…"), which is kept.
    Other text is never touched: not prose that cites a URN, not an `Identifier.value`.
    """
    rewritten: Resource = _rewritten(resource, RESOURCE, mapping)
    return rewritten


def _rewritten(value: Any, type_name: str, mapping: Replacement) -> Any:
    """`value` is of the FHIR type named, or of none that is known ("")."""
    if isinstance(value, dict):
        types = _member_types(_own_type(value, type_name))
        return {k: _rewritten(member, types.get(k, ""), mapping) for k, member in value.items()}
    if isinstance(value, list):
        return [_rewritten(item, type_name, mapping) for item in value]
    if isinstance(value, str):
        if type_name in LINK_TYPES:
            return _replaced(value, mapping)
        if type_name == XHTML:
            return LINK_ATTRIBUTE.sub(lambda m: m[1] + _quoted(m[2], mapping), value)
    return value


def _own_type(value: dict[str, Any], type_name: str) -> str:
    """The type of an object: a resource says its own."""
    return str(value.get("resourceType", "")) if type_name == RESOURCE else type_name


@cache
def _member_types(type_name: str) -> Mapping[str, str]:
    """JSON property -> type, for one type; `_name` siblings of primitives are `Element`s."""
    definition = r4().types.get(type_name)
    if definition is None:
        return {}
    types: dict[str, str] = {}
    for element in definition.elements:
        for name, type_ in element.json_names().items():
            types[name] = type_.name
            types["_" + name] = "Element"
    if type_name == "Reference":
        types["reference"] = REFERENCE
    return types


def _replaced(link: str, mapping: Replacement) -> str:
    target, mark, fragment = link.partition("#")
    replacement = mapping(target) if target else None
    return link if replacement is None else replacement + mark + fragment


def _quoted(attribute: str, mapping: Replacement) -> str:
    return attribute[0] + _replaced(attribute[1:-1], mapping) + attribute[0]
