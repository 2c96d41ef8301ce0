"""Conditions -> what to ask of the database, and what to leave to reading."""

from collections.abc import Sequence
from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.search.match import criteria_of
from hygie.fhir.search.query import AllOf, AnyOf, Condition, Criterion, Not, TokenValue
from hygie.refusal import Category, refuse
from hygie.store import phrases
from hygie.store.search.asked import patients_asked
from hygie.store.search.bounds import Bounds
from hygie.store.search.conditions import ConditionPlanner, Linked
from hygie.store.search.criteria import COLUMNS
from hygie.store.search.frequencies import Counts, Frequencies
from hygie.store.search.recheck import Recheck
from hygie.store.search.scan import Plan, Scan
from hygie.store.search.sql import EVERYTHING, Arguments, Filter
from hygie.store.search.statements import Statements
from hygie.store.search.visible import Visible
from hygie.store.search.within import Rows
from hygie.store.vault import Vault

PAGE: Final = 10
"""Rows of one, about."""
IDENTITIES: Final = frozenset({"Patient", "Person", "RelatedPerson"})
"""People: a match that is another's, be it once in the life of the house, is one too many."""


class Planner:
    """Plans one search, on its statements."""

    def __init__(
        self,
        statements: Statements,
        vault: Vault,
        registry: Registry,
        visible: Visible,
        frequencies: Frequencies,
        recheck: Recheck,
    ) -> None:
        """`visible`: what may be looked at."""
        self._statements = statements
        self._vault = vault
        self._registry = registry
        self._criteria = visible.criteria
        self._frequencies = frequencies
        self._recheck = recheck
        self._bound = visible.bound
        self._limited = False

    async def plan(
        self, kind: str, conditions: Sequence[Condition], *, certain: bool = False
    ) -> Plan:
        """`certain`: criteria are read again on each match."""
        arguments = Arguments()
        planner = ConditionPlanner(self._criteria, self._registry, arguments, self)
        met = [await planner.plan(kind, condition, "r") for condition in conditions]
        for condition, one in zip(conditions, met, strict=True):
            if not one.exact:
                _require_readable(condition)
        certain = certain or kind in IDENTITIES
        relation = await self.relation(kind)
        narrow = await self._narrow(relation, met)
        asked = patients_asked(self._vault, kind, conditions)
        rows = Rows(asked) if narrow else await self._rows(relation, met, asked)
        within = planner.within(kind, "r", rows)
        said = [*met, *([] if within == EVERYTHING else [within])]
        return Plan(
            relation=relation,
            where=" AND ".join(["NOT r.deleted", *(f"({one.sql})" for one in said)]),
            arguments=arguments,
            rechecked=_rechecked(conditions, met, certain=certain),
            wide=not all(one.exact for one in (*met, within)),
            ids=_ids(conditions),
            narrow=narrow,
            alike=narrow and all(one.steady for one in (*met, within)),
            probe=said[0].probe if len(said) == 1 else "",
            within=self.bound(kind).has,
            limited=self._limited,
        )

    async def _narrow(self, relation: str, met: Sequence[Filter]) -> bool:
        if any(one.narrow for one in met):
            return True
        tokens = {token for one in met for token in one.tokens}
        if not tokens and not any(one.either for one in met):
            return False
        counts = await self.counts(relation)
        return counts.few(tokens) or any(
            one.either and all(map(counts.few, one.either)) for one in met
        )

    async def _rows(
        self, relation: str, met: Sequence[Filter], asked: frozenset[int] | None
    ) -> Rows:
        """What is looked at for a page: as many rows as it takes to meet enough."""
        counts = await self.counts(relation)
        patients = await self.counts(await self.relation("Patient"))
        meeting = counts.most([token for one in met for token in one.tokens])
        return Rows(asked, PAGE * counts.rows / max(meeting, 1), patients.rows)

    # --- what is known of the database --------------------------------------------------------

    async def relation(self, kind: str) -> str:
        return await self._vault.partitions.of(self._statements, kind)

    def bound(self, kind: str) -> Bounds:
        bounds = self._bound(kind)
        self._limited = self._limited or not bounds.whole
        return bounds

    async def counts(self, relation: str) -> Counts:
        return await self._frequencies.of(self._statements, relation)

    async def find(self, kind: str, condition: Condition) -> list[Linked]:
        plan = await self.plan(kind, (condition,))
        found = await Scan(self._statements, self._vault, plan, self._recheck, linked=True).all()
        return [Linked(one.record["key"], one.record["links"]) for one in found]


def _rechecked(
    conditions: Sequence[Condition], met: Sequence[Filter], *, certain: bool
) -> tuple[Condition, ...]:
    """Those read again; columns are not: they yield no entries."""
    return tuple(
        condition
        for condition, one in zip(conditions, met, strict=True)
        if (certain or not one.exact) and _is_readable(condition)
    )


def _is_readable(condition: Condition) -> bool:
    """Whether the opened resource says if it meets it."""
    if isinstance(condition, Criterion):
        return condition.parameter.code not in COLUMNS
    return all(isinstance(part, Criterion) for part in criteria_of(condition))


def _require_readable(condition: Condition) -> None:
    """Refused when part of a `_filter` must be read again, and part is of other resources."""
    if isinstance(condition, AllOf | AnyOf | Not) and not _is_readable(condition):
        raise refuse(
            Category.UNPROCESSABLE, "store.filter-mixed", phrases.FILTER_MIXED, code="too-costly"
        )


def _ids(conditions: Sequence[Condition]) -> frozenset[str] | None:
    """The ids that matches may have."""
    for each in conditions:
        if isinstance(each, Criterion) and each.parameter.code == "_id" and not each.modifier:
            return frozenset(v.code for v in each.values if isinstance(v, TokenValue) and v.code)
    return None
