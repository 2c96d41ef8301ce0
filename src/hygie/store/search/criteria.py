"""One criterion as a condition on the blind index (R4 §3.1.1.4).

What tokens cannot decide (longer beginnings, units, composites, parts of dates, some modifiers) is
let through by a wider condition, and re-checked on the opened resource.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from hygie.fhir.definitions import Registry
from hygie.fhir.search import has_bare_codes, kept_target, normalize, possible_targets
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
from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.index import days, spans
from hygie.store.index.blinding import DISPLAY_PREFIX, PREFIXES, Blinder
from hygie.store.index.filing import composite_text
from hygie.store.search import ranges
from hygie.store.search.sql import EVERYTHING, NOTHING, Arguments, Filter, any_of

COLUMNS: Final = frozenset({"_id", "_lastUpdated"})
"""Parameters that are columns: every resource has them, and they yield no entries."""
_NARROW: Final = frozenset({"Patient", "Encounter"})
"""Types of which each has a bounded number of resources that refer to it: a life's, a stay's."""
MAX_KNOWN_CRITERIA: Final = 4_096
MAX_KNOWN_BYTES: Final = 256
"""Longer values, as JSON, are worked out each time."""
MANY_CODES: Final = 4
"""From so many on, they are looked for together."""
UNSURE: Final = Filter("true", exact=False)


class Planned(NamedTuple):
    """A condition, and the values of its parameters."""

    met: Filter
    values: tuple[Any, ...]


class Criteria:
    """Plans criteria. Those asked lately are remembered, as the hashes they became."""

    def __init__(self, blinder: Blinder, registry: Registry) -> None:
        """`registry`: the base of whatever criteria are read by."""
        self.blinder = blinder
        self._registry = registry
        self._known = lru_cache(MAX_KNOWN_CRITERIA)(self._plan)

    def plan(self, kind: str, criterion: Criterion, alias: str, before: int) -> Planned:
        """The condition on the rows of an alias, and its parameters: those after `before`."""
        short = len(msgspec.json.encode(criterion.values)) <= MAX_KNOWN_BYTES
        return (self._known if short else self._plan)(kind, criterion, alias, before)

    def _plan(self, kind: str, criterion: Criterion, alias: str, before: int) -> Planned:
        arguments = Arguments(before)
        planner = _Planner(self.blinder, self._registry, arguments, alias, kind)
        return Planned(planner.plan(criterion), tuple(arguments.values))


class _Planner:
    """Plans one criterion."""

    def __init__(
        self, blinder: Blinder, registry: Registry, arguments: Arguments, alias: str, kind: str
    ) -> None:
        self._names = blinder.names
        self._blinder = blinder
        self._registry = registry
        self._arguments = arguments
        self._alias = alias
        self._type = kind

    def plan(self, criterion: Criterion) -> Filter:
        if criterion.parameter.code in WORDS and not self._blinder.words:
            raise refuse(
                Category.UNPROCESSABLE, "store.words-off", phrases.WORDS_OFF, code="not-supported",
                parameter=criterion.parameter.code,
            )  # fmt: skip
        if criterion.missing is not None:
            return self._missing(criterion, missing=criterion.missing)
        if criterion.parameter.code == "_lastUpdated":
            moments = criterion.values
            return any_of([ranges.updated(m, self._alias, self._arguments) for m in moments])
        mark = len(self._arguments.values)
        if criterion.parameter.code == "_id":
            met = self._by_id(criterion)
        else:
            met = any_of(self._values(criterion))
        if criterion.modifier != "not":
            return met
        if met.exact:
            return _not(met)
        del self._arguments.values[mark:]  # PostgreSQL refuses a parameter that nothing uses
        return UNSURE

    def _missing(self, criterion: Criterion, *, missing: bool) -> Filter:
        if criterion.parameter.code in COLUMNS:
            return NOTHING if missing else EVERYTHING
        if criterion.parameter.code in WORDS:
            return UNSURE
        if criterion.parameter.edition:
            present = self._has(self._names.present(self._scopes(criterion)[0]))
            return _not(present) if missing else present
        bit = self._blinder.shape(self._type, criterion.parameter.code)
        compared = "=" if missing else "<>"
        return Filter(
            f"{self._alias}.shape & {self._arguments.number(bit)} {compared} 0", exact=True
        )

    # --- values -----------------------------------------------------------------------------

    def _values(self, criterion: Criterion) -> list[Filter]:
        """One for each value; for many codes, two at most: a condition of a thousand parts takes
        longer to plan than to answer."""
        codes = [v for v in criterion.values if isinstance(v, TokenValue) and v.code]
        if len(codes) < MANY_CODES or len(codes) < len(criterion.values):
            return [_PLANNED[type(v)](self, criterion, v) for v in criterion.values]
        tokens: dict[bool, dict[int, None]] = {}
        for value in codes:
            facts, exact = self._facts(criterion, value)
            tokens.setdefault(exact, {}).update(dict.fromkeys(facts))
        return [self._any(list(facts))._replace(exact=exact) for exact, facts in tokens.items()]

    def token(self, criterion: Criterion, value: TokenValue) -> Filter:
        if not value.code:
            return self._present(criterion)
        facts, exact = self._facts(criterion, value)
        return self._any(facts)._replace(exact=exact)

    def _facts(self, criterion: Criterion, value: TokenValue) -> tuple[list[int], bool]:
        """The tokens of which a row that has the code has one, and whether no other has."""
        scopes = self._scopes(criterion)
        if criterion.modifier in ("identifier", "of-type"):
            scopes = [f"{scope}:{criterion.modifier}" for scope in scopes]
        code, system = value.code or "", value.system
        narrowed = kept_target(self._registry, self._type, criterion.parameter.code) != ""
        if criterion.modifier != "of-type" and (system is None or self._bare(criterion)):
            alone = [self._names.alone(scope, code) for scope in scopes]
            return alone, system is None and not narrowed
        return [self._names.both(scope, system or "", code) for scope in scopes], not narrowed

    def _bare(self, criterion: Criterion) -> bool:
        """Whether what is asked may be filed without a system."""
        if criterion.modifier == "identifier":
            return False
        return has_bare_codes(self._registry, self._type, criterion.parameter)

    def string(self, criterion: Criterion, value: StringValue) -> Filter:
        scopes, text = self._scopes(criterion), normalize(value.text)
        if criterion.modifier == "text":
            return self._display(scopes, text)
        if criterion.modifier == "contains":
            return self._containing(criterion, text)
        if not text:
            return self._present(criterion)
        known = max(length for length in PREFIXES if length <= len(text))
        begins = self._any([self._names.begins(scope, text[:known]) for scope in scopes])
        return begins._replace(exact=not criterion.modifier and len(text) == known)

    def _display(self, scopes: Sequence[str], text: str) -> Filter:
        if len(text) < DISPLAY_PREFIX:
            return UNSURE
        start = text[:DISPLAY_PREFIX]
        begins = self._any([self._names.begins(f"{scope}:text", start) for scope in scopes])
        return begins._replace(exact=len(text) == DISPLAY_PREFIX)

    def _containing(self, criterion: Criterion, text: str) -> Filter:
        parts = self._names.holds(self._type, text)
        if not parts:
            return self._present(criterion)
        found = any_of([self._every(list(parts)), self._has(self._names.long(self._type))])
        return found._replace(exact=False)

    def reference(self, criterion: Criterion, value: ReferenceValue) -> Filter:
        code, scopes = criterion.parameter.code, self._scopes(criterion)
        kept = kept_target(self._registry, self._type, code)
        if value.url:
            urls = [self._names.fact(scope, f"url {value.url}") for scope in scopes]
            return self._any(urls)._replace(exact=not kept)
        known = possible_targets(self._registry, criterion.parameter, self._type)
        kinds = (value.type,) if value.type else known
        kinds = tuple(kind for kind in kinds if kept in ("", kind))
        links = [self._names.link(s, kind, value.id) for s in scopes for kind in kinds]
        return self._any(links)._replace(narrow=_NARROW.issuperset(kinds))

    def uri(self, criterion: Criterion, value: UriValue) -> Filter:
        if criterion.modifier:
            return self._present(criterion)
        scopes = self._scopes(criterion)
        return self._any([self._names.fact(scope, f"uri {value.uri}") for scope in scopes])

    def date(self, criterion: Criterion, value: DateValue) -> Filter:
        if spans.is_sensitive(self._type, criterion.parameter.filed):
            return self._sensitive_date(criterion, value)
        code = criterion.parameter.code
        compare = ranges.main_date if code == self._blinder.main_date(self._type) else ranges.date
        parameters = self._blinder.parameters(self._type, criterion.parameter)
        return compare(value, self._alias, parameters, self._arguments)

    def _sensitive_date(self, criterion: Criterion, value: DateValue) -> Filter:
        scope = f"{self._type}.{criterion.parameter.filed}"
        held = days.holding(value.low, value.high, self._blinder.zone)
        if value.prefix == "eq" and held:
            wanted = self._has(self._names.fact(scope, held[-1].name))
            return wanted._replace(exact=held[-1].whole)
        buckets = days.asked(value.prefix, value.low, value.high)
        wanted = self._any([self._names.fact(scope, bucket) for bucket in buckets])
        return wanted._replace(exact=False)

    def number(self, criterion: Criterion, value: NumberValue | QuantityValue) -> Filter:
        if value.prefix == "ne":
            return self._present(criterion)
        parameters = self._blinder.parameters(self._type, criterion.parameter)
        return ranges.number(value, self._alias, parameters, self._arguments)

    def composite(self, criterion: Criterion, value: CompositeValue) -> Filter:
        codes = [
            composite_text(number, part.code)
            for number, part in enumerate(value.parts)
            if isinstance(part, TokenValue) and part.code
        ]
        if not codes:
            return self._present(criterion)
        every = [
            self._every([self._names.fact(scope, code) for code in codes])
            for scope in self._scopes(criterion)
        ]
        return any_of(every)._replace(exact=False)

    def words(self, _criterion: Criterion, value: WordsValue) -> Filter:
        """All of the words; those of the narrative are filed with the others. Re-checked."""
        asked = self._arguments.shorts(self._names.words(value.words))
        return Filter(f"{self._alias}.words @> {asked}", exact=False, steady=False)

    def _by_id(self, criterion: Criterion) -> Filter:
        ids = [v.code for v in criterion.values if isinstance(v, TokenValue) and v.code]
        keys = self._arguments.numbers([self._blinder.reference(self._type, id) for id in ids])
        return Filter(f"{self._alias}.key = ANY({keys})", exact=True, narrow=True)

    # --- tokens -----------------------------------------------------------------------------

    def _scopes(self, criterion: Criterion) -> Sequence[str]:
        return self._blinder.scopes(self._type, criterion.parameter)

    def _has(self, token: int) -> Filter:
        return self._every([token])

    def _every(self, tokens: list[int]) -> Filter:
        asked = self._arguments.numbers(tokens)
        return Filter(f"{self._alias}.tokens @> {asked}", exact=True, tokens=tuple(tokens))

    def _any(self, tokens: list[int]) -> Filter:
        if len(tokens) < 2:
            return self._has(tokens[0]) if tokens else NOTHING
        return Filter(f"{self._alias}.tokens && {self._arguments.numbers(tokens)}", exact=True)

    def _present(self, criterion: Criterion) -> Filter:
        """Whatever has the parameter at all, to be re-checked."""
        return self._missing(criterion, missing=False)._replace(exact=False)


def _not(met: Filter) -> Filter:
    """Of a row without tokens PostgreSQL does not know whether one is among them: it is not."""
    return Filter(f"NOT coalesce(({met.sql}), false)", exact=met.exact, steady=met.steady)


_PLANNED: Final[dict[type, Callable[[_Planner, Criterion, Any], Filter]]] = {
    TokenValue: _Planner.token,
    StringValue: _Planner.string,
    ReferenceValue: _Planner.reference,
    UriValue: _Planner.uri,
    DateValue: _Planner.date,
    NumberValue: _Planner.number,
    QuantityValue: _Planner.number,
    CompositeValue: _Planner.composite,
    WordsValue: _Planner.words,
}
