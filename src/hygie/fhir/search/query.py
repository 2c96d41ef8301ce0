"""A search, understood: what `parse_query` makes of a query string and the store answers.

Criteria are joined by AND; the values of one criterion by OR (R4 §3.1.1.3).
"""

from decimal import Decimal
from typing import Literal

import msgspec

from hygie.fhir.definitions.model import SearchParameter

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
Total = Literal["none", "estimate", "accurate"]
Summary = Literal["", "true", "text", "data", "count", "false"]


class TokenValue(msgspec.Struct, frozen=True):
    """`code`, `system|code`, `|code`, `system|`. None is "any"; "" for system is "without".

    With the modifier "of-type", `code` is "type code|value", as in the entry.
    """

    system: str | None
    code: str | None


class StringValue(msgspec.Struct, frozen=True):
    text: str


class ReferenceValue(msgspec.Struct, frozen=True):
    """`id`, `Type/id`, or a URL. `type` is "" when not said."""

    type: str = ""
    id: str = ""
    url: str = ""


class SetValue(msgspec.Struct, frozen=True):
    """A value set of which a code is to be one, by its canonical URL (`:in`, `:not-in`)."""

    value_set: str


class UriValue(msgspec.Struct, frozen=True):
    uri: str


class DateValue(msgspec.Struct, frozen=True):
    """Closed interval, microseconds since 1970-01-01 UTC, of what was written.

    For "ap", already widened to what is approximately that: it matches by overlap alone.
    """

    prefix: Prefix
    low: int
    high: int


class NumberValue(msgspec.Struct, frozen=True):
    """`low`..`high`: the implicit range of what was written ("100": 99.5 to 100.5).

    For "ap", ten per cent either side instead. Orders (gt, lt, ge, le, sa, eb) compare `value`.
    """

    prefix: Prefix
    value: Decimal
    low: Decimal
    high: Decimal


class QuantityValue(msgspec.Struct, frozen=True):
    """`system` None: any system, and `code` then matches code or unit; "" for code: any unit."""

    prefix: Prefix
    value: Decimal
    low: Decimal
    high: Decimal
    system: str | None = None
    code: str = ""


class WordsValue(msgspec.Struct, frozen=True):
    """Words that are all wanted, as `words` reduces them."""

    words: frozenset[str]


class CompositeValue(msgspec.Struct, frozen=True):
    parts: tuple["Value", ...]


Value = (
    TokenValue
    | StringValue
    | ReferenceValue
    | SetValue
    | UriValue
    | DateValue
    | NumberValue
    | QuantityValue
    | WordsValue
    | CompositeValue
)


class Criterion(msgspec.Struct, frozen=True):
    """`parameter[:modifier]=value,value`. `:missing` carries no values but `missing`."""

    parameter: SearchParameter
    values: tuple[Value, ...] = ()
    modifier: str = ""
    """"exact", "contains", "not", "text", "identifier", "of-type", "missing", … or empty.
    A type modifier (`subject:Patient`) is folded into the values."""
    missing: bool | None = None


class Chain(msgspec.Struct, frozen=True):
    """`reference:target.inner`: rows whose reference leads to a `target` that meets `inner`."""

    parameter: SearchParameter
    targets: tuple[str, ...]
    """Resource types to look in; more than one when the query does not say."""
    inner: tuple["Condition", ...]
    """One condition for each target, in the same order."""


class Has(msgspec.Struct, frozen=True):
    """`_has:source:parameter:inner`: rows that a `source` meeting `inner` refers to."""

    source: str
    parameter: SearchParameter
    inner: "Condition"


class AllOf(msgspec.Struct, frozen=True, tag=True):
    """Every one of them; of a `_filter`."""

    parts: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    """One of them at least; of a `_filter`."""

    parts: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True, tag=True):
    """Whatever does not meet it; of a `_filter`."""

    part: "Condition"


Simple = Criterion | Chain | Has
"""What one parameter of a query is."""
Condition = Simple | AllOf | AnyOf | Not


class Sort(msgspec.Struct, frozen=True):
    parameter: SearchParameter
    descending: bool = False


class Include(msgspec.Struct, frozen=True):
    """`_include` or `_revinclude`: `source:parameter[:target]`; parameter None for `*`.

    `_revinclude=*` has an empty source: any type.
    """

    source: str
    parameter: SearchParameter | None
    target: str = ""
    iterate: bool = False


class Query(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    """Concrete resource type."""
    conditions: tuple[Condition, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int = 50
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    total: Total = "none"
    summary: Summary = ""
    elements: tuple[str, ...] = ()
    cursor: str = ""
    """Opaque; where the previous page ended."""
    used: tuple[tuple[str, str], ...] = ()
    """The parameters understood, as given: the `self` link."""
