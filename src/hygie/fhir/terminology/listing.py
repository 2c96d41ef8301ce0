"""What a value set may hold: its systems, and the codes that can be listed."""

from collections.abc import Iterator
from typing import NamedTuple

from hygie.fhir.terminology.sources import Sources
from hygie.fhir.terminology.value_set import Part, ValueSet


class Systems(NamedTuple):
    known: list[str]
    more: bool
    """Whether codes of other systems may be in the set: something that it imports is not known."""


def systems_of(sources: Sources, value_set: ValueSet) -> Systems:
    """The systems whose codes may be in a set, in the order of its definition."""
    known: dict[str, None] = {}
    more = False
    for each in _imported(sources, value_set):
        if each is None:
            more = True
            continue
        known.update((part.system, None) for part in each.includes if part.system)
        known.update((system, None) for system, _ in each.expansion.codes)
        more = more or not (each.includes or each.expansion.whole)
    return Systems(list(known), more)


def listed(sources: Sources, value_set: ValueSet) -> Iterator[tuple[str, str]]:
    """System and code of what the set may hold, to be asked; systems known by rule list none."""
    for each in _imported(sources, value_set):
        if each is not None:
            for part in each.includes:
                yield from _codes(sources, part, each)
            yield from each.expansion.codes


def _codes(sources: Sources, part: Part, value_set: ValueSet) -> Iterator[tuple[str, str]]:
    if part.codes is not None:
        yield from ((part.system, code) for code in part.codes)
    elif part.system:
        where = (part.version, value_set.package, value_set.holder)
        system = sources.system(part.system, *where)
        yield from ((part.system, code) for code in (system.codes() if system else ()))


def _imported(sources: Sources, value_set: ValueSet) -> Iterator[ValueSet | None]:
    """The set and all that it imports, each once; None for one that is not known."""
    seen = {id(value_set)}
    waiting = [value_set]
    while waiting:
        each = waiting.pop(0)
        yield each
        for canonical in (url for part in each.includes for url in part.imports):
            found = sources.value_set(canonical, each.package, each.holder)
            if found is None:
                yield None
            elif id(found) not in seen:
                seen.add(id(found))
                waiting.append(found)
