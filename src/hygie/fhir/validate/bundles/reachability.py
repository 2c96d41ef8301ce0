"""Every entry of a document or a message is linked with its first resource (R4 §3.3.1).

Links are references, and elements of type uri or url. An entry is *reached* when links lead to it
from the first; it is *linked* when links lead to it from an entry that is linked, or from it to
one. What is linked and not reached is expected of a Provenance and of what that leads to alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hygie.fhir.references import walk_links
from hygie.fhir.validate.bundles import phrases
from hygie.fhir.validate.bundles.documents import FIRST
from hygie.fhir.validate.bundles.links import style_sheets
from hygie.fhir.validate.reading import text_of
from hygie.fhir.validate.references.entries import Entries
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Severity

Json = dict[str, Any]
Graph = Sequence[Iterable[int]]
"""Entry -> entries that it refers to."""

BACKWARDS_TYPE: Final = "Provenance"


def check_reachable(bundle: Json, entries: Entries, place: Place, report: Report) -> None:
    forwards = [list(_targets(index, entries)) for index in range(len(entries.resources))]
    reached = reachable([0, *style_sheets(bundle, entries)], forwards)
    linked = reachable(reached, both_ways(forwards))
    sources = (i for i in linked if _type(i, entries) == BACKWARDS_TYPE)
    expected = reached | reachable(sources, forwards)
    for index, resource in enumerate(entries.resources):
        if resource is None or index in expected:
            continue
        if index not in linked:
            _say_orphan(index, entries, (place, "entry", index), report)
        elif entries.bundle_type == "document":
            where = (place, "entry", index)
            details, rule, phrase = _details(index, entries), "bundle.backwards", phrases.BACKWARDS
            report.say("warning", "business-rule", rule, phrase, where, **details)


def reachable(starts: Iterable[int], graph: Graph) -> set[int]:
    """All that can be reached in a graph, the starts among it."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        new = [target for target in graph[waiting.pop()] if target not in found]
        found.update(new)
        waiting.extend(new)
    return found


def both_ways(graph: Graph) -> list[list[int]]:
    """The graph with each link in both directions."""
    both = [list(targets) for targets in graph]
    for source, targets in enumerate(graph):
        for target in targets:
            both[target].append(source)
    return both


def _targets(index: int, entries: Entries) -> Iterator[int]:
    resource, root = entries.resources[index], entries.root(index)
    for link in dict.fromkeys(walk_links(resource)) if resource is not None else ():
        yield from entries.find(link, root)


def _type(index: int, entries: Entries) -> str:
    return text_of(entries.resources[index] or {}, "resourceType")


def _say_orphan(index: int, entries: Entries, place: Place, report: Report) -> None:
    """An error in a document, of which it is no part; a message may hold more than it needs."""
    severity: Severity = "error" if entries.bundle_type == "document" else "warning"
    details = _details(index, entries)
    report.say(severity, "business-rule", "bundle.orphan", phrases.ORPHAN, place, **details)


def _details(index: int, entries: Entries) -> dict[str, str]:
    found = excerpt(entries.full_urls[index]) or str(index)
    return {"found": found, "first": FIRST[entries.bundle_type]}
