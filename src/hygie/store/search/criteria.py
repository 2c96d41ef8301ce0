"""One criterion as a condition on the blind index (R4 §3.1.1.4).

What tokens cannot decide (longer prefixes, units, composites, parts of dates, modifiers that need
the text) is let through by a wider condition, and re-checked on the opened resource.
"""

from collections.abc import Callable
from typing import Any

from hygie.fhir.search import normalize
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
)
from hygie.store import blinding, days, spans
from hygie.store.blinding import COLUMNS, MAX_PREFIX, Blinder
from hygie.store.search import ranges
from hygie.store.search.sql import EVERYTHING, NOTHING, Arguments, Filter, all_of, any_of


class CriteriaPlanner:
    """Criteria of one statement, on the rows of one alias and resource type."""

    def __init__(
        self, blinder: Blinder, arguments: Arguments, alias: str, resource_type: str
    ) -> None:
        self._names = blinder.names
        self._blinder = blinder
        self._arguments = arguments
        self._alias = alias
        self._type = resource_type
        self._values: dict[type, Callable[[Criterion, Any], Filter]] = {
            TokenValue: self._token,
            StringValue: self._string,
            ReferenceValue: self._reference,
            UriValue: self._uri,
            DateValue: self._date,
            NumberValue: self._number,
            QuantityValue: self._number,
            CompositeValue: self._composite,
        }

    def plan(self, criterion: Criterion) -> Filter:
        code = criterion.parameter.code
        if criterion.missing is not None:
            return self._missing(criterion, missing=criterion.missing)
        if code == "_id":
            return self._by_id(criterion)
        if code == "_lastUpdated":
            return any_of(
                [ranges.updated(v, self._alias, self._arguments) for v in criterion.values]
            )
        negated = criterion.modifier == "not"
        met = any_of([self._values[type(v)](criterion, v) for v in criterion.values])
        if not negated:
            return met
        return _not(met) if met.exact else Filter("true", exact=False)

    def _missing(self, criterion: Criterion, *, missing: bool) -> Filter:
        if criterion.parameter.code in COLUMNS:
            return NOTHING if missing else EVERYTHING
        present = self._has(self._names.present(self._scope(criterion)))
        return _not(present) if missing else present

    # --- values -----------------------------------------------------------------------------

    def _token(self, criterion: Criterion, value: TokenValue) -> Filter:
        scope = self._scope(criterion)
        text = _token_text(value)
        if text is None or criterion.modifier not in ("", "not", "identifier"):
            return self._present(criterion)
        if criterion.modifier == "identifier":
            text = f"identifier {text}"
        return self._has(self._names.fact(scope, text))

    def _string(self, criterion: Criterion, value: StringValue) -> Filter:
        scope, text = self._scope(criterion), normalize(value.text)
        if criterion.modifier == "exact":
            return self._has(self._names.fact(scope, f"exact {value.text}"))
        if criterion.modifier == "contains":
            return self._containing(criterion, text)
        if criterion.modifier or not text:
            return self._present(criterion)
        begins = self._names.fact(scope, f"begins {text[:MAX_PREFIX]}")
        return self._has(begins)._replace(exact=len(text) <= MAX_PREFIX)

    def _containing(self, criterion: Criterion, text: str) -> Filter:
        scope = self._scope(criterion)
        parts = [self._names.fact(scope, part) for part in blinding.trigrams(text)]
        if not parts or len(text) > blinding.MAX_TRIGRAM_TEXT:
            return self._present(criterion)
        every = f"{self._alias}.tokens @> {self._arguments.numbers(parts)}"
        long = self._has(self._names.fact(scope, "long"))
        return any_of([Filter(every, exact=False), long])._replace(exact=False)

    def _reference(self, criterion: Criterion, value: ReferenceValue) -> Filter:
        scope = self._scope(criterion)
        if value.url:
            return self._has(self._names.fact(scope, f"url {value.url}"))
        kinds = (value.type,) if value.type else criterion.parameter.target
        if not kinds:
            return self._present(criterion)
        return self._any([self._names.link(scope, kind, value.id) for kind in kinds])

    def _uri(self, criterion: Criterion, value: UriValue) -> Filter:
        if criterion.modifier:
            return self._present(criterion)
        return self._has(self._names.fact(self._scope(criterion), f"uri {value.uri}"))

    def _date(self, criterion: Criterion, value: DateValue) -> Filter:
        if criterion.parameter.code in spans.SENSITIVE_DATES:
            return self._sensitive_date(criterion, value)
        if value.prefix == "ap":
            return self._present(criterion)
        parameter = self._names.parameter(self._scope(criterion))
        return ranges.date(value, self._alias, parameter, self._arguments)

    def _sensitive_date(self, criterion: Criterion, value: DateValue) -> Filter:
        scope = self._scope(criterion)
        if value.prefix == "eq":
            held = days.holding(value.low, value.high, self._blinder.zone)
            if held:
                wanted = self._has(self._names.fact(scope, held[-1].name))
                return wanted._replace(exact=held[-1].whole)
        years = days.years_asked(value.prefix, value.low, value.high)
        wanted = self._any([self._names.fact(scope, f"year {year}") for year in years])
        return wanted._replace(exact=False)

    def _number(self, criterion: Criterion, value: NumberValue | QuantityValue) -> Filter:
        if value.prefix in ("ne", "ap"):
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
        met = Filter(f"{alias}.key = ANY({keys}) AND {alias}.rest = ANY({rests})", exact=True)
        return _not(met) if criterion.modifier == "not" else met

    # --- tokens -----------------------------------------------------------------------------

    def _scope(self, criterion: Criterion) -> str:
        return f"{self._type}.{criterion.parameter.code}"

    def _has(self, token: int) -> Filter:
        return Filter(f"{self._alias}.tokens @> {self._arguments.numbers([token])}", exact=True)

    def _any(self, tokens: list[int]) -> Filter:
        if len(tokens) == 1:
            return self._has(tokens[0])
        return Filter(f"{self._alias}.tokens && {self._arguments.numbers(tokens)}", exact=True)

    def _present(self, criterion: Criterion) -> Filter:
        """Whatever has the parameter at all, to be re-checked."""
        if criterion.modifier == "not":
            return EVERYTHING._replace(exact=False)
        return self._has(self._names.present(self._scope(criterion)))._replace(exact=False)


def _token_text(value: TokenValue) -> str | None:
    """The fact that a coded value is asked by; None when only reading the resource can tell."""
    if value.code is None or value.code == "":
        return f"system {value.system}" if value.system else None
    code = value.code.casefold()
    return f"code {code}" if value.system is None else f"both {value.system}|{code}"


def _not(met: Filter) -> Filter:
    return Filter(f"NOT ({met.sql})", exact=met.exact)
