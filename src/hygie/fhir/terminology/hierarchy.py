"""Who is above whom among the concepts of a resource: by nesting, and by properties."""

from collections.abc import Iterator, Mapping

import msgspec

from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, objects, text


class Hierarchy:
    """Ways up and down between concepts. A cycle is walked once; nothing is named twice."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self._concepts = concepts
        self._children: dict[str, list[str]] = {}
        for concept in concepts.values():
            for parent in dict.fromkeys(concept.parents):
                if parent in concepts and parent != concept.code:
                    self._children.setdefault(parent, []).append(concept.code)

    def codes(self) -> Iterator[str]:
        """All, in the order of the definition; in a cycle, which comes first is left open."""
        return iter(self._concepts)

    def children(self, code: str) -> Iterator[str]:
        return iter(self._children.get(code, ()))

    def below(self, code: str) -> Iterator[str]:
        """Depth first: a branch is whole before the next."""
        seen = {code}
        waiting = self._children.get(code, [])[::-1]
        while waiting:
            go_on()
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                yield each
                waiting.extend(reversed(self._children.get(each, ())))

    def above(self, code: str) -> Iterator[str]:
        seen = {code}
        level = [code]
        while level:
            go_on()
            known = [self._concepts[each] for each in level if each in self._concepts]
            parents = dict.fromkeys(parent for concept in known for parent in concept.parents)
            level = [parent for parent in parents if parent not in seen]
            seen.update(level)
            yield from level


def placed(system: CodeSystem, operator: str, code: str) -> Iterator[str] | None:
    """The codes that a filter on `concept` keeps (R4 §4.9.7.1), by the ways up and down; None for
    an operator that asks for something else."""
    if operator == "is-a":
        return _with(system, code, system.below(code))
    if operator == "descendent-of":
        return system.below(code)
    if operator == "child-of":
        return system.children(code)
    if operator == "generalizes":
        return _with(system, code, system.above(code))
    return _with(system, code, iter(())) if operator == "=" else None


def _with(system: CodeSystem, code: str, others: Iterator[str]) -> Iterator[str]:
    if concept := system.find(code):
        yield concept.code
    yield from others


def concepts_of(resource: Json, parent: str, child: str) -> dict[str, Concept]:
    """Every concept by its code; `parent` and `child` are properties that name others."""
    found: dict[str, Concept] = {}
    below: dict[str, list[str]] = {}
    waiting: list[tuple[Json, tuple[str, ...]]]
    waiting = [(item, ()) for item in reversed(list(objects(resource, "concept")))]
    while waiting:
        item, nested_in = waiting.pop()
        concept = Concept(text(item, "code"), item)
        parents = [*nested_in, *(v for v in concept.values(parent) if isinstance(v, str))]
        found[concept.code] = Concept(concept.code, item, tuple(parents))
        for code in concept.values(child):
            if isinstance(code, str):
                below.setdefault(code, []).append(concept.code)
        inner = [(nested, (concept.code,)) for nested in objects(item, "concept")]
        waiting.extend(reversed(inner))
    for code, parents_of in below.items():
        if code in found:
            both = (*found[code].parents, *parents_of)
            found[code] = msgspec.structs.replace(found[code], parents=both)
    return found
