"""One value set, read from its resource: what it includes, excludes, and its expansion."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from hygie.fhir.terminology.reading import Json, objects, strings, text


class Part(msgspec.Struct, frozen=True):
    """One include or exclude (R4 §4.9.5): a code meets all that it says."""

    system: str
    version: str
    codes: dict[str, str] | None
    """The codes it lists, with their displays; None when it lists none: then the filters say, or
    all are meant."""
    filters: tuple[Json, ...]
    imports: tuple[str, ...]
    """Canonicals of value sets."""
    json: Json
    listed: dict[str, Json]
    """The codes it lists, each as it is listed."""


class Expansion(msgspec.Struct, frozen=True):
    codes: dict[tuple[str, str], str]
    """(system, code) -> display, in the order of the expansion."""
    whole: bool
    """False of a page, or of what is said to be a part: a code that is not there may be one."""


class ValueSet:
    """Of any shape: what cannot be read is passed over. Never changed once made."""

    def __init__(self, resource: Json, package: str = "", holder: Json | None = None) -> None:
        compose = resource.get("compose")
        self.resource = resource
        self.package = package
        self.holder = holder
        """The resource that contains it, for what it refers to by `#id`."""
        self.includes = tuple(_part(item) for item in objects(compose, "include"))
        self.excludes = tuple(_part(item) for item in objects(compose, "exclude"))
        self.active_only = isinstance(compose, dict) and compose.get("inactive") is False

    @property
    def title(self) -> str:
        names = (text(self.resource, name) for name in ("title", "name", "url", "id"))
        return next(filter(None, names), "")

    @cached_property
    def expansion(self) -> Expansion:
        """As shipped in the resource; empty and not whole when there is none."""
        value: Any = self.resource.get("expansion")
        codes = dict(_listed(value))
        total = value.get("total") if isinstance(value, dict) else None
        part = not codes or "offset" in value or "extension" in value
        return Expansion(codes, not part and total in (None, len(codes)))


def _part(item: Json) -> Part:
    listed = {text(c, "code"): c for c in objects(item, "concept")}
    codes = {code: text(c, "display") for code, c in listed.items()}
    return Part(
        system=text(item, "system"),
        version=text(item, "version"),
        codes=codes if "concept" in item else None,
        filters=tuple(objects(item, "filter")),
        imports=tuple(strings(item, "valueSet")),
        json=item,
        listed=listed,
    )


def _listed(expansion: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """What may be chosen: an abstract entry only groups others."""
    waiting = list(objects(expansion, "contains"))[::-1]
    while waiting:
        item = waiting.pop()
        if item.get("abstract") is not True and text(item, "code"):
            yield (text(item, "system"), text(item, "code")), text(item, "display")
        waiting.extend(list(objects(item, "contains"))[::-1])


def canonical_of(value_set: ValueSet) -> str:
    """`url|version`, as far as it has them."""
    url, version = (text(value_set.resource, name) for name in ("url", "version"))
    return f"{url}|{version}" if version else url
