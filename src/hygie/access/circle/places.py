"""Which beds are of which units: read once, and again when a place has changed."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from hygie.fhir.codec import decode
from hygie.limits.access import MAX_CIRCLES
from hygie.store.contract import StoredResource
from hygie.store.store import Store


class Place(NamedTuple):
    """A bed, a unit, a service."""

    name: str
    """"Location/…" or "Organization/…"."""
    above: frozenset[str]
    """What it is part of, and who manages it."""
    identifiers: frozenset[str]
    """"system|value"."""


class Layout:
    """All places, as they were at one edition of them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)
        self._below: dict[frozenset[str], frozenset[str]] = {}

    def named(self, units: Collection[str]) -> frozenset[str]:
        """The units, and the places that bear one of them as an identifier."""
        wanted = frozenset(units)
        return wanted.union(one.name for one in self._places if one.identifiers & wanted)

    def below(self, units: Collection[str]) -> frozenset[str]:
        """The units, and all that is part of them or that they manage: services, beds."""
        asked = frozenset(units)
        if asked not in self._below:
            if len(self._below) >= MAX_CIRCLES:
                self._below.clear()
            self._below[asked] = self._grown(asked)
        return self._below[asked]

    def _grown(self, units: frozenset[str]) -> frozenset[str]:
        found = self.named(units) if units else units
        grown = bool(found)
        while grown:
            below = {one.name for one in self._places if one.above & found} - found
            found |= below
            grown = bool(below)
        return found


class Places:
    """Of one store. For the tasks of one event loop."""

    def __init__(self, store: Store) -> None:
        self._mirror = store.mirror("Location", "Organization")
        self._edition = -1
        self._layout = Layout(())

    async def layout(self) -> Layout:
        """As the places are now."""
        edition = await self._mirror.look()
        if edition != self._edition:
            self._layout = Layout(map(_place, self._mirror.resources))
            self._edition = edition
        return self._layout


def _place(stored: StoredResource) -> Place:
    body = decode(stored.body)
    parents = (body.get("partOf"), body.get("managingOrganization"))
    named = body.get("identifier", ())
    return Place(
        f"{stored.type}/{stored.id}",
        frozenset(one["reference"] for one in parents if one and "reference" in one),
        frozenset(f"{i.get('system', '')}|{i.get('value', '')}" for i in named),
    )
