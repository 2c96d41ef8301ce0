"""Codes of an expansion placed below those they are kinds of (`contains.contains`)."""

from collections.abc import Sequence

from hygie.fhir.terminology.members import Member
from hygie.fhir.terminology.parts import Composition
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.texts import Texts
from hygie.limits import MAX_EXPANSION_DEPTH

Key = tuple[str, str, str]


def keeps_hierarchy(composition: Composition, texts: Texts) -> bool:
    """Whether a set is made of branches: whole systems, or one filter of each.

    What it lists itself, brings from other sets, or finds by a text in a whole system has an order
    of its own.
    """
    parts = composition.includes
    return bool(parts) and all(
        part.system is not None
        and not part.lists
        and not part.imports
        and len(part.part.filters) <= 1
        and not (part.is_all and texts)
        for part in parts
    )


def nested(members: Sequence[Member], entries: Sequence[Json]) -> list[Json]:
    """Each entry once, below the nearest above it that is there; the others on top, in order.

    Where a code has several parents a tree cannot show it: then all stay side by side; and where
    the tree is deeper than readers of JSON go.
    """
    if any(_has_several_parents(member) for member in members):
        return list(entries)
    placed: dict[Key, Json] = {}
    for member, entry in zip(members, entries, strict=True):
        placed.setdefault(_key(member, member.code), entry)
    above: dict[int, Json] = {}
    top = []
    for member, entry in zip(members, entries, strict=True):
        parent = _nearest(member, placed)
        if parent is None or _is_below(parent, entry, above):
            top.append(entry)
        else:
            above[id(entry)] = parent
            parent.setdefault("contains", []).append(entry)
    if _depth(top) > MAX_EXPANSION_DEPTH:
        return [
            {name: value for name, value in entry.items() if name != "contains"}
            for entry in entries
        ]
    return top


def _depth(top: Sequence[Json]) -> int:
    depth, level = 0, list(top)
    while level:
        depth += 1
        level = [inner for entry in level for inner in entry.get("contains", ())]
    return depth


def _has_several_parents(member: Member) -> bool:
    parents = set(member.concept.parents) - {member.code}
    return sum(member.system.find(parent) is not None for parent in parents) > 1


def _nearest(member: Member, placed: dict[Key, Json]) -> Json | None:
    codes = member.system.above(member.code)
    found = (placed[key] for code in codes if (key := _key(member, code)) in placed)
    return next(found, None)


def _is_below(entry: Json, other: Json, above: dict[int, Json]) -> bool:
    """Whether an entry is another, or stands below it: a cycle in the hierarchy."""
    at: Json | None = entry
    while at is not None:
        go_on()
        if at is other:
            return True
        at = above.get(id(at))
    return False


def _key(member: Member, code: str) -> Key:
    return member.system.url, member.system.version, code
