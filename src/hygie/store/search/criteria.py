"""One criterion as a condition on the blind index (R4 §3.1.1.4).

What tokens cannot decide (longer beginnings, units, composites, parts of dates, some modifiers) is
let through by a wider condition, and re-checked on the opened resource.
"""

from collections.abc import Callable
from typing import Any, Final

from hygie.fhir.definitions import Registry
from hygie.fhir.search import normalize
from hygie.fhir.search.plans import WORDS
from hygie.fhir.search.query import (
    CompositeValue,
    Criterion,
    DateValue,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
    WordsValue,
)
from hygie.store import blinding, days, spans
from hygie.store.blinding import DISPLAY_PREFIX, MAX_PREFIX, Blinder
from hygie.store.search import ranges
from hygie.store.search.sql import EVERYTHING, NOTHING, Arguments, Filter, all_of, any_of

COLUMNS: Final = frozenset({"_id", "_lastUpdated"})
"""Parameters that are columns: every resource has them, and they yield no entries."""
UNSURE: Final = Filter("true", exact=False)


class CriteriaPlanner:
    """Criteria of one statement, on the rows of one alias and resource type."""

    def __init__(
        self, blinder: Blinder, registry: Registry, arguments: Arguments, alias: str, kind: str
    ) -> None:
        self._names = blinder.names
        self._blinder = blinder
        self._registry = registry
        self._arguments = arguments
        self._alias = alias
        self._type = kind
        self._values: dict[type, Callable[[Criterion, Any], Filter]] = {
            TokenValue: self._token,
            StringValue: self._string,
            ReferenceValue: self._reference,
            UriValue: self._uri,
            DateValue: self._date,
            NumberValue: self._number,
            QuantityValue: self._number,
            CompositeValue: self._composite,
            WordsValue: lambda _criterion, _value: UNSURE,
        }

    def plan(self, criterion: Criterion) -> Filter:
        if criterion.missing is not None:
            return self._missing(criterion, missing=criterion.missing)
        if criterion.parameter.code == "_lastUpdated":
            moments = criterion.values
            return any_of([ranges.updated(m, self._alias, self._arguments) for m in moments])
        if criterion.parameter.code == "_id":
            met = self._by_id(criterion)
        else:
            met = any_of([self._values[type(v)](criterion, v) for v in criterion.values])
        if criterion.modifier != "not":
            return met
        return _not(met) if met.exact else UNSURE

    def _missing(self, criterion: Criterion, *, missing: bool) -> Filter:
        if criterion.parameter.code in COLUMNS:
            return NOTHING if missing else EVERYTHING
        if criterion.parameter.code in WORDS:
            return UNSURE
        present = self._has(self._names.present(self._scope(criterion)))
        return _not(present) if missing else present

    # --- values -----------------------------------------------------------------------------

    def _token(self, criterion: Criterion, value: TokenValue) -> Filter:
        if not value.code:
            return self._present(criterion)
        scope = self._scope(criterion)
        if criterion.modifier in ("identifier", "of-type"):
            scope = f"{scope}:{criterion.modifier}"
        if value.system is None:
            return self._has(self._names.fact(scope, f"code {value.code}"))
        return self._has(self._names.both(scope, value.system, value.code))

    def _string(self, criterion: Criterion, value: StringValue) -> Filter:
        scope, text = self._scope(criterion), normalize(value.text)
        if criterion.modifier == "text":
            return self._display(scope, text)
        if criterion.modifier == "contains":
            return self._containing(criterion, text)
        if not text:
            return self._present(criterion)
        begins = self._has(self._names.begins(scope, text[:MAX_PREFIX]))
        return begins._replace(exact=not criterion.modifier and len(text) <= MAX_PREFIX)

    def _display(self, scope: str, text: str) -> Filter:
        if len(text) < DISPLAY_PREFIX:
            return UNSURE
        begins = self._has(self._names.begins(f"{scope}:text", text[:DISPLAY_PREFIX]))
        return begins._replace(exact=len(text) == DISPLAY_PREFIX)

    def _containing(self, criterion: Criterion, text: str) -> Filter:
        scope = self._scope(criterion)
        parts = [self._names.fact(scope, part) for part in blinding.trigrams(text)]
        if not parts:
            return self._present(criterion)
        every = Filter(f"{self._alias}.tokens @> {self._arguments.numbers(parts)}", exact=False)
        return any_of([every, self._has(self._names.fact(scope, "long"))])

    def _reference(self, criterion: Criterion, value: ReferenceValue) -> Filter:
        scope = self._scope(criterion)
        if value.url:
            return self._has(self._names.fact(scope, f"url {value.url}"))
        kinds = (value.type,) if value.type else self._targets(criterion)
        return self._any([self._names.link(scope, kind, value.id) for kind in kinds])

    def _targets(self, criterion: Criterion) -> tuple[str, ...]:
        named = tuple(t for t in criterion.parameter.target if self._registry.is_resource(t))
        return named or self._registry.resource_types

    def _uri(self, criterion: Criterion, value: UriValue) -> Filter:
        if criterion.modifier:
            return self._present(criterion)
        return self._has(self._names.fact(self._scope(criterion), f"uri {value.uri}"))

    def _date(self, criterion: Criterion, value: DateValue) -> Filter:
        if criterion.parameter.code in spans.SENSITIVE_DATES:
            return self._sensitive_date(criterion, value)
        scope = self._scope(criterion)
        met = ranges.date(value, self._alias, self._names.parameter(scope), self._arguments)
        if criterion.parameter.code != self._blinder.main_date(self._type):
            return met
        return all_of([self._near(scope, value), met])

    def _near(self, scope: str, value: DateValue) -> Filter:
        """What the ordered columns and years of the main date leave to compare."""
        if value.prefix in ("eq", "ap"):
            asked = days.during_asked(value.low, value.high)
            return self._any([self._names.fact(scope, text) for text in asked])
        return ranges.main_date(value, self._alias, self._arguments)

    def _sensitive_date(self, criterion: Criterion, value: DateValue) -> Filter:
        scope = self._scope(criterion)
        held = days.holding(value.low, value.high, self._blinder.zone)
        if value.prefix == "eq" and held:
            wanted = self._has(self._names.fact(scope, held[-1].name))
            return wanted._replace(exact=held[-1].whole)
        buckets = days.asked(value.prefix, value.low, value.high)
        wanted = self._any([self._names.fact(scope, bucket) for bucket in buckets])
        return wanted._replace(exact=False)

    def _number(self, criterion: Criterion, value: NumberValue | QuantityValue) -> Filter:
        if value.prefix == "ne":
            return self._present(criterion)
        parameter = self._names.parameter(self._scope(criterion))
        return ranges.number(value, self._alias, parameter, self._arguments)

    def _composite(self, criterion: Criterion, value: CompositeValue) -> Filter:
        codes = [
            self._names.fact(self._scope(criterion), blinding.composite_text(number, part.code))
            for number, part in enumerate(value.parts)
            if isinstance(part, TokenValue) and part.code
        ]
        if not codes:
            return self._present(criterion)
        return all_of([self._has(code) for code in codes])._replace(exact=False)

    def _by_id(self, criterion: Criterion) -> Filter:
        ids = [v.code for v in criterion.values if isinstance(v, TokenValue) and v.code]
        rows = [self._blinder.row_key(self._type, id) for id in ids]
        keys = self._arguments.numbers([row.key for row in rows])
        rests = self._arguments.numbers([row.rest for row in rows])
        alias = self._alias
        return Filter(f"{alias}.key = ANY({keys}) AND {alias}.rest = ANY({rests})", exact=True)

    # --- tokens -----------------------------------------------------------------------------

    def _scope(self, criterion: Criterion) -> str:
        return f"{self._type}.{criterion.parameter.code}"

    def _has(self, token: int) -> Filter:
        return Filter(f"{self._alias}.tokens @> {self._arguments.numbers([token])}", exact=True)

    def _any(self, tokens: list[int]) -> Filter:
        if len(tokens) < 2:
            return self._has(tokens[0]) if tokens else EVERYTHING
        return Filter(f"{self._alias}.tokens && {self._arguments.numbers(tokens)}", exact=True)

    def _present(self, criterion: Criterion) -> Filter:
        """Whatever has the parameter at all, to be re-checked."""
        return self._has(self._names.present(self._scope(criterion)))._replace(exact=False)


def _not(met: Filter) -> Filter:
    return Filter(f"NOT ({met.sql})", exact=met.exact)
