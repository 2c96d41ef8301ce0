"""`_include` and `_revinclude` (R4 §3.1.1.5.4): what matches refer to, and what refers to them.

A match's links, each xor the parameter's hash, are the keys of what it refers to; a key xor the
parameter's hash is the token of whatever refers to it.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from hygie.fhir.search import is_canonical, possible_targets
from hygie.fhir.search.query import Include, Query
from hygie.limits import MAX_INCLUDED
from hygie.refusal import Category, Issue, Refused, refuse
from hygie.store import phrases
from hygie.store.search.canonicals import Canonicals
from hygie.store.search.scan import COLUMNS, LINKS
from hygie.store.search.sql import Arguments
from hygie.store.search.statements import Statements
from hygie.store.search.visible import Visible
from hygie.store.vault import Opened, Vault

MAX_ROUNDS: Final = 10
"""Steps away from a match that `:iterate` goes; what is found twice is not followed again."""


class Inclusion:
    """Gathers what goes with the matches of one search, each resource once."""

    def __init__(self, statements: Statements, vault: Vault, visible: Visible) -> None:
        """`visible`: what may be read."""
        self._visible = visible
        self._statements = statements
        self._vault = vault
        self._registry = vault.registry
        self._canonicals = Canonicals(vault)
        self._all = frozenset(vault.registry.resource_types)
        self._seen: set[int] = set()
        self._found: list[Opened] = []
        self.issues: list[Issue] = []

    async def gather(self, query: Query, matched: Sequence[Opened]) -> list[Opened]:
        """Refused beyond MAX_INCLUDED."""
        self._seen = {one.record["key"] for one in matched}
        frontier = await self._round(query.includes, query.revincludes, matched)
        again = (
            [i for i in query.includes if i.iterate],
            [r for r in query.revincludes if r.iterate],
        )
        for _ in range(MAX_ROUNDS):
            if not frontier or not any(again):
                break
            frontier = await self._round(*again, frontier)
        return self._found

    async def _round(
        self, includes: Iterable[Include], revincludes: Iterable[Include], rows: Sequence[Opened]
    ) -> list[Opened]:
        fresh: list[Opened] = []
        for include in includes:
            fresh += await self._referred(include, rows)
        fresh += await self._referring(revincludes, rows)
        self._found += fresh
        return fresh

    async def _referred(self, include: Include, rows: Sequence[Opened]) -> list[Opened]:
        sources = [one for one in rows if one.stored.type == include.source]
        links = self._links(include)
        keys = {link ^ p for one in sources for link in one.record["links"] for p in links}
        kinds = self._targets(include)
        found = await self._fetch("r.key = ANY", sorted(keys - self._seen), kinds)
        return [*found, *await self._named(include, sources)]

    async def _named(self, include: Include, rows: Sequence[Opened]) -> list[Opened]:
        """What rows refer to by canonical URLs. `*` follows ids only."""
        if not self._is_canonical(include):
            return []
        named = self._canonicals.said(include, rows)
        holders = self._canonicals.holders(self._targets(include))
        tokens = self._canonicals.tokens(holders, named)
        candidates = await self._candidates("r.tokens &&", tokens, set(holders))
        return self._taken(self._canonicals.meant(candidates, named))

    async def _naming(self, include: Include, rows: Sequence[Opened]) -> list[Opened]:
        """What refers to rows by their canonical URLs."""
        if not self._is_canonical(include):
            return []
        tokens = self._canonicals.naming(include, rows)
        candidates = await self._candidates("r.tokens &&", tokens, {include.source})
        return self._taken(self._canonicals.naming_one(include, candidates, rows))

    def _is_canonical(self, include: Include) -> bool:
        parameter, base = include.parameter, self._registry.base
        return parameter is not None and is_canonical(base, parameter, include.source)

    async def _referring(self, includes: Iterable[Include], rows: Sequence[Opened]) -> list[Opened]:
        """What refers to rows by their ids, in one statement, and by their canonical URLs."""
        tokens: set[int] = set()
        sources: set[str] = set()
        named: list[tuple[Include, list[Opened]]] = []
        for include in includes:
            kinds = self._targets(include)
            targets = [one for one in rows if one.stored.type in kinds]
            if targets:
                links = self._links(include)
                tokens |= {one.record["key"] ^ p for one in targets for p in links}
                sources |= {include.source} if include.source else self._all
                named.append((include, targets))
        found = await self._fetch("r.tokens &&", sorted(tokens), sources)
        for include, targets in named:
            found += await self._naming(include, targets)
        return found

    def _links(self, include: Include) -> set[int]:
        """Hashes of the reference parameters an include goes through; of every type for `*`."""
        blinder = self._vault.blinder
        if include.parameter is not None:
            return set(blinder.parameters(include.source, include.parameter))
        sources = (include.source,) if include.source else self._registry.resource_types
        return {
            link
            for source in sources
            for each in self._registry.parameters(source).values()
            if each.type == "reference"
            for link in blinder.parameters(source, each)
        }

    def _targets(self, include: Include) -> AbstractSet[str]:
        """The types an include may bring: the one named, or those its parameter refers to."""
        if include.target:
            return {include.target}
        if include.parameter is None:
            return self._all
        return set(possible_targets(self._registry, include.parameter, include.source))

    async def _fetch(self, test: str, values: list[int], kinds: AbstractSet[str]) -> list[Opened]:
        return self._taken(await self._candidates(test, values, kinds))

    def _taken(self, opened: Sequence[Opened]) -> list[Opened]:
        self._seen |= {one.record["key"] for one in opened}
        return list(opened)

    async def _candidates(
        self, test: str, values: list[int], kinds: AbstractSet[str]
    ) -> list[Opened]:
        """Refused when they are too many."""
        kinds = {kind for kind in kinds if not self._visible.bound(kind).empty}
        if not values or not kinds:
            return []
        arguments = Arguments()
        within = self._visible.among(kinds, "r", arguments)
        where = f"{test} ({arguments.numbers(values)}) AND NOT r.deleted AND ({within.sql})"
        where += f" AND r.key <> ALL ({arguments.numbers(sorted(self._seen))})"
        relation = await self._vault.partitions.among(self._statements, kinds)
        taken: list[Opened] = []
        after: Sequence[Any] = ()
        while True:
            records = await self._some(relation, where, arguments, after)
            taken += await self._open(records)
            if len(self._found) + len(taken) > MAX_INCLUDED:
                raise inclusion_broad()
            if len(records) <= MAX_INCLUDED:
                return taken
            after = records[-1]["type"], records[-1]["key"]

    async def _some(
        self, relation: str, where: str, arguments: Arguments, after: Sequence[Any]
    ) -> Sequence[Any]:
        """More than may be included, or all. A condition that is not exact may want them again,
        behind a type and key: those that are out of sight do not count."""
        asked = arguments.copy()
        if after:
            where += f" AND (r.type, r.key) > ({asked.number(after[0])}, {asked.number(after[1])})"
        limit = asked.number(MAX_INCLUDED + 1)
        query = (
            f"SELECT {COLUMNS}{LINKS} FROM {relation} r "  # noqa: S608
            f"WHERE {where} ORDER BY r.type, r.key LIMIT {limit}"
        )
        return await self._statements.fetch_alike(query, asked.values)

    async def _open(self, records: Sequence[Any]) -> list[Opened]:
        opened, issues = await self._vault.open_all(records)
        self.issues += issues
        return [one for one in opened if self._visible.has(one)]


def inclusion_broad() -> Refused:
    return refuse(
        Category.UNPROCESSABLE, "store.inclusion-broad", phrases.INCLUSION_BROAD,
        code="too-costly", limit=str(MAX_INCLUDED),
    )  # fmt: skip
