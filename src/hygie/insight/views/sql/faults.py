"""Where decoded JSON may not be what the text says: conditions that send a resource to Python.

`from_json` takes anything for an object: a number where one belongs becomes a STRUCT of NULLs. So a
counted object of which nothing was read is a doubt, for which the text is asked: is it one?

A primitive that has extensions and no value is an item, which the decoded list does not show.
"""

from collections.abc import Iterator

from hygie.insight.views.sql import quoting
from hygie.insight.views.sql.shape import Shape


def faults(shape: Shape, decoded: str, source: str) -> str:
    """SQL, true when `decoded` may differ from what the text `source` holds; empty for never."""
    found = list(_strays(shape, decoded, 0))
    if doubts := list(_doubts(shape, decoded, 0)):
        sound = " AND ".join(_are_objects(source, path) for path in _counted(shape, "$"))
        found.append(f"CASE WHEN {' OR '.join(doubts)} THEN NOT ({sound}) ELSE false END")
    return " OR ".join(found)


def _doubts(shape: Shape, decoded: str, depth: int) -> Iterator[str]:
    """Conditions, never NULL: true of a counted object of which nothing was read."""
    for json_name, child in shape.children.items():
        access = f"{decoded}.{quoting.name(json_name)}"
        if child.leaf:
            continue
        if not child.repeats:
            yield from [_unread(child, access)] if child.counted else []
            yield from _doubts(child, access, depth)
            continue
        item = f"d{depth}"
        own = [_unread(child, item)] if child.counted else []
        yield from _in_any(access, item, [*own, *_doubts(child, item, depth + 1)])


def _strays(shape: Shape, decoded: str, depth: int) -> Iterator[str]:
    """Conditions, never NULL: true of a counted primitive that has extensions, and no value."""
    for json_name, child in shape.children.items():
        access = f"{decoded}.{quoting.name(json_name)}"
        if child.primitive and child.counted:
            yield _valueless(child, access, f"{decoded}.{quoting.name('_' + json_name)}")
        if child.leaf:
            continue
        if not child.repeats:
            yield from _strays(child, access, depth)
            continue
        item = f"d{depth}"
        yield from _in_any(access, item, list(_strays(child, item, depth + 1)))


def _unread(shape: Shape, item: str) -> str:
    fields = (f"{item}.{quoting.name(name)} IS NULL" for name in shape.children)
    return f"({item} IS NOT NULL AND {' AND '.join(fields)})"


def _valueless(shape: Shape, access: str, sibling: str) -> str:
    if not shape.repeats:
        return f"({access} IS NULL AND {sibling} IS NOT NULL)"
    return f"(coalesce(len({sibling}), 0) > coalesce(list_count({access}), 0))"


def _in_any(items: str, item: str, conditions: list[str]) -> Iterator[str]:
    if conditions:
        test = f"list_transform({items}, lambda {item}: {' OR '.join(conditions)})"
        yield f"coalesce(list_bool_or({test}), false)"


def _counted(shape: Shape, path: str) -> Iterator[str]:
    """JSON paths of the counted objects."""
    for json_name, child in shape.children.items():
        below = f'{path}."{json_name}"' + ("[*]" if child.repeats else "")
        if child.counted and not child.leaf:
            yield below
        yield from _counted(child, below)


def _are_objects(source: str, path: str) -> str:
    """Whether all that stands at a path is an object, or null, which counts for nothing."""
    found = f"json_extract({source}, {quoting.text(path)})"
    if "[*]" not in path:
        return f"coalesce(left({found}::VARCHAR, 1) IN ('{{', 'n'), true)"
    kinds = f"list_transform({found}, lambda j: left(j::VARCHAR, 1) IN ('{{', 'n'))"
    return f"coalesce(list_bool_and({kinds}), true)"
