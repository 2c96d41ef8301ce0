"""What goes with a change: the versions that it names, and the resources that these refer to.

Nothing is given out here; what leaves is on record when it is sent.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.store.outbox import Change, Committed
from hygie.store.reading.versions import Named, Versions
from hygie.store.store import Store
from hygie.store.vault import Opened

Json = dict[str, Any]
TOLD: Final = frozenset(
    {"Patient", "Encounter", "DiagnosticReport", "Observation", "DocumentReference"}
)
OPENED: Final = TOLD | {"Provenance"}


class Changed(NamedTuple):
    """One version that was written, and the one before."""

    change: Change
    current: Json
    previous: Json | None

    @property
    def reference(self) -> str:
        return f"{self.change.type}/{self.current['id']}"


class Surroundings:
    """Of one batch: what was read once is not read again."""

    def __init__(self, store: Store, versions: Versions) -> None:
        self._keyring = store.keyring
        self._versions = versions
        self._known: dict[str, Json | None] = {}

    async def changed(self, several: Sequence[Committed]) -> list[list[Changed]]:
        """The changes that can be told, of each transaction, in order. A deletion is not told; nor
        is what does not open any more, because its patient was erased."""
        wanted = [[c for c in one.changes if c.type in OPENED and not c.deleted] for one in several]
        every = [change for changes in wanted for change in changes]
        current: dict[tuple[str, Named], Json] = {}
        for type_ in {change.type for change in every}:
            named = {Named(c.key, c.version) for c in every if c.type == type_}
            for name, opened in (await self._versions.open(type_, named)).items():
                current[type_, name] = _json(opened)
        before = {Named(c.key, c.version - 1) for c in every if c.version > 1}
        former = await self._versions.replaced(before)
        return [
            [
                Changed(change, found, _living(former.get(Named(change.key, change.version - 1))))
                for change in changes
                if (found := current.get((change.type, Named(change.key, change.version))))
            ]
            for changes in wanted
        ]

    def standing(self, several: Sequence[Opened]) -> list[Changed]:
        """What there is, as if each had just come."""
        return [
            Changed(
                Change(
                    one.stored.type,
                    self._keyring.reference(one.stored.type, one.stored.id),
                    one.stored.version,
                    deleted=False,
                ),
                _json(one),
                None,
            )
            for one in several
        ]

    async def load(self, references: Iterable[str]) -> dict[str, Json]:
        """What is there now of these ("Type/id"), by reference."""
        asked = [one for one in dict.fromkeys(references) if "/" in one]
        missing: dict[str, list[str]] = {}
        for one in asked:
            if one not in self._known:
                self._known[one] = None
                missing.setdefault(one.partition("/")[0], []).append(one)
        for type_, several in missing.items():
            if not type_.isalpha():
                continue
            keys = [self._keyring.reference(*one.split("/", 1)) for one in several]
            for opened in await self._versions.current(type_, keys):
                if not opened.stored.deleted:
                    self._known[f"{type_}/{opened.stored.id}"] = _json(opened)
        return {one: found for one in asked if (found := self._known[one]) is not None}


def _json(opened: Opened) -> Json:
    return decode(opened.stored.body, limit=MAX_RESOURCE_BYTES)


def _living(opened: Opened | None) -> Json | None:
    return None if opened is None or opened.stored.deleted else _json(opened)
