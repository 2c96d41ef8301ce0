"""What a resource is found by: the entries its search parameters yield (R4 §3.1.1.4).

Entries are plain values. The store turns them into keyed hashes; nothing here is secret-aware.
They are made by the million and hold no cycles: the garbage collector passes over them.
"""

from decimal import Decimal

import msgspec


class TokenEntry(msgspec.Struct, frozen=True, gc=False):
    """A coded value, identifier, boolean or contact point. `system` is "" when absent.

    Under "identifier:of-type": `system` is the type's system, `code` is "type code|value".
    """

    parameter: str
    system: str
    code: str
    bare: bool = False
    """True of a `code`, boolean or id, which has no system but the one its binding implies."""


class StringEntry(msgspec.Struct, frozen=True, gc=False):
    """A text, as it stands in the resource.

    Under "code:text": the text or display of a token parameter's value, for `:text`.
    """

    parameter: str
    text: str


class ReferenceEntry(msgspec.Struct, frozen=True, gc=False):
    """A reference: local (`type`, `id`), or elsewhere (`url`); `system|value` if by identifier.

    One that has both a link and an identifier carries both. A canonical with a version yields two
    entries, with and without `|version`.
    """

    parameter: str
    type: str = ""
    id: str = ""
    url: str = ""
    system: str = ""
    value: str = ""


class UriEntry(msgspec.Struct, frozen=True, gc=False):
    parameter: str
    uri: str


class DateEntry(msgspec.Struct, frozen=True, gc=False):
    """An instant, day, period, as a closed interval of microseconds since 1970-01-01 UTC.

    An open side of a period is `DATE_MIN` or `DATE_MAX`. A date without time zone is read in the
    zone the extractor was given (the establishment's).
    """

    parameter: str
    low: int
    high: int


class NumberEntry(msgspec.Struct, frozen=True, gc=False):
    """A number: `low` and `high` are itself, or the measured bounds of a Range."""

    parameter: str
    value: Decimal
    low: Decimal
    high: Decimal
    ranged: bool = False
    """True when low and high are measured bounds (a Range)."""


class QuantityEntry(msgspec.Struct, frozen=True, gc=False):
    """A measurement. `system` and `code` as given (UCUM most often), `unit` as displayed."""

    parameter: str
    value: Decimal
    low: Decimal
    high: Decimal
    system: str = ""
    code: str = ""
    unit: str = ""
    ranged: bool = False
    """True when low and high are measured bounds (a Range, a comparator)."""


class WordsEntry(msgspec.Struct, frozen=True, gc=False):
    """The words of a resource, under `_text` (the narrative's) or `_content` (all)."""

    parameter: str
    words: frozenset[str]


class CompositeEntry(msgspec.Struct, frozen=True, gc=False):
    """One element seen by a composite parameter: for each component, the entries it yields.

    They are known by their place: their `parameter` is "", or ":text" and the like.
    """

    parameter: str
    components: tuple[tuple["Entry", ...], ...]


Entry = (
    TokenEntry
    | StringEntry
    | ReferenceEntry
    | UriEntry
    | DateEntry
    | NumberEntry
    | QuantityEntry
    | WordsEntry
    | CompositeEntry
)

DATE_MIN = -62_135_596_800_000_000
"""0001-01-01T00:00:00Z."""
DATE_MAX = 253_402_300_799_999_999
"""9999-12-31T23:59:59.999999Z."""
