"""What a resource is found by, as keyed hashes: the row's tokens, links, spans and date.

`Names` gives each fact its 64-bit token, for those who file and those who search alike.
A link is the one token that can be computed with: `link = H(target) xor H(parameter)`, so that SQL
follows references with `#` (chains, `_has`, `_include`) without knowing what they are.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Filed, normalize, shape_bit, sources
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
MAX_CACHED_PARAMETERS: Final = 8_192
"""More than R4 has search parameters on all its types."""
COMPARTMENT: Final = "compartment"


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


EMPTY: Final = Index(None, 0, 0, None, spans.NEVER, spans.NEVER, None)
"""The index of a deleted resource."""


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

    def link(self, scope: str, resource_type: str, id: str) -> int:
        return self._keyring.reference(resource_type, id) ^ self.parameter(scope)

    def member(self, patient: int) -> int:
        """The link of what lies in this patient's compartment, and in others'."""
        return patient ^ self.parameter(COMPARTMENT)

    def code(self, scope: str, system: str, code: str) -> tuple[int, ...]:
        """What a coded value can be asked by: system|code, and code."""
        short = len(system) + len(code) <= 2 * MAX_CACHED_TEXT
        return (self._cached_code if short else self._code)(scope, system, code)

    def _code(self, scope: str, system: str, code: str) -> tuple[int, ...]:
        if not code:
            return ()
        return self.both(scope, system, code), self.alone(scope, code)

    def both(self, scope: str, system: str, code: str) -> int:
        return self.fact(scope, f"both {system}|{code.casefold()}")

    def alone(self, scope: str, code: str) -> int:
        return self.fact(scope, f"code {code.casefold()}")

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
        self.reference = keyring.reference
        self.zone = zone
        self._registry = registry
        self.scopes = lru_cache(MAX_CACHED_PARAMETERS)(self._scopes)
        self.parameters = lru_cache(MAX_CACHED_PARAMETERS)(self._parameters)
        self._main_dates = {t: spans.main_date(registry, t) for t in registry.resource_types}

    def main_date(self, resource_type: str) -> str:
        return self._main_dates[resource_type]

    def _scopes(self, resource_type: str, code: str) -> tuple[str, ...]:
        """Where a parameter's values are filed: under it, or under those it is derived from."""
        found = sources(self._registry, resource_type, code)
        return tuple(f"{resource_type}.{each}" for each in found)

    def _parameters(self, resource_type: str, code: str) -> tuple[int, ...]:
        """What links and spans of a parameter are marked with: any of these."""
        return tuple(self.names.parameter(scope) for scope in self.scopes(resource_type, code))

    def shape(self, resource_type: str, code: str) -> int:
        """The bit of a row's `shape` that says it has a value; 0 for what no resource has."""
        place = shape_bit(self._registry, resource_type, code)
        return 0 if place is None else 1 << place

    def index(self, resource_type: str, filed: Filed, others: Sequence[int]) -> Index:
        """`others`: the patients whose compartment holds it, but for the one it belongs to."""
        filing = _Filing(self.names, self.zone, self._main_dates[resource_type])
        for entry in filed.entries:
            scope = f"{resource_type}.{entry.parameter}"
            if ":" in entry.parameter:
                filing.aside(scope, entry)
            else:
                _WRITERS[type(entry)](filing, scope, entry)
        for patient in others:
            filing.links[self.names.member(patient)] = None
        return filing.index(filed.shape)


class _Filing:
    """The tokens of one resource, gathered; dictionaries keep order and drop doubles."""

    def __init__(self, names: Names, zone: ZoneInfo, main_date: str) -> None:
        self._names = names
        self._zone = zone
        self._main_date = main_date
        self.links: dict[int, None] = {}
        self.facts: dict[int, None] = {}
        self._spans: dict[tuple[int, int, int], None] = {}
        self._main: dict[tuple[int, int, int], None] = {}

    def index(self, shape: int) -> Index:
        """The main date is in its columns; in spans as well only when there are several."""
        tokens = [*self.links, *(token for token in self.facts if token not in self.links)]
        filed = [*self._spans, *(self._main if len(self._main) > 1 else ())]
        flat = [number for span in filed for number in span]
        happened = min((low for _, low, _ in self._main), default=spans.NEVER)
        ended = max((high for _, _, high in self._main), default=spans.NEVER)
        links = len(self.links)
        return Index(tokens or None, links, shape, flat or None, happened, ended, None)

    def aside(self, scope: str, entry: Entry) -> None:
        """Entries for a modifier only: "code:text", "identifier:of-type"."""
        if isinstance(entry, StringEntry):
            self.facts[self._names.display(scope, entry.text)] = None
        elif isinstance(entry, TokenEntry):
            self.facts[self._names.both(scope, entry.system, entry.code)] = None

    def token(self, scope: str, entry: TokenEntry) -> None:
        """A code that has no system of its own is filed by itself: asked with one, re-checked."""
        facts = self._names.code(scope, entry.system, entry.code)
        self.facts.update(dict.fromkeys(facts[1:] if entry.bare else facts))

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
        filed = self._main if entry.parameter == self._main_date else self._spans
        filed[self._names.parameter(scope), entry.low, entry.high] = None

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
    return f"part {number} {code.casefold()}"


def trigrams(text: str) -> Iterator[str]:
    """Every three characters in a row of a normalised text; "long" instead when it is that."""
    if len(text) > MAX_TRIGRAM_TEXT:
        yield "long"
        return
    for start in range(len(text) - 2):
        yield f"holds {text[start : start + 3]}"
