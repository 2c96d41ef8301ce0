"""The words in which faults are written: what is changed in an example, as data."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

Json = dict[str, Any]
Edit = Callable[[Json], None]


class Fault(NamedTuple):
    """One thing wrong with an example, and what must be said of it."""

    example: str
    """The name of its file, or its beginning."""
    sentence: str
    """What is wrong, for a person."""
    edit: Edit
    rule: str
    place: str
    """Where it must be found: after the type of the resource, or empty for the resource."""

    def made(self, example: Json) -> Json:
        """The example with the fault."""
        resource = deepcopy(example)
        self.edit(resource)
        return resource


def drop(path: str) -> Edit:
    """Without a member, or an item: `identifier.0.system`."""

    def edit(resource: Json) -> None:
        holder, last = _held(resource, path)
        del holder[last]

    return edit


def put(path: str, value: Any) -> Edit:
    """With a value where another was, or none; objects on the way are made."""

    def edit(resource: Json) -> None:
        holder, last = _held(resource, path)
        holder[last] = deepcopy(value)

    return edit


def add(path: str, value: Any) -> Edit:
    """With an item more at the end of an array, which is made where there was none."""

    def edit(resource: Json) -> None:
        holder, last = _held(resource, path)
        holder.setdefault(last, []).append(deepcopy(value))

    return edit


def repeat(path: str) -> Edit:
    """With an item of an array a second time, at its end."""

    def edit(resource: Json) -> None:
        holder, last = _held(resource, path)
        holder.append(deepcopy(holder[last]))

    return edit


def rename(path: str, name: str) -> Edit:
    """With a member under another name."""

    def edit(resource: Json) -> None:
        holder, last = _held(resource, path)
        holder[name] = holder.pop(last)

    return edit


def both(*edits: Edit) -> Edit:
    """One after the other."""

    def edit(resource: Json) -> None:
        for one in edits:
            one(resource)

    return edit


def _held(resource: Json, path: str) -> tuple[Any, Any]:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder: Any = resource
    for step in way:
        holder = holder.setdefault(step, {}) if isinstance(holder, dict) else holder[step]
    return holder, last
