"""The JSON of a definition, property by property: what has the wrong shape is a finding."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hygie.insight.views import phrases
from hygie.insight.views.findings import Findings
from hygie.limits import MAX_VIEW_NAME_CHARACTERS

Json = Mapping[str, Any]
NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""Invariant sql-name: what any database takes for a table or a column."""
ELEMENTS: Final = ("id", "extension")
"""What every element may have, and nothing here reads (R4 Element)."""


def under(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def only(
    json: Json, allowed: Sequence[str], place: str, found: Findings, besides: Sequence[str] = ()
) -> None:
    """Finds the properties that mean nothing there: a `foreach` would be silently ignored."""
    known = {*allowed, *besides, *ELEMENTS}
    for key in json:
        if key == "modifierExtension":
            found.add("modifier", phrases.MODIFIED, under(place, key))
        elif key not in known and key.removeprefix("_") not in known:
            shown = ", ".join(allowed)
            found.add("property", phrases.UNKNOWN_PROPERTY, under(place, key[:80]), allowed=shown)


def text(json: Json, key: str, place: str, found: Findings, *, required: bool = True) -> str:
    """A text that is not empty, or "" and a finding (without one, if it may be absent)."""
    value = json.get(key)
    if key not in json:
        if required:
            found.add("missing", phrases.MISSING, under(place, key))
    elif not isinstance(value, str) or not value.strip():
        found.add("shape", phrases.NOT_A_TEXT, under(place, key))
    else:
        return value
    return ""


def identifier(json: Json, key: str, place: str, found: Findings, *, required: bool = True) -> str:
    """A name a database takes, or "" and a finding."""
    name = text(json, key, place, found, required=required)
    if not name or (NAME.fullmatch(name) and len(name) <= MAX_VIEW_NAME_CHARACTERS):
        return name
    limit = str(MAX_VIEW_NAME_CHARACTERS)
    found.add("name", phrases.NAME, under(place, key), name=name, limit=limit)
    return ""


def flag(json: Json, key: str, place: str, found: Findings) -> bool:
    value = json.get(key, False)
    if not isinstance(value, bool):
        found.add("shape", phrases.NOT_A_BOOLEAN, under(place, key))
    return value is True


def objects(json: Json, key: str, place: str, found: Findings) -> Iterator[tuple[Json, str]]:
    """The objects of an array, each with its place."""
    for value, at in _items(json, key, place, found):
        if isinstance(value, Mapping):
            yield value, at
        else:
            found.add("shape", phrases.NOT_AN_OBJECT, at)


def texts(json: Json, key: str, place: str, found: Findings) -> Iterator[tuple[str, str]]:
    """The texts of an array, each with its place; an array without any is a finding."""
    if json.get(key) == []:
        found.add("shape", phrases.EMPTY_LIST, under(place, key))
    for value, at in _items(json, key, place, found):
        if isinstance(value, str) and value.strip():
            yield value, at
        else:
            found.add("shape", phrases.NOT_A_TEXT, at)


def _items(json: Json, key: str, place: str, found: Findings) -> Iterator[tuple[Any, str]]:
    at = under(place, key)
    value = json.get(key, [])
    if not isinstance(value, list):
        found.add("shape", phrases.NOT_A_LIST, at)
        return
    for index, item in enumerate(value):
        yield item, f"{at}[{index}]"
