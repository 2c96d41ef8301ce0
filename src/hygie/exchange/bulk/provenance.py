"""The provenance of what an export gives out (Bulk Data 2.0, `includeAssociatedData`).

`RelevantProvenanceResources`: each Provenance of which a target is given out.
`LatestProvenanceResources`: of these, those that are the last one of such a target.
"""

from collections.abc import Sequence
from typing import Final

from hygie.exchange.bulk.asked import Asked, Stream
from hygie.fhir.codec import decode
from hygie.sight import Sight
from hygie.store.reading.moment import Item, Wanted
from hygie.store.store import Store

RELEVANT: Final = "RelevantProvenanceResources"
LATEST: Final = "LatestProvenanceResources"
OFFERED: Final = frozenset({RELEVANT, LATEST})
_TARGET: Final = "Provenance.target"
Target = tuple[str, str]
"""Type and id."""


class Provenances:
    """Chooses among those that were there at the export's moment."""

    def __init__(self, store: Store, asked: Asked, wanted: Wanted, sight: Sight) -> None:
        """`wanted`: the Provenances of that moment."""
        self._store = store
        self._asked = asked
        self._wanted = wanted
        self._sight = sight

    async def chosen(self, items: Sequence[Item]) -> list[Item]:
        """In the order given."""
        targets = [self._targets(item.body) for item in items]
        given = await self._given({one for each in targets for one in each})
        kept = [given.intersection(each) for each in targets]
        if LATEST in self._asked.associated and RELEVANT not in self._asked.associated:
            kept = [
                {one for one in own if await self._is_last(item, one)}
                for item, own in zip(items, kept, strict=True)
            ]
        return [item for item, own in zip(items, kept, strict=True) if own]

    def _targets(self, body: bytes) -> set[Target]:
        found = set()
        for target in decode(body, limit=len(body)).get("target", []):
            kind, _, name = target.get("reference", "").partition("/_history/")[0].rpartition("/")
            if (kind := kind.rpartition("/")[2]) in self._asked.types:
                found.add((kind, name))
        return found

    async def _given(self, targets: set[Target]) -> set[Target]:
        """Those that the export gives out."""
        given: set[Target] = set()
        for kind in sorted({kind for kind, _ in targets}):
            keys = {self._store.keyring.reference(*one): one for one in targets if one[0] == kind}
            wanted = self._asked.wanted(Stream("output", kind), self._wanted.moment)
            wanted = wanted._replace(keys=frozenset(keys))
            async with self._store.at_moment(self._sight, wanted) as reading:
                async for piece in reading.slices():
                    given.update(keys[item.key] for item in piece.items)
        return given

    async def _is_last(self, item: Item, target: Target) -> bool:
        """Whether no other Provenance of that moment about the target was written later."""
        link = self._store.vault.blinder.names.link(_TARGET, *target)
        wanted = self._wanted._replace(token=link)
        async with self._store.at_moment(self._sight, wanted) as reading:
            last = item.key
            async for piece in reading.slices():
                for other in piece.items:  # in the order in which they were written
                    if target in self._targets(other.body):
                        last = other.key
        return last == item.key
