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
WITHDRAWN: Final = frozenset({"DiagnosticReport", "Observation", "DocumentReference"})
"""Whose deletion is told."""


class Changed(NamedTuple):
    """One version that was written, and the one before. What was deleted: as it was, in error."""

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
        """The changes that can be told, of each transaction, in order. What does not open any more,
        because its patient was erased, is not told."""
        wanted = [[c for c in one.changes if _is_told(c)] for one in several]
        every = [change for changes in wanted for change in changes]
        current: dict[tuple[str, Named], Opened] = {}
        for type_ in {change.type for change in every}:
            named = {Named(c.key, c.version) for c in every if c.type == type_}
            for name, opened in (await self._versions.open(type_, named)).items():
                current[type_, name] = opened
        before = {Named(c.key, c.version - 1) for c in every if c.version > 1}
        former = await self._versions.replaced(before)
        told: list[list[Changed]] = []
        for changes in wanted:
            told.append([])
            for change in changes:
                written = current.get((change.type, Named(change.key, change.version)))
                previous = _living(former.get(Named(change.key, change.version - 1)))
                if written is not None and (found := _said_of(written, previous)) is not None:
                    told[-1].append(Changed(change, found, previous))
        return told

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

    async def reports_of(self, subject: str) -> list[Json]:
        """The reports of a patient ("Patient/id") that there are now."""
        type_, _, id_ = subject.partition("/")
        key = self._keyring.reference(type_, id_)
        return [_json(one) for one in await self._versions.of_patient({"DiagnosticReport"}, key)]

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


def _is_told(change: Change) -> bool:
    return change.type in (WITHDRAWN if change.deleted else OPENED)


def _said_of(opened: Opened, previous: Json | None) -> Json | None:
    """None of the deletion of what was not there."""
    if not opened.stored.deleted:
        return _json(opened)
    if previous is None:
        return None
    at = opened.stored.updated.isoformat(timespec="milliseconds")
    meta = previous.get("meta", {}) | {"lastUpdated": at}
    return previous | {"status": "entered-in-error", "meta": meta}


def _json(opened: Opened) -> Json:
    return decode(opened.stored.body, limit=MAX_RESOURCE_BYTES)


def _living(opened: Opened | None) -> Json | None:
    return None if opened is None or opened.stored.deleted else _json(opened)
