"""What a resource is found by, as keyed hashes: the row's tokens, links, spans and date.

`Names` gives each fact its 64-bit token, for those who file and those who search alike.
A link is the one token that can be computed with: `link = H(target) xor H(parameter)`, so that SQL
follows references with `#` (chains, `_has`, `_include`) without knowing what they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from hygie.fhir.definitions import Registry, SearchParameter
from hygie.fhir.search import Filed, normalize, shape_bit, sources
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.extract import present
from hygie.store.index import spans
from hygie.store.index.filing import EMPTY, Filing, Index, Known
from hygie.store.keys.keyring import Keyring

__all__ = ["EMPTY", "Blinder", "Index", "Names"]

PREFIXES: Final = (1, 2, 3, 4, 6, 8)
"""Lengths of the beginnings of a text that have their own token; others are re-checked."""
DISPLAY_PREFIX: Final = 3
"""Of a code's display, only the beginning of this length, for `:text`."""
MAX_TRIGRAM_TEXT: Final = 200
"""Normalised characters whose trigrams are filed; longer texts are found by being long."""
LONG: Final = "long"
MAX_CACHED_WORDS: Final = 32_768
MAX_CACHED_PARAMETERS: Final = 8_192
"""More than R4 has search parameters on all its types."""
COMPARTMENT: Final = "compartment"
PRESENT: Final = "present"
NO_WORDS: Final[AbstractSet[str]] = frozenset()


class Names:
    """Tokens of facts. A scope is "Type.parameter". Functions of the keyring only."""

    def __init__(self, keyring: Keyring) -> None:
        self.fact = keyring.blind
        self.target = keyring.reference
        self._cached_word = lru_cache(MAX_CACHED_WORDS)(self._word)

    def parameter(self, scope: str) -> int:
        """What links and spans of a parameter are marked with."""
        return self.fact("parameter", scope)

    def link(self, scope: str, resource_type: str, id: str) -> int:
        return self.target(resource_type, id) ^ self.parameter(scope)

    def member(self, patient: int) -> int:
        """The link of what lies in this patient's compartment, and in others'."""
        return patient ^ self.parameter(COMPARTMENT)

    def code(self, scope: str, system: str, code: str) -> tuple[int, ...]:
        """What a coded value can be asked by: system|code, and code."""
        if not code:
            return ()
        return self.both(scope, system, code), self.alone(scope, code)

    def both(self, scope: str, system: str, code: str) -> int:
        return self.fact(scope, f"both {system}|{code.casefold()}")

    def alone(self, scope: str, code: str) -> int:
        return self.fact(scope, f"code {code.casefold()}")

    def text(self, scope: str, text: str) -> tuple[int, ...]:
        """What a text can be asked by: its beginnings, and what it holds."""
        normalized = normalize(text)
        begins = (self.begins(scope, normalized[:n]) for n in PREFIXES)
        return (*begins, *self.holds(scope.partition(".")[0], normalized))

    def holds(self, resource_type: str, normalized: str) -> tuple[int, ...]:
        """What `:contains` is asked by. For the type, not for one parameter: a name is found as
        a name, a family name and a given name, and always re-checked."""
        return tuple(self.fact(resource_type, part) for part in trigrams(normalized))

    def long(self, resource_type: str) -> int:
        """What a row with a text too long for trigrams has in their place."""
        return self.fact(resource_type, LONG)

    def display(self, scope: str, text: str) -> int:
        """What the text of a code can be asked by: how it begins."""
        return self.begins(scope, normalize(text)[:DISPLAY_PREFIX])

    def words(self, words: Iterable[str]) -> list[int]:
        """Sorted, each once: two words may share a hash."""
        return sorted(set(map(self._cached_word, words)))

    def _word(self, word: str) -> int:
        return (self.fact("word", word) & 0xFFFF) - 0x8000

    def present(self, scope: str) -> int:
        """What a row with a value of one of the establishment's own parameters has: `shape` has
        bits for those of R4 only."""
        return self.fact(scope, PRESENT)

    def begins(self, scope: str, start: str) -> int:
        return self.fact(scope, f"begins {start}")


class Blinder:
    """Entries -> Index."""

    def __init__(
        self, keyring: Keyring, registry: Registry, zone: ZoneInfo, *, words: bool = True
    ) -> None:
        self.names = Names(keyring)
        self.words = words
        """Whether words are filed, and may be asked for."""
        self.reference = keyring.reference
        self.zone = zone
        self._registry = registry
        self.scopes = lru_cache(MAX_CACHED_PARAMETERS)(self._scopes)
        self.parameters = lru_cache(MAX_CACHED_PARAMETERS)(self._parameters)
        self._known = Known()
        self._filings: dict[str, Filing] = {}
        self._main_dates = {t: spans.main_date(registry, t) for t in registry.resource_types}

    def main_date(self, resource_type: str) -> str:
        return self._main_dates[resource_type]

    def _scopes(self, resource_type: str, parameter: SearchParameter) -> tuple[str, ...]:
        """Where a parameter's values are filed: under it, or under those it is derived from."""
        if parameter.edition:
            return (f"{resource_type}.{parameter.filed}",)
        found = sources(self._registry, resource_type, parameter.code)
        return tuple(f"{resource_type}.{each}" for each in found)

    def _parameters(self, resource_type: str, parameter: SearchParameter) -> tuple[int, ...]:
        """What links and spans of a parameter are marked with: any of these."""
        return tuple(self.names.parameter(scope) for scope in self.scopes(resource_type, parameter))

    def shape(self, resource_type: str, code: str) -> int:
        """The bit of a row's `shape` that says it has a value; 0 for what no resource has, and for
        the establishment's own parameters (`Names.present`)."""
        place = shape_bit(self._registry, resource_type, code)
        return 0 if place is None else 1 << place

    def index(
        self,
        resource_type: str,
        filed: Filed,
        others: Sequence[int],
        said: AbstractSet[str] = NO_WORDS,
    ) -> Index:
        """`others`: the patients whose compartment holds it, but for the one it belongs to; `said`:
        the words of its texts."""
        links = [self.names.member(patient) for patient in others]
        return self._filing(resource_type).index(filed, links, said)

    def added(self, resource_type: str, entries: Sequence[Entry]) -> Index:
        """What the establishment's own parameters add to a row: tokens, links and spans."""
        return self._filing(resource_type).index(
            Filed(tuple(entries), 0, present(entries)), (), NO_WORDS
        )

    def _filing(self, resource_type: str) -> Filing:
        filing = self._filings.get(resource_type)
        if filing is None:
            date = self._main_dates[resource_type]
            filing = Filing(self.names, self.zone, self._known, resource_type, date)
            self._filings[resource_type] = filing
        return filing


def trigrams(text: str) -> Iterator[str]:
    """Every three characters in a row of a normalised text; "long" instead when it is that."""
    if len(text) > MAX_TRIGRAM_TEXT:
        yield LONG
        return
    for start in range(len(text) - 2):
        yield f"holds {text[start : start + 3]}"
