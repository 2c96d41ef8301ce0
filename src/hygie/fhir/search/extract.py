"""Resources -> index entries: one Python function for each type, compiled on first use."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.path.compiler import function_from
from hygie.fhir.path.runtime import names
from hygie.fhir.search import builders, texts
from hygie.fhir.search.derivation import filing_source, patient_ties
from hygie.fhir.search.entry import CompositeEntry, Entry, ReferenceEntry, TokenEntry, WordsEntry
from hygie.fhir.search.extraction import added_source, extractor_source, partial_source
from hygie.fhir.search.plans import WORDS
from hygie.fhir.search.shape import Narrowed, masks
from hygie.fhir.search.words import words
from hygie.limits import MAX_WORDS

_Function = Callable[[Any], list[Entry]]
_BUILDERS: Final = {
    name: function
    for name, function in vars(builders).items()
    if callable(function) and not name.startswith("_")
}


class Filed(NamedTuple):
    """What an index is told of a resource."""

    entries: tuple[Entry, ...]
    """Those of the parameters that are derived from no other (`sources`)."""
    shape: int
    """Bit `shape_bit(…)` is set when there is a value for that parameter, derived or not."""
    present: tuple[str, ...] = ()
    """Names, as filed, of the establishment's own parameters that have a value."""


class Words(NamedTuple):
    """What a resource is found by in `_text` and `_content`, as `words` reduces it."""

    narrative: frozenset[str]
    content: frozenset[str]
    """All, those of the narrative among them."""


class Extractor:
    """What resources are found by. Compiles as it meets types; safe to share."""

    def __init__(self, registry: Registry, zone: ZoneInfo) -> None:
        self.registry = registry
        self._added: dict[str, _Function] = {}
        self._all: dict[str, _Function] = {}
        self._filing: dict[str, _Function] = {}
        self._single: dict[str, dict[str, _Function]] = {}
        self._names: dict[str, Any] = {
            **names(registry),
            **_BUILDERS,
            "zone": zone,
            "CompositeEntry": CompositeEntry,
            "TokenEntry": TokenEntry,
        }

    def adopt(self, registry: Registry) -> None:
        """From now on, by a registry of the same base that has other additions."""
        self.registry = registry
        for compiled in (self._added, self._all, self._single):
            compiled.clear()

    def extract(self, resource: Mapping[str, Any]) -> tuple[Entry, ...]:
        """The entries of every search parameter of the resource's type; none for unknown types.

        Never raises on decoded JSON: what has not the promised shape yields no entry.
        """
        type_name = resource.get("resourceType")
        return tuple(self._function(type_name, self._all, extractor_source)(resource))

    def entries_of(self, resource: Mapping[str, Any], codes: Iterable[str]) -> list[Entry]:
        """The entries of a few parameters of the resource's type: all that `matches` reads.

        `_id`, `_lastUpdated`, `_text` and `_content` have theirs here only. None for parameters
        that the type has not.
        """
        found: list[Entry] = []
        for code in codes:
            if code in WORDS:
                known = self.words(resource)
                if said := known.narrative if code == "_text" else known.content:
                    found.append(WordsEntry(code, said))
            else:
                one = self._single.setdefault(code, {})
                source = partial(partial_source, codes=(code,))
                found += self._function(resource.get("resourceType"), one, source)(resource)
        return found

    def words(self, resource: Mapping[str, Any]) -> Words:
        """The words of a resource, MAX_WORDS of them and those of one text more at most."""
        said = words(texts.narrative(resource))
        found = set(said)
        for text in texts.texts(self.registry.base, resource):
            if len(found) >= MAX_WORDS:
                break
            found |= words(text)
        return Words(said, frozenset(found))

    def filed(self, resource: Mapping[str, Any]) -> Filed:
        """What of the entries is written into an index, and the shape; nothing for unknown types.

        Left out: what `sources` finds under other parameters, and the systems that bindings imply
        (a `bare` entry is filed by its code alone).
        """
        type_name = resource.get("resourceType")
        entries = self._function(type_name, self._filing, _filing_source)(resource)
        shape = self._shape(str(type_name), resource, entries)
        if not self.registry.additions:
            return Filed(tuple(entries), shape)
        added = self.added(resource)
        return Filed((*entries, *added), shape, present(added))

    def only(
        self, type_name: str, parameters: Iterable[SearchParameter]
    ) -> Callable[[Any], list[Entry]]:
        """The entries of a few of the establishment's own parameters in resources of one type,
        under the names they are filed by. Compiled now."""
        source = added_source(self.registry, type_name, parameters)
        compiled: _Function = function_from(source, self._names)
        return compiled

    def added(self, resource: Mapping[str, Any]) -> list[Entry]:
        """The entries of the establishment's own parameters, under the names they are filed by."""
        return self._function(resource.get("resourceType"), self._added, _added_source)(resource)

    def _shape(self, type_name: str, resource: Mapping[str, Any], entries: list[Entry]) -> int:
        if not entries:
            return 0
        always, narrowed = masks(self.registry.base, type_name)
        shape = 0
        for entry in entries:
            parameter = entry.parameter
            shape |= always[parameter]
            if type(entry) is ReferenceEntry and parameter in narrowed:
                for one in narrowed[parameter]:
                    if self._leads(one, entry, resource):
                        shape |= one.bit
        return shape

    def _leads(self, one: Narrowed, entry: ReferenceEntry, resource: Mapping[str, Any]) -> bool:
        """Where a URL leads only the whole reference says: its own type, what is contained."""
        return (
            bool(self.entries_of(resource, (one.code,))) if entry.url else entry.type == one.target
        )

    def _function(
        self,
        type_name: object,
        compiled: dict[str, _Function],
        source: Callable[[Registry, str], str],
    ) -> _Function:
        if type(type_name) is not str or not self.registry.is_resource(type_name):
            return _nothing
        function = compiled.get(type_name)
        if function is None:
            function = function_from(source(self.registry, type_name), self._names)
            compiled[type_name] = function
        return function

    def patients(self, resource: Mapping[str, Any]) -> tuple[str, ...]:
        """Ids of the Patients whose compartment holds it, once each.

        A Patient's own id first; then in the order of the compartment's parameters: whom a record
        is about comes before who took part in it.
        """
        return self.patients_among(resource, self.extract(resource))

    def patients_among(
        self, resource: Mapping[str, Any], entries: tuple[Entry, ...]
    ) -> tuple[str, ...]:
        """As `patients`, for whoever holds the entries already: all of them, or those filed."""
        type_name = resource.get("resourceType")
        own = [str(resource["id"])] if type_name == "Patient" and resource.get("id") else []
        ties = patient_ties(self.registry.base, str(type_name))
        tied = [
            (ties[entry.parameter], entry.id)
            for entry in entries
            if type(entry) is ReferenceEntry and entry.type == "Patient" and entry.parameter in ties
        ]
        if len(tied) > 1:
            tied.sort(key=itemgetter(0))
        return tuple(dict.fromkeys(own + [id_ for _, id_ in tied]))


def present(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The names of the parameters that have a value, once each."""
    return tuple(dict.fromkeys(entry.parameter.partition(":")[0] for entry in entries))


def _filing_source(registry: Registry, type_name: str) -> str:
    return filing_source(registry.base, type_name)


def _added_source(registry: Registry, type_name: str) -> str:
    return added_source(registry, type_name, registry.added(type_name))


def _nothing(_resource: Any) -> list[Entry]:
    return []
