"""A small obvious writer of FHIR XML, against which the reader is tried. No product code."""

from typing import Any
from xml.sax.saxutils import escape

from hygie.fhir.definitions import Registry, TypeDefinition

ESCAPED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def to_xml(resource: dict[str, Any], registry: Registry) -> bytes:
    name = resource["resourceType"]
    body = _members(resource, registry.types[name], registry)
    return f'<{name} xmlns="http://hl7.org/fhir">{body}</{name}>'.encode()


def _members(value: dict[str, Any], definition: TypeDefinition, registry: Registry) -> str:
    attributes = {"id", "url"} if definition.name == "Extension" else {"id"}
    text = ""
    for element in definition.elements:
        if definition.kind != "resource" and element.name in attributes:
            continue
        for name, type_ in element.json_names().items():
            if name in value or "_" + name in value:
                text += _element(value, name, registry.types.get(type_.name), registry)
    return text


def _element(
    owner: dict[str, Any], name: str, definition: TypeDefinition | None, registry: Registry
) -> str:
    values, siblings = owner.get(name), owner.get("_" + name)
    if not isinstance(values, list) and not isinstance(siblings, list):
        values, siblings = [values], [siblings]
    count = max(len(values or ()), len(siblings or ()))
    values = [*(values or [])] + [None] * (count - len(values or ()))
    siblings = [*(siblings or [])] + [None] * (count - len(siblings or ()))
    pairs = zip(values, siblings, strict=True)
    return "".join(_one(name, value, sibling, definition, registry) for value, sibling in pairs)


def _one(
    name: str, value: Any, sibling: Any, definition: TypeDefinition | None, registry: Registry
) -> str:
    if definition and definition.name == "xhtml":
        return str(value)
    if definition and definition.name == "Resource":
        return f"<{name}>{_resource(value, registry)}</{name}>"
    if isinstance(value, dict):
        assert definition
        names = [key for key in ("id", "url") if key in value and _is_attribute(definition, key)]
        tags = "".join(f" {key}={_quoted(value[key])}" for key in names)
        return f"<{name}{tags}>{_members(value, definition, registry)}</{name}>"
    tags = "" if value is None else f" value={_quoted(value)}"
    if sibling and "id" in sibling:
        tags += f" id={_quoted(sibling['id'])}"
    inside = _members(sibling, registry.types["Element"], registry) if sibling else ""
    return f"<{name}{tags}>{inside}</{name}>"


def _resource(value: dict[str, Any], registry: Registry) -> str:
    name = value["resourceType"]
    return f"<{name}>{_members(value, registry.types[name], registry)}</{name}>"


def _is_attribute(definition: TypeDefinition, key: str) -> bool:
    return key == "id" or definition.name == "Extension"


def _quoted(value: Any) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return f'"{escape(text, ESCAPED)}"'
