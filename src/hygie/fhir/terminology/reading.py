"""Looking into conformance resources that may be of any shape: nothing here raises on data."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def objects(holder: Any, name: str) -> Iterator[Json]:
    """The objects of an array member, in order."""
    items = holder.get(name) if isinstance(holder, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def strings(holder: Any, name: str) -> Iterator[str]:
    """The strings of an array member, in order."""
    items = holder.get(name) if isinstance(holder, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, str):
            yield item


def text(holder: Any, name: str) -> str:
    """A string member; "" when it is absent or no string."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""


def extensions(holder: Any, *urls: str) -> Iterator[Json]:
    """The extensions of an element that have one of these URLs."""
    return (each for each in objects(holder, "extension") if text(each, "url") in urls)


def contained(holder: Json | None, kind: str, name: str) -> Json | None:
    """The contained resource of a kind that `#id` or its canonical URL names."""
    for resource in objects(holder, "contained"):
        same = name in ("#" + text(resource, "id"), text(resource, "url"))
        if same and resource.get("resourceType") == kind:
            return resource
    return None


def value_of(holder: Json) -> Any:
    """The value or resource of a parameter, or the value of an extension; None without either."""
    found = (holder[key] for key in holder if key.startswith("value") or key == "resource")
    return next(found, None)


def as_written(value: Any) -> str:
    """A property's value as a filter of a value set writes it; a Coding as `system#code`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{text(value, 'system')}#{text(value, 'code')}"
    return str(value)
