"""What a resource is found by, as keyed hashes: the row's tokens, links, spans and date.

`Names` gives each fact its 64-bit token, for those who file and those who search alike.
A link is the one token that can be computed with: `link = H(target) xor H(parameter)`, so that SQL
follows references with `#` (chains, `_has`, `_include`) without knowing what they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry
from hygie.fhir.search import normalize
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
from hygie.store import days, spans
from hygie.store.keys import Keyring

MAX_PREFIX: Final = 8
"""Beginnings of a text that have their own token; longer ones are re-checked."""
DISPLAY_PREFIX: Final = 3
"""Of a code's display, only the beginning of this length, for `:text`."""
MAX_TRIGRAM_TEXT: Final = 200
"""Normalised characters whose trigrams are filed; longer texts are found by being long."""
MAX_CACHED_FACTS: Final = 50_000
MAX_CACHED_TEXT: Final = 64
"""Longer texts are worked out each time: they seldom come twice, and memory is bounded."""
COMPARTMENT: Final = "compartment"


class Index(NamedTuple):
    """What is written beside a sealed body."""

    tokens: list[int]
    links: int
    """How many of the first tokens are links."""
    spans: list[int]
    happened: int
    """Start of the main date, microseconds; `spans.NEVER` without one."""
    ended: int
    """Its end."""


class Names:
    """Tokens of facts. A scope is "Type.parameter". Functions of the keyring only."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self.fact = keyring.blind
        self._cached_code = lru_cache(MAX_CACHED_FACTS)(self._code)
        self._cached_display = lru_cache(MAX_CACHED_FACTS)(self._display)
        self._cached_text = lru_cache(MAX_CACHED_FACTS)(self._text)

    def parameter(self, scope: str) -> int:
        """What links and spans of a parameter are marked with."""
        return self.fact("parameter", scope)

    def present(self, scope: str) -> int:
        return self.fact(scope, "present")

    def link(self, scope: str, resource_type: str, id: str) -> int:
        return self._keyring.reference(resource_type, id) ^ self.parameter(scope)

    def member(self, patient: int) -> int:
        """The link of whatever lies in this patient's compartment."""
        return patient ^ self.parameter(COMPARTMENT)

    def code(self, scope: str, system: str, code: str) -> tuple[int, ...]:
        """What a coded value can be asked by: system|code, and code."""
        short = len(system) + len(code) <= 2 * MAX_CACHED_TEXT
        return (self._cached_code if short else self._code)(scope, system, code)

    def _code(self, scope: str, system: str, code: str) -> tuple[int, ...]:
        if not code:
            return ()
        return self.both(scope, system, code), self.fact(scope, f"code {code}")

    def both(self, scope: str, system: str, code: str) -> int:
        return self.fact(scope, f"both {system}|{code}")

    def text(self, scope: str, text: str) -> tuple[int, ...]:
        """What a text can be asked by: its beginnings, and what it holds."""
        return (self._cached_text if len(text) <= MAX_CACHED_TEXT else self._text)(scope, text)

    def _text(self, scope: str, text: str) -> tuple[int, ...]:
        normalized = normalize(text)
        begins = (self.begins(scope, normalized[:n]) for n in range(1, MAX_PREFIX + 1))
        return (*begins, *(self.fact(scope, part) for part in trigrams(normalized)))

    def display(self, scope: str, text: str) -> int:
        """What the text of a code can be asked by: how it begins."""
        short = len(text) <= MAX_CACHED_TEXT
        return (self._cached_display if short else self._display)(scope, text)

    def _display(self, scope: str, text: str) -> int:
        return self.begins(scope, normalize(text)[:DISPLAY_PREFIX])

    def begins(self, scope: str, start: str) -> int:
        return self.fact(scope, f"begins {start}")


class Blinder:
    """Entries -> Index."""

    def __init__(self, keyring: Keyring, registry: Registry, zone: ZoneInfo) -> None:
        self.names = Names(keyring)
        self.row_key = keyring.row_key
        self.zone = zone
        self._main_dates = {t: spans.main_date(registry, t) for t in registry.resource_types}

    def main_date(self, resource_type: str) -> str:
        return self._main_dates[resource_type]

    def index(self, resource_type: str, entries: Iterable[Entry], patients: Sequence[int]) -> Index:
        filing = _Filing(self.names, self.zone, self._main_dates[resource_type])
        for entry in entries:
            scope = f"{resource_type}.{entry.parameter}"
            if ":" in entry.parameter:
                filing.aside(scope, entry)
            else:
                filing.facts[self.names.present(scope)] = None
                _WRITERS[type(entry)](filing, scope, entry)
        for patient in patients:
            filing.links[self.names.member(patient)] = None
        return filing.index()


class _Filing:
    """The tokens of one resource, gathered; dictionaries keep order and drop doubles."""

    def __init__(self, names: Names, zone: ZoneInfo, main_date: str) -> None:
        self._names = names
        self._zone = zone
        self._main_date = main_date
        self.links: dict[int, None] = {}
        self.facts: dict[int, None] = {}
        self._spans: dict[tuple[int, int, int], None] = {}
        self._happened = self._ended = spans.NEVER

    def index(self) -> Index:
        tokens = [*self.links, *(token for token in self.facts if token not in self.links)]
        flat = [number for span in self._spans for number in span]
        return Index(tokens, len(self.links), flat, self._happened, self._ended)

    def aside(self, scope: str, entry: Entry) -> None:
        """Entries for a modifier only: "code:text", "identifier:of-type"."""
        if isinstance(entry, StringEntry):
            self.facts[self._names.display(scope, entry.text)] = None
        elif isinstance(entry, TokenEntry):
            self.facts[self._names.both(scope, entry.system, entry.code)] = None

    def token(self, scope: str, entry: TokenEntry) -> None:
        for fact in self._names.code(scope, entry.system, entry.code):
            self.facts[fact] = None

    def string(self, scope: str, entry: StringEntry) -> None:
        self.facts.update(dict.fromkeys(self._names.text(scope, entry.text)))

    def reference(self, scope: str, entry: ReferenceEntry) -> None:
        if entry.id:
            self.links[self._names.link(scope, entry.type, entry.id)] = None
        if entry.url:
            self.facts[self._names.fact(scope, f"url {entry.url}")] = None
        if entry.value:
            for fact in self._names.code(f"{scope}:identifier", entry.system, entry.value):
                self.facts[fact] = None

    def uri(self, scope: str, entry: UriEntry) -> None:
        self.facts[self._names.fact(scope, f"uri {entry.uri}")] = None

    def date(self, scope: str, entry: DateEntry) -> None:
        if entry.parameter in spans.SENSITIVE_DATES:
            for bucket in days.filed_under(entry.low, entry.high, self._zone):
                self.facts[self._names.fact(scope, bucket)] = None
            return
        self._spans[self._names.parameter(scope), entry.low, entry.high] = None
        if entry.parameter == self._main_date:
            for text in days.during(entry.low, entry.high):
                self.facts[self._names.fact(scope, text)] = None
            if not spans.NEVER < self._happened <= entry.low:
                self._happened = entry.low
            self._ended = max(self._ended, entry.high)

    def number(self, scope: str, entry: NumberEntry | QuantityEntry) -> None:
        low, high = (entry.low, entry.high) if entry.ranged else (entry.value, entry.value)
        parameter = self._names.parameter(scope)
        self._spans[parameter, spans.at_most(low), spans.at_least(high)] = None

    def composite(self, scope: str, entry: CompositeEntry) -> None:
        """Only codes are filed, without their system: enough to choose what is re-checked."""
        for number, component in enumerate(entry.components):
            for part in component:
                if isinstance(part, TokenEntry) and part.code and ":" not in part.parameter:
                    self.facts[self._names.fact(scope, composite_text(number, part.code))] = None


_WRITERS: Final[dict[type, Callable[[_Filing, str, Any], None]]] = {
    TokenEntry: _Filing.token,
    StringEntry: _Filing.string,
    ReferenceEntry: _Filing.reference,
    UriEntry: _Filing.uri,
    DateEntry: _Filing.date,
    NumberEntry: _Filing.number,
    QuantityEntry: _Filing.number,
    CompositeEntry: _Filing.composite,
}


def composite_text(number: int, code: str) -> str:
    return f"part {number} {code}"


def trigrams(text: str) -> Iterator[str]:
    """Every three characters in a row of a normalised text; "long" instead when it is that."""
    if len(text) > MAX_TRIGRAM_TEXT:
        yield "long"
        return
    for start in range(len(text) - 2):
        yield f"holds {text[start : start + 3]}"
