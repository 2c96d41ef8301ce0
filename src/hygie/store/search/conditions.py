"""All conditions of a query as one SQL text: criteria, chains and `_has` (R4 §3.1.1.5).

A chain whose inner condition the index decides alone becomes a subquery. One that has to be
re-checked is answered first, and its keys are put in its place.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from hygie.fhir.definitions import Registry
from hygie.fhir.search import sources
from hygie.fhir.search.query import Chain, Condition, Criterion, Has
from hygie.store.search.criteria import Criteria
from hygie.store.search.sql import Arguments, Filter, any_of


class Linked(NamedTuple):
    """A row found by an inner condition: its key, and its links."""

    key: int
    links: list[int]


Finder = Callable[[str, Condition], Awaitable[list[Linked]]]
"""(type, condition) -> all rows that meet it, re-checked; refused when they are too many."""
Relation = Callable[[str], Awaitable[str]]
"""Type -> what holds it, to be selected from."""


class Selected(NamedTuple):
    """What is taken of the inner rows that meet `where`; `link` is a parameter's hash."""

    value: str
    where: str = "true"


_KEY: Final = (Selected("{row}.key # link"),)
_EVERY_LINK: Final = "unnest({row}.tokens[1:{row}.links]) # link"
_LINKED: Final = (Selected(_EVERY_LINK),)
_OF_PATIENT: Final = (
    Selected("{row}.patient", "{row}.patient <> 0 AND {row}.tokens @> ARRAY[{row}.patient # link]"),
    Selected(_EVERY_LINK, "{row}.patient = 0"),
)
"""The same for those of patients' records: the row says whose, its links are only asked."""


class ConditionPlanner:
    """Conditions of one statement. `find` answers what the index alone cannot."""

    def __init__(
        self,
        criteria: Criteria,
        registry: Registry,
        arguments: Arguments,
        relation: Relation,
        find: Finder,
    ) -> None:
        self._criteria = criteria
        self._blinder = criteria.blinder
        self._registry = registry
        self._arguments = arguments
        self._relation = relation
        self._find = find
        self._depth = 0

    async def plan(self, resource_type: str, condition: Condition, alias: str) -> Filter:
        if isinstance(condition, Chain):
            return await self._chain(resource_type, condition, alias)
        if isinstance(condition, Has):
            return await self._has(resource_type, condition, alias)
        return self._criterion(resource_type, condition, alias)

    def _criterion(self, resource_type: str, criterion: Criterion, alias: str) -> Filter:
        before = len(self._arguments.values)
        met, values = self._criteria.plan(resource_type, criterion, alias, before)
        self._arguments.values += values
        return met

    async def _chain(self, resource_type: str, chain: Chain, alias: str) -> Filter:
        links = self._blinder.parameters(resource_type, chain.parameter.code)
        met = []
        for target, inner in zip(chain.targets, chain.inner, strict=True):
            subquery = await self._inner(target, inner, _KEY, links)
            if subquery is None:
                found = await self._find(target, inner)
                subquery = self._listed([row.key ^ link for row in found for link in links])
            met.append(subquery._replace(sql=f"{alias}.tokens && ARRAY({subquery.sql})"))
        return any_of(met)

    async def _has(self, resource_type: str, has: Has, alias: str) -> Filter:
        links = self._blinder.parameters(has.source, has.parameter.code)
        if resource_type == "Patient" and self._owned(has):
            subquery = await self._inner(has.source, has.inner, _OF_PATIENT, links)
        else:
            subquery = await self._inner(has.source, has.inner, _LINKED, links)
        if subquery is None:
            found = await self._find(has.source, has.inner)
            keys = [each ^ link for row in found for each in row.links for link in links]
            subquery = self._listed(keys)
        return subquery._replace(sql=f"{alias}.key IN ({subquery.sql})")

    def _owned(self, has: Has) -> bool:
        """True when a row of one patient's record can refer to no other by this parameter."""
        members = self._registry.patient_compartment.get(has.source, ())
        return set(sources(self._registry, has.source, has.parameter.code)) <= set(members)

    def _listed(self, numbers: list[int]) -> Filter:
        return Filter(f"SELECT unnest({self._arguments.numbers(numbers)})", exact=True)

    async def _inner(
        self,
        resource_type: str,
        inner: Condition,
        selected: Sequence[Selected],
        links: Sequence[int],
    ) -> Filter | None:
        """Selects `selected` of the inner rows; None when they need a re-check."""
        mark = len(self._arguments.values)
        self._depth += 1
        alias = f"r{self._depth}"
        met = await self.plan(resource_type, inner, alias)
        if not met.exact:
            del self._arguments.values[mark:]
            return None
        relation = await self._relation(resource_type)
        link = f"unnest({self._arguments.numbers(links)}) link"
        every = (
            f"SELECT {each.value.format(row=alias)} FROM {relation} {alias}, {link} "  # noqa: S608
            f"WHERE NOT {alias}.deleted AND ({met.sql}) AND {each.where.format(row=alias)}"
            for each in selected
        )
        return Filter(" UNION ALL ".join(every), exact=True, steady=met.steady)
