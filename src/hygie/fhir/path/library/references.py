"""References to resources: `resolve()`, and the keys of SQL on FHIR.

A reference into the resource itself (`#id`) or to another entry of the bundle is found there; any
other is asked of the environment.
"""

from collections.abc import Iterator
from typing import Any, Final

from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import Element, Item, system, typed
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Argument, Signature
from hygie.fhir.path.phrases import wrong

Json = dict[str, Any]
VERSION: Final = "/_history/"


def resolve(evaluation: Evaluation, items: list[Item]) -> list[Item]:
    """The resources that the items refer to; what is not found is left out."""
    evaluation.spend(len(items))
    found = []
    for item in items:
        address = reference_of(item)
        resource = _located(evaluation, address) if address else None
        if resource is not None:
            element = typed(resource, "Resource", evaluation.registry)
            found += [element] if element is not None else []
    return list(found)


def reference_of(item: Item) -> str | None:
    """The reference that an item is: that of a Reference, or a text."""
    if isinstance(item, Element) and item.type == "Reference":
        said = item.value.get("reference")
        return said if type(said) is str else None
    value = system(item)
    return value if type(value) is str else None


def _located(evaluation: Evaluation, address: str) -> Json | None:
    container = evaluation.container.value
    if address.startswith("#"):
        return _contained(container, address[1:])
    found = _in_bundle(container, address)
    if found is not None:
        return found
    ask = evaluation.environment.resolve
    if ask is None:
        raise wrong("not-provided", phrases.NOT_PROVIDED, -1, name="resolve", what=_WHAT)
    return ask(address)


_WHAT: Final = "resolve()"


def _contained(container: Json, id_: str) -> Json | None:
    """A resource contained in the container, or in one entry of a bundle; `#` is the container.

    In a bundle, an id that several entries use for what they contain says nothing: it is not found.
    """
    if not id_:
        return container
    found = [
        inner
        for holder in (container, *_entries(container))
        for inner in _objects(holder.get("contained"))
        if inner.get("id") == id_
    ]
    return found[0] if len(found) == 1 else None


def _in_bundle(container: Json, address: str) -> Json | None:
    """The resource of an entry by its `fullUrl`, or by its type and id (R4 §2.36.4.1)."""
    plain = address.partition(VERSION)[0].partition("|")[0]
    for entry in _objects(container.get("entry")):
        resource = entry.get("resource")
        if type(resource) is not dict:
            continue
        if entry.get("fullUrl") == plain or f"{_type(resource)}/{resource.get('id')}" == plain:
            return resource
    return None


def _entries(container: Json) -> Iterator[Json]:
    for entry in _objects(container.get("entry")):
        if type(entry.get("resource")) is dict:
            yield entry["resource"]


def _objects(value: Any) -> list[Json]:
    return [v for v in value if type(v) is dict] if type(value) is list else []


def _type(resource: Json) -> str:
    said = resource.get("resourceType")
    return said if type(said) is str else ""


# --- SQL on FHIR --------------------------------------------------------------------------
def resource_key(items: list[Item]) -> str | None:
    """`getResourceKey()`: the id of a single resource, that its row may be found by."""
    item = items[0] if len(items) == 1 else None
    if not isinstance(item, Element) or type(item.value) is not dict:
        return None
    id_ = item.value.get("id")
    return id_ if type(id_) is str and "resourceType" in item.value else None


def reference_key(items: list[Item], wanted: str = "") -> str | None:
    """`getReferenceKey([type])`: the key of the resource that a Reference leads to.

    Empty when that is of another type than the one asked for, or the reference does not say an id.
    """
    address = reference_of(items[0]) if len(items) == 1 else None
    if address is None:
        return None
    segments = address.partition(VERSION)[0].split("/")
    if len(segments) < 2 or not segments[-1] or (wanted and segments[-2] != wanted):
        return None
    return segments[-1]


FUNCTIONS: Final = (
    Signature("resolve", "collection", "items", resolve, many=True, evaluation=True),
    Signature("getResourceKey", "collection", "String", resource_key),
    Signature(
        "getReferenceKey",
        "collection",
        "String",
        reference_key,
        (Argument("type", optional=True),),
    ),
)
