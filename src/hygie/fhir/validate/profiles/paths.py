"""The paths of discriminators, followed in data and in definitions.

The restricted FHIRPath of R4 (profiling.html, "Discriminator"): names of elements, `$this`,
`ofType(T)`, `as(T)`, `resolve()`, `extension('url')`.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.path import parse
from hygie.fhir.path.model import is_a
from hygie.fhir.path.syntax import Call, Literal, Member, Node, TypeTest, Variable, type_named
from hygie.fhir.validate.profiles.items import ONE, Item, items, slot
from hygie.fhir.validate.report import Report
from hygie.refusal import Refused

MAX_PATH_ITEMS: Final = 1_000
"""Of one item of a slicing: a path that fans out further tells nothing apart."""
Resolve = Callable[[str, Report], Any]


class Step(NamedTuple):
    kind: str
    """"element", "type", "resolve" or "extension"."""
    name: str = ""
    """Of the element, the type, or the URL of the extension."""


@lru_cache(maxsize=1024)
def steps(path: str) -> tuple[Step, ...] | None:
    """The steps of a path; None when it is none that a discriminator may have."""
    try:
        node = parse(path)
    except Refused:
        return None
    found: list[Step] = []
    current: Node | None = node
    while current is not None:
        step, current = _last(current)
        if step is None:
            return None
        found.append(step)
    return tuple(step for step in reversed(found) if step.kind != "this")


def _last(node: Node) -> tuple[Step | None, Node | None]:
    """The last step of a path, and the path before it."""
    match node:
        case Variable("$this", target):
            return Step("this"), target
        case Member(target, name):
            return Step("element", name), target
        case Call(target, "ofType" | "as", (argument,)):
            return _type_step(type_named(argument)), target
        case TypeTest("as", operand, name):
            return _type_step(name), operand
        case Call(target, name, arguments):
            return _call_step(name, arguments), target
    return None, None


def _type_step(name: str | None) -> Step:
    return Step("type", (name or "").removeprefix("FHIR."))


def _call_step(name: str, arguments: tuple[Node, ...]) -> Step | None:
    match name, arguments:
        case "resolve", ():
            return Step("resolve")
        case "extension", (Literal(str() as url),):
            return Step("extension", url)
    return None


def follow(
    found: list[Item], path: Iterable[Step], registry: Registry, resolve: Resolve, report: Report
) -> list[Item]:
    """The items at the end of a path."""
    for step in path:
        match step.kind:
            case "element":
                found = [child for item in found for child in _members(item, step.name, registry)]
            case "type":
                found = [item for item in found if is_a(registry, item.type, step.name)]
            case "extension":
                found = [child for item in found for child in _extensions(item, step.name)]
            case "resolve":
                found = [r for item in found if (r := _resolved(item, resolve, report)) is not None]
        if len(found) > MAX_PATH_ITEMS:
            return found[:MAX_PATH_ITEMS]
    return found


def _members(item: Item, name: str, registry: Registry) -> list[Item]:
    if type(item.value) is dict:
        wanted = slot(registry, item.type, name)
        return items(item.value, wanted) if wanted else []
    if type(item.sibling) is dict and name == "extension":
        return _all_extensions(item.sibling)
    return [item] if name == "value" and item.value is not None else []


def _extensions(item: Item, url: str) -> list[Item]:
    holder = item.value if type(item.value) is dict else item.sibling
    found = _all_extensions(holder) if type(holder) is dict else []
    return [extension for extension in found if extension.value.get("url") == url]


def _all_extensions(holder: dict[str, Any]) -> list[Item]:
    extensions = holder.get("extension")
    return [
        Item(extension, None, "Extension", "extension", index)
        for index, extension in enumerate(extensions if type(extensions) is list else ())
        if type(extension) is dict
    ]


def _resolved(item: Item, resolve: Resolve, report: Report) -> Item | None:
    """The resource that a reference names; where it is not found, what its words tell of it."""
    said = item.value.get("reference") if type(item.value) is dict else item.value
    if type(said) is not str:
        return None
    resource = resolve(said, report)
    if type(resource) is dict and type(resource.get("resourceType")) is str:
        return Item(resource, None, resource["resourceType"], "resolve()", ONE)
    return Item(None, None, type_in(said), "resolve()", ONE)


def type_in(reference: str) -> str:
    """The type that a reference names (`Patient/12`); empty when it names none."""
    parts = reference.partition("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else ""
