"""The circle of an account, read from the store when it is asked for, remembered for seconds."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from hygie.access.circle.asking import Search, Whose, asked, asked_around, identifiers
from hygie.access.circle.circle import NOBODY, Circle, Relation, holding
from hygie.access.circle.places import Layout, Places
from hygie.access.circle.relations import Reading
from hygie.access.model import Account, Clock
from hygie.access.rights.rights import Rights
from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.limits import MAX_PAGE
from hygie.limits.access import CIRCLE_SECONDS, MAX_CIRCLE, MAX_CIRCLES
from hygie.store.contract import Resource
from hygie.store.store import Store

FRESH: Final = timedelta(seconds=CIRCLE_SECONDS)


class Kept(NamedTuple):
    """A circle, when it was read, and of whom."""

    at: datetime
    account: Account
    circle: Circle


class Circles:
    """Who cares for whom, of one store. For the tasks of one event loop."""

    def __init__(self, store: Store, rights: Rights, clock: Clock) -> None:
        self._store = store
        self._bounds = rights.bounds
        self._named = rights.units
        self._reading = Reading(rights.bounds, store.zone)
        self._clock = clock
        self._places = Places(store)
        self._kept: dict[str, Kept] = {}
        self._under_way: dict[str, asyncio.Lock] = {}

    async def of(self, account: Account) -> Circle:
        """As of some seconds ago at most. Nobody, for who is no practitioner and of no unit."""
        if not (account.practitioner or account.national or account.units):
            return NOBODY
        async with self._under_way.setdefault(account.name, asyncio.Lock()):
            kept = self._kept.get(account.name)
            now = self._clock()
            if kept and kept.account == account and timedelta(0) <= now - kept.at < FRESH:
                return kept.circle
            circle = await self._read(account, now)
            self._keep(Kept(now, account, circle))
            return circle

    async def around(
        self, patient: str, accounts: Iterable[Account], at: datetime
    ) -> Mapping[str, Circle]:
        """What the circle of each account, by name, has of one patient at a moment, as the record
        is now. Asked of the patient's side: as many searches for a thousand accounts as for one."""
        told, complete = await self._told(asked_around(patient, self._bounds, at))
        key = self._store.keyring.reference("Patient", patient)
        theirs = [one for one in told if one.patient == patient]
        layout = await self._places.layout()
        found: dict[str, Circle] = {}
        for account in accounts:
            mine = _whose(account, layout.below(account.units)).names
            held = holding((one for one in theirs if one.who in mine), at)
            patients = {key: held[patient]} if held else {}
            found[account.name] = Circle(patients, complete, self._attached(layout, account.units))
        return found

    def forget(self) -> None:
        """Reads all of them anew."""
        self._kept.clear()

    def _keep(self, kept: Kept) -> None:
        if len(self._kept) >= MAX_CIRCLES:
            self._kept.clear()
            self._under_way = {n: lock for n, lock in self._under_way.items() if lock.locked()}
        self._kept[kept.account.name] = kept

    async def _read(self, account: Account, now: datetime) -> Circle:
        layout = await self._places.layout()
        whose = _whose(account, layout.below(account.units))
        told, complete = await self._told(asked(whose, self._bounds, now))
        mine = whose.names
        held = holding((one for one in told if one.who in mine), now)
        complete &= len(held) <= MAX_CIRCLE
        reference = self._store.keyring.reference
        newest = sorted(held.items(), key=_since, reverse=True)[:MAX_CIRCLE]
        patients = {reference("Patient", id_): one for id_, one in newest}
        return Circle(patients, complete, self._attached(layout, account.units))

    async def attached(self, units: Collection[str]) -> frozenset[str]:
        """The units named by rights of which one of these is a part, or which it is."""
        return self._attached(await self._places.layout(), units)

    def _attached(self, layout: Layout, units: Collection[str]) -> frozenset[str]:
        if not (units and self._named):
            return frozenset()
        mine = layout.named(units)
        return frozenset(one for one in self._named if layout.below((one,)) & mine)

    async def _told(self, searches: Iterable[Search]) -> tuple[list[Relation], bool]:
        """The relations of which what they find tells, and whether that is all."""
        found: list[Relation] = []
        complete = True
        for kind, parameters in searches:
            resources, whole = await self._all(kind, parameters)
            complete &= whole
            for resource in resources:
                found += self._reading.relations(resource)
        return found, complete

    async def _all(
        self, kind: str, parameters: list[tuple[str, str]]
    ) -> tuple[list[Resource], bool]:
        """What a search finds, up to `MAX_CIRCLE`, and whether that is all."""
        registry, zone = self._store.registry, self._store.zone
        query = parse_query(registry, kind, parameters, zone=zone).query
        found: list[Resource] = []
        cursor = ""
        while True:
            asked = msgspec.structs.replace(query, count=MAX_PAGE, cursor=cursor)
            page = await self._store.consulted(asked)
            found += (decode(stored.body) for stored in page.matches)
            cursor = page.next
            if not cursor or len(found) >= MAX_CIRCLE:
                return found, not cursor


def _whose(account: Account, units: Collection[str]) -> Whose:
    return Whose(account.practitioner, identifiers(account), units)


def _since(held: tuple[str, Relation]) -> float:
    start = held[1].start
    return start.timestamp() if start else float("inf")
