"""The entries of a resource to its index: what is written beside a sealed body.

Most facts are met again and again (statuses, codes, names, birth dates): those that are short are
remembered.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.fhir.search import Filed
from hygie.fhir.search.entry import (
    CompositeEntry,
    DateEntry,
    Entry,
    NumberEntry,
    QuantityEntry,
    ReferenceEntry,
    StringEntry,
    TokenEntry,
    UriEntry,
)
from hygie.store.index import days, spans

if TYPE_CHECKING:
    from hygie.store.index.blinding import Names

MAX_KNOWN_FACTS: Final = 32_768
"""Entries remembered, of all types; then all are forgotten."""
MAX_KNOWN_TEXT: Final = 64
"""Longer texts are worked out each time: they seldom come twice, and memory is bounded."""
_REMEMBERED: Final = frozenset({TokenEntry, StringEntry, DateEntry})
"""What may be known. To look for others would cost a hash of all they hold."""

Facts = tuple[int, ...]
Span = tuple[int, int, int]


class Index(NamedTuple):
    """What is written beside a sealed body. What is empty is None: it takes no room."""

    tokens: list[int] | None
    links: int
    """How many of the first tokens are links."""
    shape: int
    """Which parameters have a value (`hygie.fhir.search.shape_bit`)."""
    spans: list[int] | None
    happened: int
    """Start of the main date, microseconds; `spans.NEVER` without one."""
    ended: int
    """Its end."""
    words: list[int] | None
    """16 bits of keyed hash of each word, in order: always re-checked."""


EMPTY: Final = Index(None, 0, 0, None, spans.NEVER, spans.NEVER, None)
"""The index of a deleted resource."""


class Known:
    """Facts of entries met before, by type of resource."""

    def __init__(self) -> None:
        self._types: dict[str, dict[Entry, Facts]] = {}
        self._count = 0

    def of(self, resource_type: str) -> dict[Entry, Facts]:
        """To be read only."""
        return self._types.setdefault(resource_type, {})

    def remember(self, resource_type: str, entry: Entry, facts: Facts) -> None:
        if self._count >= MAX_KNOWN_FACTS:
            for known in self._types.values():
                known.clear()
            self._count = 0
        self._types[resource_type][entry] = facts
        self._count += 1


class Scope(NamedTuple):
    """A parameter of the type: "Type.parameter", and what its links and spans are marked with."""

    name: str
    mark: int


class _Scopes(dict[str, Scope]):
    """Of the parameters of one type, each made when it is first met."""

    def __init__(self, names: "Names", resource_type: str) -> None:
        super().__init__()
        self._names = names
        self._type = resource_type

    def __missing__(self, parameter: str) -> Scope:
        name = f"{self._type}.{parameter}"
        scope = self[parameter] = Scope(name, self._names.parameter(name))
        return scope


class _Row:
    """What one resource is filed by, gathered."""

    __slots__ = ("facts", "links", "main", "spans")

    def __init__(self) -> None:
        self.links: list[int] = []
        self.facts: list[int] = []
        self.spans: list[Span] = []
        self.main: list[Span] = []

    def index(self, shape: int, words: list[int]) -> Index:
        """The main date is in its columns; in spans as well only when there are several."""
        links = dict.fromkeys(self.links)
        tokens = list(links | dict.fromkeys(self.facts))
        happened = ended = spans.NEVER
        others = self.spans
        if self.main:
            happened = min([low for _, low, _ in self.main])
            ended = max([high for _, _, high in self.main])
            if len(set(self.main)) > 1:
                others = others + self.main
        flat = [number for span in dict.fromkeys(others) for number in span] if others else None
        return Index(tokens or None, len(links), shape, flat, happened, ended, words or None)


class Filing:
    """Files resources of one type."""

    def __init__(
        self, names: "Names", zone: ZoneInfo, known: Known, resource_type: str, main_date: str
    ) -> None:
        self._names = names
        self._zone = zone
        self._type = resource_type
        self._main_date = main_date
        self._all_known = known
        self._known = known.of(resource_type)
        self._scopes = _Scopes(names, resource_type)
        self._writers: Mapping[type, Callable[[_Row, Any], None]] = {
            TokenEntry: self._token,
            StringEntry: self._string,
            ReferenceEntry: self._reference,
            UriEntry: self._uri,
            DateEntry: self._date,
            NumberEntry: self._number,
            QuantityEntry: self._number,
            CompositeEntry: self._composite,
        }

    def index(self, filed: Filed, others: Sequence[int], said: AbstractSet[str]) -> Index:
        """`others`: links of patients whose compartments hold it, but for the one it is of."""
        row = _Row()
        known, writers = self._known, self._writers
        for entry in filed.entries:
            kind = type(entry)
            facts = known.get(entry) if kind in _REMEMBERED else None
            if facts is None:
                writers[kind](row, entry)
            else:
                row.facts += facts
        row.facts += [self._names.present(self._scopes[name].name) for name in filed.present]
        row.links += others
        return row.index(filed.shape, self._names.words(said))

    # --- codes and texts ----------------------------------------------------------------------

    def _token(self, row: _Row, entry: TokenEntry) -> None:
        facts = self._of_token(entry)
        row.facts += self._remembered(entry, facts, max(len(entry.system), len(entry.code)))

    def _string(self, row: _Row, entry: StringEntry) -> None:
        row.facts += self._remembered(entry, self._of_string(entry), len(entry.text))

    def _remembered(self, entry: Entry, facts: Facts, size: int) -> Facts:
        if size <= MAX_KNOWN_TEXT:
            self._all_known.remember(self._type, entry, facts)
        return facts

    def _of_token(self, entry: TokenEntry) -> Facts:
        """A code that has no system of its own is filed by itself: asked with one, re-checked."""
        scope = self._scopes[entry.parameter].name
        if ":" in entry.parameter:  # "identifier:of-type"
            return (self._names.both(scope, entry.system, entry.code),)
        facts = self._names.code(scope, entry.system, entry.code)
        return facts[1:] if entry.bare else facts

    def _of_string(self, entry: StringEntry) -> Facts:
        scope = self._scopes[entry.parameter].name
        if ":" in entry.parameter:  # "code:text"
            return (self._names.display(scope, entry.text),)
        return self._names.text(scope, entry.text)

    # --- what is seldom met twice ---------------------------------------------------------------

    def _reference(self, row: _Row, entry: ReferenceEntry) -> None:
        scope, mark = self._scopes[entry.parameter]
        if entry.id:
            row.links.append(self._names.target(entry.type, entry.id) ^ mark)
        if entry.url:
            row.facts.append(self._names.fact(scope, f"url {entry.url}"))
        if entry.value:
            row.facts += self._names.code(f"{scope}:identifier", entry.system, entry.value)

    def _uri(self, row: _Row, entry: UriEntry) -> None:
        row.facts.append(self._names.fact(self._scopes[entry.parameter].name, f"uri {entry.uri}"))

    def _date(self, row: _Row, entry: DateEntry) -> None:
        scope, mark = self._scopes[entry.parameter]
        if spans.is_sensitive(self._type, entry.parameter):
            buckets = days.filed_under(entry.low, entry.high, self._zone)
            facts = tuple(self._names.fact(scope, bucket) for bucket in buckets)
            row.facts += self._remembered(entry, facts, 0)
            return
        filed = row.main if entry.parameter == self._main_date else row.spans
        filed.append((mark, entry.low, entry.high))

    def _number(self, row: _Row, entry: NumberEntry | QuantityEntry) -> None:
        low, high = (entry.low, entry.high) if entry.ranged else (entry.value, entry.value)
        mark = self._scopes[entry.parameter].mark
        row.spans.append((mark, spans.at_most(low), spans.at_least(high)))

    def _composite(self, row: _Row, entry: CompositeEntry) -> None:
        """Only codes are filed, without their system: enough to choose what is re-checked."""
        scope = self._scopes[entry.parameter].name
        for number, component in enumerate(entry.components):
            for part in component:
                if isinstance(part, TokenEntry) and part.code and ":" not in part.parameter:
                    row.facts.append(self._names.fact(scope, composite_text(number, part.code)))


def composite_text(number: int, code: str) -> str:
    return f"part {number} {code.casefold()}"
