"""All conditions of a query as one SQL text: criteria, chains and `_has` (R4 §3.1.1.5).

A chain whose inner condition the index decides alone becomes a subquery. One that has to be
re-checked is answered first, and its keys are put in its place.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from hygie.fhir.definitions import Registry
from hygie.fhir.search import sources
from hygie.fhir.search.query import AllOf, AnyOf, Chain, Condition, Criterion, Has, Not
from hygie.store.search.bounds import Bounds
from hygie.store.search.criteria import Criteria
from hygie.store.search.frequencies import FEW, Counts
from hygie.store.search.sql import Arguments, Filter, any_of, every, limited
from hygie.store.search.within import Rows, Within


class Linked(NamedTuple):
    """A row found by an inner condition: its key, and its links."""

    key: int
    links: list[int]


class Known(Protocol):
    """What a planner has to know of the database."""

    async def relation(self, kind: str) -> str:
        """What holds a type, to be selected from."""

    def bound(self, kind: str) -> Bounds:
        """What may be looked at among the rows of a type."""

    async def counts(self, relation: str) -> Counts:
        """How many rows there are, and how many have a token."""

    async def find(self, kind: str, condition: Condition) -> list[Linked]:
        """All rows that meet it, re-checked; refused when they are too many."""


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


MANY: Final = 5_000
"""Rows that take longer to go through than the failure of a walk costs (`Scan`)."""
WALKED: Final = 100
"""Rows of a type that are not worth a walk."""


class Inner(NamedTuple):
    """An inner condition that the index decides alone, on the rows of `alias` in `relation`."""

    relation: str
    alias: str
    met: Filter
    links: str
    """The hashes of the parameter that refers to, or from, these rows."""
    rows: float
    """How many rows meet it, about."""

    def selecting(self, selected: Sequence[Selected]) -> Filter:
        """Keys or tokens of the inner rows, as a subquery."""
        every = (f"{self._select(each.value)} AND {self._of(each.where)}" for each in selected)
        few = self.rows <= FEW
        steady = self.met.steady and few
        return Filter(" UNION ALL ".join(every), exact=True, narrow=few, steady=steady)

    def probe(self, key: str) -> str:
        """Whether one refers to the row of this key. OFFSET: asked row by row, in their order."""
        refers = f"{self.alias}.tokens @> ARRAY[{key} # link]"
        return f"EXISTS ({self._select('')} AND {refers} OFFSET 0)"

    def _select(self, value: str) -> str:
        return (
            f"SELECT {self._of(value)} FROM {self.relation} {self.alias}, "  # noqa: S608
            f"unnest({self.links}) link WHERE NOT {self.alias}.deleted AND ({self.met.sql})"
        )

    def _of(self, template: str) -> str:
        return template.format(row=self.alias)


class ConditionPlanner:
    """Conditions of one statement. `known.find` answers what the index alone cannot."""

    def __init__(
        self, criteria: Criteria, registry: Registry, arguments: Arguments, known: Known
    ) -> None:
        self._criteria = criteria
        self._blinder = criteria.blinder
        self._registry = registry
        self._arguments = arguments
        self._known = known
        self._within = Within(criteria, arguments)
        self._depth = 0

    async def plan(self, resource_type: str, condition: Condition, alias: str) -> Filter:
        if isinstance(condition, Chain):
            return await self._chain(resource_type, condition, alias)
        if isinstance(condition, Has):
            return await self._has(resource_type, condition, alias)
        if isinstance(condition, Criterion):
            return self._criterion(resource_type, condition, alias)
        return await self._joined(resource_type, condition, alias)

    def within(self, resource_type: str, alias: str, rows: Rows) -> Filter:
        """What may be looked at among the rows of a type."""
        return self._within.of(self._known.bound(resource_type), alias, rows)

    async def _joined(
        self, resource_type: str, condition: AllOf | AnyOf | Not, alias: str
    ) -> Filter:
        """What lets through too much, denied, would let through too little: then everything is."""
        if isinstance(condition, Not):
            mark = len(self._arguments.values)
            met = await self.plan(resource_type, condition.part, alias)
            if met.exact:
                return Filter(f"NOT coalesce(({met.sql}), false)", exact=True, steady=met.steady)
            del self._arguments.values[mark:]
            return Filter("true", exact=False)
        parts = [await self.plan(resource_type, part, alias) for part in condition.parts]
        return every(parts) if isinstance(condition, AllOf) else any_of(parts)

    def _criterion(self, resource_type: str, criterion: Criterion, alias: str) -> Filter:
        before = len(self._arguments.values)
        met, values = self._criteria.plan(resource_type, criterion, alias, before)
        self._arguments.values += values
        return met

    async def _chain(self, resource_type: str, chain: Chain, alias: str) -> Filter:
        links = self._blinder.parameters(resource_type, chain.parameter)
        met = []
        for target, condition in zip(chain.targets, chain.inner, strict=True):
            inner = await self._inner(target, condition, links)
            if inner is None:
                found = await self._known.find(target, condition)
                subquery = self._listed([row.key ^ link for row in found for link in links])
            else:
                subquery = inner.selecting(_KEY)
            met.append(subquery._replace(sql=f"{alias}.tokens && ARRAY({subquery.sql})"))
        return any_of(met)._replace(narrow=True)

    async def _has(self, resource_type: str, has: Has, alias: str) -> Filter:
        links = self._blinder.parameters(has.source, has.parameter)
        inner = await self._inner(has.source, has.inner, links)
        if inner is None:
            found = await self._known.find(has.source, has.inner)
            keys = [each ^ link for row in found for each in row.links for link in links]
            subquery = self._listed(keys)
        else:
            own = resource_type == "Patient" and self._owned(has)
            subquery = inner.selecting(_OF_PATIENT if own else _LINKED)
            if await self._frequent(resource_type, inner):
                subquery = subquery._replace(probe=inner.probe(f"{alias}.key"))
        return subquery._replace(sql=f"{alias}.key IN ({subquery.sql})")

    async def _frequent(self, resource_type: str, inner: Inner) -> bool:
        """Whether a walk over a type soon meets rows that these refer to."""
        if not inner.met.steady:
            return False
        there = (await self._known.counts(await self._known.relation(resource_type))).rows
        return there > WALKED and inner.rows >= min(there / 2, MANY)

    def _owned(self, has: Has) -> bool:
        """True when a row of one patient's record can refer to no other by this parameter."""
        members = self._registry.patient_compartment.get(has.source, ())
        return set(sources(self._registry, has.source, has.parameter.code)) <= set(members)

    def _listed(self, numbers: list[int]) -> Filter:
        return Filter(f"SELECT unnest({self._arguments.numbers(numbers)})", exact=True)

    async def _inner(
        self, resource_type: str, condition: Condition, links: Sequence[int]
    ) -> Inner | None:
        """None when it needs a re-check."""
        mark = len(self._arguments.values)
        self._depth += 1
        alias = f"r{self._depth}"
        met = await self.plan(resource_type, condition, alias)
        relation = await self._known.relation(resource_type)
        rows = 0 if met.narrow else (await self._known.counts(relation)).most(met.tokens)
        met = limited(met, self.within(resource_type, alias, Rows(looked=rows)))
        if not met.exact:
            del self._arguments.values[mark:]
            return None
        return Inner(relation, alias, met, self._arguments.numbers(links), rows)
