"""What a resource is found by, as keyed hashes: the row's tokens, links, spans and date.

`Names` gives each fact its 64-bit token, for those who file and those who search alike.
A link is the one token that can be computed with: `link = H(target) xor H(parameter)`, so that SQL
follows references with `#` (chains, `_has`, `_include`) without knowing what they are.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
MAX_TRIGRAM_TEXT: Final = 200
"""Normalised characters whose trigrams are filed; longer texts are found by being long."""
COMPARTMENT: Final = "compartment"
COLUMNS: Final = frozenset({"_id", "_lastUpdated"})
"""Parameters that have columns of their own."""
_LONG: Final = 256


class Index(NamedTuple):
    """What is written beside a sealed body."""

    tokens: list[int]
    links: int
    """How many of the first tokens are links."""
    spans: list[int]
    happened: int


class Names:
    """Tokens of facts. Pure functions of the keyring."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def fact(self, scope: str, text: str) -> int:
        """`scope` is "Type.parameter"; `text` a kind and a value."""
        if len(text) > _LONG:
            return self._keyring.blind.__wrapped__(scope, text)
        return self._keyring.blind(scope, text)

    def parameter(self, scope: str) -> int:
        return self._keyring.blind("parameter", scope)

    def present(self, scope: str) -> int:
        return self._keyring.blind(scope, "present")

    def link(self, scope: str, resource_type: str, id: str) -> int:
        return self._keyring.reference(resource_type, id) ^ self.parameter(scope)

    def member(self, patient: int) -> int:
        """The link of whatever lies in this patient's compartment."""
        return patient ^ self._keyring.blind("parameter", COMPARTMENT)


class Blinder:
    """Entries -> Index."""

    def __init__(self, keyring: Keyring, registry: Registry, zone: ZoneInfo) -> None:
        self.names = Names(keyring)
        self.row_key = keyring.row_key
        self.zone = zone
        self._registry = registry
        self._main_dates = {t: spans.main_date(registry, t) for t in registry.resource_types}
        self._writers: dict[type, Callable[[_Filing, str, Any], None]] = {
            TokenEntry: _Filing.token,
            StringEntry: _Filing.string,
            ReferenceEntry: _Filing.reference,
            UriEntry: _Filing.uri,
            DateEntry: _Filing.date,
            NumberEntry: _Filing.number,
            QuantityEntry: _Filing.number,
            CompositeEntry: _Filing.composite,
        }

    def main_date(self, resource_type: str) -> str:
        return self._main_dates[resource_type]

    def index(self, resource_type: str, entries: Iterable[Entry], patients: Sequence[int]) -> Index:
        filing = _Filing(self.names, self.zone, self._main_dates[resource_type])
        for entry in entries:
            if entry.parameter not in COLUMNS:
                scope = f"{resource_type}.{entry.parameter}"
                filing.facts[self.names.present(scope)] = None
                self._writers[type(entry)](filing, scope, entry)
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
        self.spans: dict[tuple[int, int, int], None] = {}
        self._happened = spans.NEVER

    def index(self) -> Index:
        links = len(self.links)
        tokens = [*self.links, *(token for token in self.facts if token not in self.links)]
        flat = [number for span in self.spans for number in span]
        return Index(tokens, links, flat, self._happened)

    def _add(self, scope: str, text: str) -> None:
        self.facts[self._names.fact(scope, text)] = None

    def token(self, scope: str, entry: TokenEntry) -> None:
        for text in token_texts(entry.system, entry.code):
            self._add(scope, text)

    def string(self, scope: str, entry: StringEntry) -> None:
        self._add(scope, f"exact {entry.text}")
        text = normalize(entry.text)
        for length in range(1, min(len(text), MAX_PREFIX) + 1):
            self._add(scope, f"begins {text[:length]}")
        for part in trigrams(text):
            self._add(scope, part)

    def reference(self, scope: str, entry: ReferenceEntry) -> None:
        if entry.id:
            self.links[self._names.link(scope, entry.type, entry.id)] = None
        if entry.url:
            self._add(scope, f"url {entry.url}")
        if entry.value:
            for text in token_texts(entry.system, entry.value):
                self._add(scope, f"identifier {text}")

    def uri(self, scope: str, entry: UriEntry) -> None:
        self._add(scope, f"uri {entry.uri}")

    def date(self, scope: str, entry: DateEntry) -> None:
        code = entry.parameter
        if code in spans.SENSITIVE_DATES:
            for bucket in days.filed_under(entry.low, entry.high, self._zone):
                self._add(scope, bucket)
            return
        self.spans[self._names.parameter(scope), entry.low, entry.high] = None
        if code == self._main_date and not spans.NEVER < self._happened <= entry.low:
            self._happened = entry.low

    def number(self, scope: str, entry: NumberEntry | QuantityEntry) -> None:
        low, high = spans.at_most(entry.low), spans.at_least(entry.high)
        self.spans[self._names.parameter(scope), low, high] = None
        value = spans.ordered(float(entry.value))
        self.spans[self._names.parameter(f"{scope} value"), value, value] = None

    def composite(self, scope: str, entry: CompositeEntry) -> None:
        """Only codes are filed, without their system: enough to choose what is re-checked."""
        for number, component in enumerate(entry.components):
            for part in component:
                if isinstance(part, TokenEntry) and part.code:
                    self._add(scope, composite_text(number, part.code))


def token_texts(system: str, code: str) -> Iterator[str]:
    """What a coded value can be asked by: system|code, code, system|."""
    folded = code.casefold()
    if code:
        yield f"both {system}|{folded}"
        yield f"code {folded}"
    if system:
        yield f"system {system}"


def composite_text(number: int, code: str) -> str:
    return f"part {number} {code.casefold()}"


def trigrams(text: str) -> Iterator[str]:
    """Every three characters in a row of a normalised text; "long" instead when it is that."""
    if len(text) > MAX_TRIGRAM_TEXT:
        yield "long"
        return
    for start in range(len(text) - 2):
        yield f"holds {text[start : start + 3]}"
