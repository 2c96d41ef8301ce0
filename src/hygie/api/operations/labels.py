"""Sets of labels: the profiles, tags and security labels of a `meta` (R4 §2.1.4.5). Pure.

They are sets: a profile is its URL, a tag or a security label its system and code, whatever its
version and display (R4 Resource-meta-add, `meta`).
"""

from collections.abc import Hashable
from typing import Any, Final

from hygie.api.operations import messages
from hygie.refusal import Category, Refused, refuse

Meta = dict[str, Any]
PROFILE: Final = "profile"
LABELS: Final = (PROFILE, "security", "tag")
"""In the order of the definition."""


def require_labels(meta: Any) -> Meta:
    """What of a value may be added or taken away. Raises `Refused` where it is no Meta."""
    if type(meta) is not dict:
        raise _no_meta("meta")
    for name in LABELS:
        items = meta.get(name, [])
        kind = str if name == PROFILE else dict
        if type(items) is not list or not all(type(item) is kind for item in items):
            raise _no_meta(f"meta.{name}")
    return {name: meta[name] for name in LABELS if name in meta}


def with_labels(meta: Meta, added: Meta) -> Meta:
    """`meta` and what it does not have yet of `added`, in that order."""
    changed = dict(meta)
    for name in LABELS:
        known = {_identity(name, item) for item in meta.get(name, ())}
        items = list(meta.get(name, ()))
        for item in added.get(name, ()):
            if (identity := _identity(name, item)) not in known:
                known.add(identity)
                items.append(item)
        if items:
            changed[name] = items
    return changed


def without_labels(meta: Meta, removed: Meta) -> Meta:
    """`meta` less what is in `removed`; the extensions of a profile go with it."""
    changed = dict(meta)
    for name in LABELS:
        gone = {_identity(name, item) for item in removed.get(name, ())}
        items = meta.get(name, ())
        kept = [index for index, item in enumerate(items) if _identity(name, item) not in gone]
        if len(kept) == len(items):
            continue
        for member in (name, "_" + name):
            facing = [item for index, item in enumerate(meta.get(member, ())) if index in kept]
            if any(item is not None for item in facing):
                changed[member] = facing
            else:
                changed.pop(member, None)
    return changed


class Gathered:
    """The labels of many resources, each once, whatever the order they come in."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._found: dict[str, dict[Hashable, Any]] = {name: {} for name in LABELS}

    def add(self, meta: Meta) -> None:
        """Raises `Refused` (TOO_LARGE) beyond `limit` labels."""
        for name, found in self._found.items():
            for item in meta.get(name, ()):
                found.setdefault(_identity(name, item), item)
        if sum(map(len, self._found.values())) > self._limit:
            raise refuse(
                Category.TOO_LARGE, "meta.labels", messages.MANY_LABELS, code="too-costly",
                limit=str(self._limit),
            )  # fmt: skip

    def meta(self) -> Meta:
        return {name: _in_order(found) for name, found in self._found.items() if found}


def _in_order(found: dict[Hashable, Any]) -> list[Any]:
    return [found[key] for key in sorted(found, key=str)]


def _identity(name: str, item: Any) -> Hashable:
    if name == PROFILE or item is None:
        return item if item is None else str(item)
    return item.get("system"), item.get("code")


def _no_meta(place: str) -> Refused:
    return refuse(Category.INVALID, "meta.input", messages.META_INPUT, code="value", location=place)
