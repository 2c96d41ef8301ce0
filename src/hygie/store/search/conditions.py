"""All conditions of a query as one SQL text: criteria, chains and `_has` (R4 §3.1.1.5).

A chain whose inner condition the index decides alone becomes a subquery. One that has to be
re-checked is answered first, and its keys are put in its place.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.search.query import Chain, Condition, Criterion, Has
from hygie.store.blinding import Blinder
from hygie.store.search.criteria import CriteriaPlanner
from hygie.store.search.sql import Arguments, Filter, any_of
from hygie.store.type_codes import TypeCodes


class Linked(NamedTuple):
    """A row found by an inner condition: its key, and its links."""

    key: int
    links: list[int]


Finder = Callable[[str, Condition], Awaitable[list[Linked]]]
"""(type, condition) -> all rows that meet it, re-checked; refused when they are too many."""


class ConditionPlanner:
    """Conditions of one statement. `find` answers what the index alone cannot."""

    def __init__(
        self,
        blinder: Blinder,
        registry: Registry,
        types: TypeCodes,
        arguments: Arguments,
        find: Finder,
    ) -> None:
        self._blinder = blinder
        self._registry = registry
        self._types = types
        self._arguments = arguments
        self._find = find
        self._depth = 0

    async def plan(self, resource_type: str, condition: Condition, alias: str) -> Filter:
        if isinstance(condition, Chain):
            return await self._chain(resource_type, condition, alias)
        if isinstance(condition, Has):
            return await self._has(condition, alias)
        return self._criterion(resource_type, condition, alias)

    def _criterion(self, resource_type: str, criterion: Criterion, alias: str) -> Filter:
        planner = CriteriaPlanner(
            self._blinder, self._registry, self._arguments, alias, resource_type
        )
        return planner.plan(criterion)

    async def _chain(self, resource_type: str, chain: Chain, alias: str) -> Filter:
        link = self._blinder.names.parameter(f"{resource_type}.{chain.parameter.code}")
        met = []
        for target, inner in zip(chain.targets, chain.inner, strict=True):
            subquery = await self._inner(target, inner, "{alias}.key", link)
            if subquery is None:
                found = await self._find(target, inner)
                subquery = self._listed([row.key ^ link for row in found])
            met.append(Filter(f"{alias}.tokens && ARRAY({subquery})", exact=True))
        return any_of(met)

    async def _has(self, has: Has, alias: str) -> Filter:
        link = self._blinder.names.parameter(f"{has.source}.{has.parameter.code}")
        links = "unnest({alias}.tokens[1:{alias}.links])"
        subquery = await self._inner(has.source, has.inner, links, link)
        if subquery is None:
            found = await self._find(has.source, has.inner)
            subquery = self._listed([each ^ link for row in found for each in row.links])
        return Filter(f"{alias}.key IN ({subquery})", exact=True)

    def _listed(self, numbers: list[int]) -> str:
        return f"SELECT unnest({self._arguments.numbers(numbers)})"

    async def _inner(
        self, resource_type: str, inner: Condition, selected: str, link: int
    ) -> str | None:
        """Selects `selected` of the inner rows xor `link`; None when they need a re-check."""
        mark = len(self._arguments.values)
        self._depth += 1
        alias = f"r{self._depth}"
        met = await self.plan(resource_type, inner, alias)
        if not met.exact:
            del self._arguments.values[mark:]
            return None
        kind = self._arguments.number(self._types.code(resource_type))
        other = f"{selected.format(alias=alias)} # {self._arguments.number(link)}"
        return (
            f"SELECT {other} FROM hygie.resource {alias} "  # noqa: S608
            f"WHERE {alias}.type = {kind} AND NOT {alias}.deleted AND ({met.sql})"
        )
