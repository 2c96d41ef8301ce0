"""`:in`, `:not-in`, `:above`, `:below`: criteria that terminology turns into lists of codes.

R4 §3.1.1.4.10. They are rewritten before a store sees them: `:in` to "any of these", `:not-in` to
"none of these, or nothing" (`:not`), `:above` and `:below` to the code itself and those around it.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from msgspec.structs import replace

from hygie.fhir.search import phrases
from hygie.fhir.search.phrases import wrong
from hygie.fhir.search.query import (
    AllOf,
    AnyOf,
    Chain,
    Condition,
    Criterion,
    Has,
    Not,
    Query,
    SetValue,
    TokenValue,
    Value,
)
from hygie.limits import MAX_SEARCHED_CODES

CODED: Final = frozenset({"in", "not-in", "above", "below"})
"""Modifiers of tokens that this turns into values."""
Code = tuple[str, str]
"""System and code."""


class Expander(Protocol):
    """What terminology knows. Each may give more than MAX_SEARCHED_CODES, lazily."""

    def codes_of(self, value_set: str) -> Iterable[Code]:
        """The codes of a value set, by its canonical URL. Refused when it is not known."""
        ...

    def below(self, system: str, code: str) -> Iterable[Code]:
        """All codes below one. Refused when the system or the code is not known."""
        ...

    def above(self, system: str, code: str) -> Iterable[Code]:
        """All codes above one. Refused as `below`."""
        ...


def is_coded(query: Query) -> bool:
    """Whether a query holds criteria that need terminology."""
    return any(map(_needs, query.conditions))


def expanded(query: Query, expander: Expander) -> Query:
    """The query without such criteria. Refused (too costly), with the name of the parameter, when
    one comes to more than MAX_SEARCHED_CODES codes."""
    return replace(query, conditions=tuple(_condition(c, expander) for c in query.conditions))


def refuse_coded(name: str, condition: Condition) -> None:
    """Refused where there is no terminology to ask."""
    if _needs(condition):
        modifier = name.rpartition(":")[2]
        raise wrong("unsupported-modifier", phrases.NO_TERMINOLOGY, name, modifier=modifier)


def _needs(condition: Condition) -> bool:
    match condition:
        case Has(inner=inner) | Not(part=inner):
            return _needs(inner)
        case Chain(inner=parts) | AllOf(parts=parts) | AnyOf(parts=parts):
            return any(map(_needs, parts))
        case _:
            return _is_coded(condition)


def _is_coded(criterion: Criterion) -> bool:
    return criterion.modifier in CODED and criterion.parameter.type == "token"


def _condition(condition: Condition, expander: Expander) -> Condition:
    match condition:
        case Has(inner=inner):
            return replace(condition, inner=_condition(inner, expander))
        case Not(part=part):
            return Not(_condition(part, expander))
        case Chain(inner=parts):
            return replace(condition, inner=tuple(_condition(c, expander) for c in parts))
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return replace(condition, parts=tuple(_condition(c, expander) for c in parts))
        case _:
            return _criterion(condition, expander) if _is_coded(condition) else condition


def _criterion(criterion: Criterion, expander: Expander) -> Criterion:
    found: dict[Value, None] = {}
    for value in criterion.values:
        for system, code in _codes(criterion.modifier, value, expander):
            found[TokenValue(system, code)] = None
            if len(found) > MAX_SEARCHED_CODES:
                name = f"{criterion.parameter.code}:{criterion.modifier}"
                limit = str(MAX_SEARCHED_CODES)
                raise wrong("too-many-codes", phrases.TOO_MANY_CODES, name, limit=limit)
    modifier = "not" if criterion.modifier == "not-in" else ""
    return replace(criterion, values=tuple(found), modifier=modifier)


def _codes(modifier: str, value: Value, expander: Expander) -> Iterable[Code]:
    if isinstance(value, SetValue):
        return expander.codes_of(value.value_set)
    if not isinstance(value, TokenValue) or not value.system or not value.code:
        return ()
    around: Callable[[str, str], Iterable[Code]] = getattr(expander, modifier)
    return ((value.system, value.code), *around(value.system, value.code))
