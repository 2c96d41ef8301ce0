"""What a search may name, given what the one who asks may see.

What it finds is the store's to limit, row by row; a type of which nothing may be seen is refused.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from hygie.fhir.search.query import (
    AllOf,
    AnyOf,
    Chain,
    Condition,
    Criterion,
    Has,
    Include,
    Not,
    Query,
)
from hygie.refusal import Category, Refused, refuse
from hygie.sight import Letter, Sight
from hygie.store.interactions import messages
from hygie.store.interactions.interaction import Interaction, Permitted, Verb
from hygie.store.interactions.problems import Problems

LETTERS: Final[Mapping[Verb, Letter]] = {
    "create": "c",
    "read": "r",
    "vread": "r",
    "update": "u",
    "patch": "u",
    "delete": "d",
    "search": "s",
    "history": "s",
}
"""Which letter of a sight allows what (SMART App Launch 2.2, §3.0.2). A history of one instance
counts as reading it."""


def permitted_by(sight: Sight) -> Permitted:
    """Whether somebody may do this to some resources of a type; which of them the store decides."""
    return lambda type_, verb: bool(sight.reach(type_, LETTERS[verb]))


def shows_written(sight: Sight, type_: str) -> bool:
    """Whether whatever somebody may find or change of a type may be read as well: else a patch, or
    a conditional create that found something, would show what is not to be read."""
    read = sight.reach(type_, "r")
    return sight.whole(type_, "r") or (
        bool(read) and all(sight.reach(type_, other) in ((), read) for other in ("s", "u"))
    )


def require(permitted: Permitted, type_: str, verb: Verb) -> None:
    """Raises `Refused` (FORBIDDEN)."""
    if not permitted(type_, verb):
        raise forbidden(type_, verb)


def forbidden(type_: str, verb: Verb) -> Refused:
    return refuse(
        Category.FORBIDDEN,
        "access.scope",
        messages.FORBIDDEN,
        code="forbidden",
        verb=verb,
        type=type_,
    )


def require_interaction(interaction: Interaction, permitted: Permitted, problems: Problems) -> None:
    """A conditional interaction tells whether something exists: it needs the search as well."""
    verbs: tuple[Verb, ...] = (interaction.verb,)
    if interaction.verb == "history" and interaction.id:
        verbs = ("read",)
    if interaction.conditional:
        verbs += ("search",)
    for verb in verbs:
        if not permitted(interaction.type, verb):
            problems.add(
                Category.FORBIDDEN,
                "access.scope",
                messages.FORBIDDEN,
                code="forbidden",
                location=interaction.place,
                verb=verb,
                type=interaction.type,
            )


def narrowed(query: Query, permitted: Permitted) -> Query:
    """The query, able to find, look into and include nothing but what is permitted.

    A type that the query names and that is not permitted is refused (FORBIDDEN); of those it
    leaves open, only the permitted ones are looked at.
    """
    require(permitted, query.type, "search")
    plain = all(isinstance(condition, Criterion) for condition in query.conditions)
    if plain and not query.includes and not query.revincludes:
        return query
    return msgspec.structs.replace(
        query,
        conditions=tuple(_condition(c, permitted) for c in query.conditions),
        includes=tuple(n for i in query.includes for n in _include(i, permitted)),
        revincludes=tuple(_revinclude(i, permitted) for i in query.revincludes),
    )


def _condition(condition: Condition, permitted: Permitted) -> Condition:
    if isinstance(condition, Criterion):
        return condition
    if isinstance(condition, Not):
        return Not(_condition(condition.part, permitted))
    if isinstance(condition, AllOf | AnyOf):
        parts = tuple(_condition(part, permitted) for part in condition.parts)
        return msgspec.structs.replace(condition, parts=parts)
    if isinstance(condition, Has):
        require(permitted, condition.source, "search")
        inner = _condition(condition.inner, permitted)
        return msgspec.structs.replace(condition, inner=inner)
    return _chain(condition, permitted)


def _chain(chain: Chain, permitted: Permitted) -> Chain:
    pairs = zip(chain.targets, chain.inner, strict=True)
    kept = [(t, _condition(c, permitted)) for t, c in pairs if permitted(t, "search")]
    if not kept:
        raise forbidden(chain.targets[0], "search")
    targets, inner = zip(*kept, strict=True)
    return msgspec.structs.replace(chain, targets=targets, inner=inner)


def _include(include: Include, permitted: Permitted) -> tuple[Include, ...]:
    if permitted("*", "read"):
        return (include,)
    if include.target:
        require(permitted, include.target, "read")
        return (include,)
    if include.parameter is None:
        raise _unnamed()
    kept = [t for t in include.parameter.target if permitted(t, "read")]
    if not kept:
        raise forbidden((*include.parameter.target, "Resource")[0], "read")
    return tuple(msgspec.structs.replace(include, target=target) for target in kept)


def _revinclude(include: Include, permitted: Permitted) -> Include:
    if include.source == "*" and not permitted("*", "read"):
        raise _unnamed()
    require(permitted, include.source, "read")
    return include


def _unnamed() -> Refused:
    return refuse(Category.FORBIDDEN, "access.includes", messages.NAME_INCLUDES, code="forbidden")
