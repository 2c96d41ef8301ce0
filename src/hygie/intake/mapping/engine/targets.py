"""Elements that rows write: checked against the definitions of R4, cardinality included."""

import re
from collections.abc import Callable
from typing import Any, Final

from hygie.fhir.definitions.registry import Registry
from hygie.intake.mapping.engine.context import Resource
from hygie.intake.mapping.engine.model import wrong

Put = Callable[[Resource, Any], None]
Step = tuple[str, int | None]
"""A name, and what of it: None is the only one, `EACH` a new item, a number that item."""
EACH: Final = -1
MERGED: Final = "."
ANY: Final = "*"
_STEP = re.compile(r"([a-z][A-Za-z0-9]*)(\[\]|\[\d\])?\Z", re.ASCII)


def read_target(text: str, where: str) -> tuple[Step, ...]:
    """The steps of a path; refused at `where` when it is none. Those of `.` are none."""
    if text == MERGED:
        return ()
    steps: list[Step] = []
    for part in text.split("."):
        match = _STEP.match(part)
        if match is None:
            raise wrong(where, f"« {text[:60]} » ≠ a, a.b, a[].b, a[0].b")
        rank = match[2]
        steps.append((match[1], None if not rank else EACH if rank == "[]" else int(rank[1])))
    return tuple(steps)


def check_target(
    resource: str, steps: tuple[Step, ...], given: str, registry: Registry, where: str
) -> None:
    """Refuses an element that R4 does not have, one `[]` too many or too few, and another type
    than the conversion gives (`given`; `*` fits all)."""
    names = (resource,)
    for name, rank in steps:
        elements = [e for type_ in names for e in registry.types[type_].elements]
        found = next((e for e in elements if name in e.json_names()), None)
        if found is None:
            raise wrong(where, f"{'/'.join(names)}.{name}: R4 ∅")
        if found.repeats is (rank is None):
            raise wrong(where, f"{name}: {'[] !' if found.repeats else '0..1'}")
        names = (found.json_names()[name].name,)
    if steps and given not in (ANY, *names) and names[0] not in _WIDER.get(given, ()):
        raise wrong(where, f"{given} ≠ {names[0]}")


_WIDER: Final = {
    "string": ("markdown", "code", "id", "uri"),
    "code": ("string",),
    "integer": ("positiveInt", "unsignedInt"),
    "Quantity": ("SimpleQuantity", "Age", "Duration"),
    "date": ("dateTime",),
}
"""Where a value of one type may also stand; the validator has the last word on the value."""


def is_list(steps: tuple[Step, ...]) -> bool:
    """True when each value makes an item of its own."""
    return any(rank == EACH for _, rank in steps)


def compile_put(steps: tuple[Step, ...], beside: dict[str, Any]) -> Put:
    """What writes a value there. Of the only one, the first value that came stays."""
    if not steps:
        return _merge
    if len(steps) == 1 and not beside:
        [(name, rank)] = steps
        if rank is None:
            return lambda resource, value: resource.setdefault(name, value)
        if rank == EACH:
            return lambda resource, value: resource.setdefault(name, []).append(value)
    bearer = max((n for n, (_, rank) in enumerate(steps) if rank is not None), default=-1)
    return lambda resource, value: _put(resource, value, steps, beside, bearer)


def _merge(resource: Resource, value: Any) -> None:
    for name, item in value.items():
        resource.setdefault(name, item)


def _put(
    resource: Resource, value: Any, steps: tuple[Step, ...], beside: dict[str, Any], bearer: int
) -> None:
    node, last = resource, len(steps) - 1
    for number, (name, rank) in enumerate(steps):
        if number == last and number == bearer and beside:
            value = {**fresh(beside), **value}
        if number == last and rank is None:
            node.setdefault(name, value)
        elif number == last:
            _set_item(node.setdefault(name, []), rank, value)
        else:
            node = _descend(node, name, rank)
            if number == bearer:
                node.update(fresh(beside))


def _descend(node: Resource, name: str, rank: int | None) -> Resource:
    if rank is None:
        found: Resource = node.setdefault(name, {})
        return found
    items = node.setdefault(name, [])
    if rank == EACH:
        items.append({})
        rank = -1
    while rank >= len(items):
        items.append({})
    item: Resource = items[rank]
    return item


def _set_item(items: list[Any], rank: int | None, value: Any) -> None:
    if rank == EACH:
        items.append(value)
    elif rank is not None:
        while len(items) <= rank:
            items.append({})
        items[rank] = items[rank] or value


def fresh(constant: Any) -> Any:
    """A copy: what is made of a message is changed later on, the table must not be."""
    if isinstance(constant, dict):
        return {name: fresh(item) for name, item in constant.items()}
    return [fresh(item) for item in constant] if isinstance(constant, list) else constant
