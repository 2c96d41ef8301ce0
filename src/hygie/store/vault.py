"""Resources to rows and back: extract, blind, seal; open, and name what does not open."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from cryptography.exceptions import InvalidTag

from hygie.fhir.definitions import Registry
from hygie.fhir.search import Extractor
from hygie.limits import MAX_OPENED_BYTES
from hygie.refusal import Category, Issue, Refused, refuse
from hygie.store import phrases
from hygie.store.bodies import placing
from hygie.store.bodies.memo import Identity, Memo, Remembered
from hygie.store.bodies.sealer import Claim
from hygie.store.contract import Resource, StoredResource
from hygie.store.database import Record
from hygie.store.dictionaries import Dictionaries
from hygie.store.index.blinding import EMPTY, NO_WORDS, Blinder, Index
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.news import patient_in
from hygie.store.keys.patients import NO_PATIENT, PatientKeys
from hygie.store.keys.sealing import Cipher
from hygie.store.parameters.rules import Rules
from hygie.store.tables.partitions import Partitions

OPENED_BY: Final = ("patient", "key", "version", "type", "deleted", "body")
"""The columns that open a version. `updated` is in the body, authenticated."""
BODY: Final = 5


class Draft(NamedTuple):
    """A version, ready but for its seal."""

    stored: StoredResource
    key: int
    patient: int
    filed: Index
    plain: bytes
    """What is sealed: the body, or a tombstone."""


class Opened(NamedTuple):
    """A row and the resource it holds."""

    record: Record
    stored: StoredResource


class Vault:
    """The store's parts that turn resources into rows."""

    def __init__(  # noqa: PLR0913, PLR0917 - its parts
        self,
        keyring: Keyring,
        extractor: Extractor,
        blinder: Blinder,
        dictionaries: Dictionaries,
        keys: PatientKeys,
        partitions: Partitions,
        rules: Rules,
    ) -> None:
        self.keyring = keyring
        self.extractor = extractor
        self.rules = rules
        self.blinder = blinder
        self.types = partitions.types
        self.dictionaries = dictionaries
        self.bodies = dictionaries.bodies
        self.keys = keys
        self.partitions = partitions
        self._memo = Memo(MAX_OPENED_BYTES)

    @property
    def registry(self) -> Registry:
        """With the establishment's own search parameters, as last learnt."""
        return self.extractor.registry

    # --- writing ----------------------------------------------------------------------------

    def file(self, resource: Resource) -> tuple[int, Index]:
        """Whose a resource that has its id is, and what it will be found by."""
        kind = resource["resourceType"]
        filed = self.extractor.filed(resource)
        patients = self.extractor.patients_among(resource, filed.entries)
        members = [self.keyring.reference("Patient", patient) for patient in patients]
        own = len(members) == 1 or kind == "Patient"
        patient = members[0] if own else NO_PATIENT
        others = [member for member in members if member != patient]
        if not members and kind in self.registry.patient_compartment:
            others = [NO_PATIENT]  # so that it is not taken for what names several
        said = self.extractor.words(resource).content if self.blinder.words else NO_WORDS
        return patient, self.blinder.index(kind, filed, others, said)

    def tombstone(self, previous: StoredResource, patient: int, updated: datetime) -> Draft:
        """The version that says that a resource was deleted."""
        version = previous.version + 1
        plain = placing.tombstone(previous.type, previous.id, version, updated)
        stored = StoredResource(
            type=previous.type, id=previous.id, version=version, updated=updated, body=b"",
            deleted=True,
        )  # fmt: skip
        key = self.keyring.reference(previous.type, previous.id)
        return Draft(stored, key, patient, EMPTY, plain)

    def seal(self, draft: Draft, ciphers: Mapping[int, Cipher]) -> bytes:
        stored = draft.stored
        claim = Claim(stored.type, draft.key, stored.version, stored.deleted)
        return self.bodies.seal(ciphers[draft.patient], draft.plain, claim)

    # --- reading ----------------------------------------------------------------------------

    async def open_all(self, records: Sequence[Record]) -> tuple[list[Opened], list[Issue]]:
        """The rows that open, in order, and an issue for each that does not."""
        found = await self.open_each(records)
        refused = [one for one in found if isinstance(one, Refused)]
        if not refused:
            return cast("list[Opened]", found), []
        opened = [one for one in found if not isinstance(one, Refused)]
        return opened, [issue for one in refused for issue in one.refusal.issues]

    async def open_each(self, records: Sequence[Record]) -> list[Opened | Refused]:
        """For each row, what it holds, or why it does not open.

        Its columns begin with `OPENED_BY`: by place they are read in half the time.
        """
        patients = {record[0] for record in records}
        ciphers = await self.keys.existing(patients)
        found = [self._opened(record, ciphers) for record in records]
        if [one for one in found if isinstance(one, Refused)]:
            await self.catch_up(patients)
            ciphers = await self.keys.existing(patients)
            found = [self._opened(record, ciphers) for record in records]
        return found

    def _opened(self, record: Record, ciphers: Mapping[int, Cipher]) -> Opened | Refused:
        cipher = ciphers.get(record[0])
        if cipher is None:
            return refuse(Category.GONE, "store.key-destroyed", phrases.KEY_DESTROYED)
        identity, sealed = record[:BODY], record[BODY]
        stored = self._memo.find(sealed, identity)
        if stored is None:
            try:
                stored = self._open(identity, sealed, cipher)
            except Refused as refused:
                return refused
        return Opened(record, stored)

    async def open_one(self, record: Record) -> StoredResource:
        """Refused when the row was altered, or its key destroyed."""
        placed = cast("Record", tuple(record[name] for name in OPENED_BY))
        found = (await self.open_each([placed]))[0]
        if isinstance(found, Refused):
            raise found
        return found.stored

    async def catch_up(self, patients: Collection[int]) -> None:
        """Reads again what another process may have changed: keys, and dictionaries."""
        self.keys.forget(patients)
        await self.dictionaries.learn()

    async def open_named(self, records: Sequence[Record], id: str) -> Opened | None:
        """The row of that id among those of one key: hashes may collide, ids do not.

        Refused as `open_one`.
        """
        for one in await self.open_each(records):
            if isinstance(one, Refused):
                raise one
            if one.stored.id == id:
                return one
        return None

    def remembered(self, kind: str, key: int, id: str) -> Remembered | None:
        """The row of that resource as it was opened last, if it is still in memory and was no
        deletion: it may have been replaced since."""
        found = self._memo.newest(key)
        if found is None or found.stored.deleted or found.stored.id != id:
            return None
        return found if found.stored.type == kind else None

    def hear(self, announced: str) -> None:
        """Keeps nothing in memory of a patient whose key was destroyed or replaced."""
        patient = patient_in(announced)
        if patient is not None:
            self._memo.forget(patient)

    def _open(self, identity: Identity, sealed: bytes, cipher: Cipher) -> StoredResource:
        _, key, version, code, deleted = identity
        kind = self.types.name(code)
        try:
            body = self.bodies.open(cipher, sealed, Claim(kind, key, version, deleted))
        except InvalidTag:
            raise _unreadable(kind, key) from None
        id, updated = placing.head(body, kind)
        stored = StoredResource(
            type=kind, id=id, version=version, updated=updated, body=b"" if deleted else body,
            deleted=deleted,
        )  # fmt: skip
        self._memo.keep(sealed, identity, stored)
        return stored


def patients_of(opened: Iterable[Opened]) -> set[int]:
    return {one.record[0] for one in opened}


def id_taken(kind: str) -> Refused:
    """Two ids of one key: the second is not written."""
    return refuse(
        Category.CONFLICT, "store.id-taken", phrases.ID_TAKEN, code="duplicate", type=kind
    )


def _unreadable(kind: str, key: int) -> Refused:
    return refuse(
        Category.CONFLICT, "store.body-unreadable", phrases.BODY_UNREADABLE, code="exception",
        type=kind, row=str(key),
    )  # fmt: skip
