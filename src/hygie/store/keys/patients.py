"""Data keys: one a patient, wrapped by a key-wrapping key; destroying one erases a record.

A key is committed on a connection apart, and on the disk, before anything is sealed with it: what
stays in memory is never the key of a transaction that was rolled back, nor one that a server lost
when it was killed, while the process that made it went on.
"""

import os
from collections import OrderedDict
from collections.abc import Collection
from typing import Final

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.store.capacity import PATIENT_KEYS
from hygie.store.database import Pool, Record, fetch, open_pool
from hygie.store.keys.envelope import relearn
from hygie.store.keys.keyring import Keyring, WrappedKey
from hygie.store.keys.news import DICTIONARY, PARAMETERS, KeyNews, patient_in
from hygie.store.keys.sealing import KEY_BYTES, Cipher, EitherKey
from hygie.store.pulse import Pulse

NO_PATIENT: Final = 0
"""The patient of resources that belong to none, or to several: the establishment's key."""
MAX_CACHED_KEYS: Final = 50_000
_FETCH: Final = """
SELECT patient, generation, wrapped, former FROM hygie.patient_key
WHERE patient = ANY($1::bigint[]) AND destroyed IS NULL
"""
_MAKE: Final = """
INSERT INTO hygie.patient_key (patient, generation, wrapped)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bytea[]) ON CONFLICT DO NOTHING
"""


class PatientKeys:
    """Ciphers by patient. For the tasks of one event loop."""

    def __init__(self, keyring: Keyring, pool: Pool, news: KeyNews) -> None:
        self._keyring = keyring
        self._pool = pool
        self._cache: OrderedDict[int, Cipher] = OrderedDict()
        self._changes = 0
        self.news = news
        news.tell(self._hear)

    @classmethod
    async def open(cls, dsn: str, keyring: Keyring, news: KeyNews, pulse: Pulse) -> "PatientKeys":
        pool = await open_pool(dsn, size=PATIENT_KEYS, pulse=pulse, application_name="hygie keys")
        return cls(keyring, pool, news)

    async def close(self) -> None:
        await self._pool.close()
        self._cache.clear()

    def forget(self, patients: Collection[int]) -> None:
        """The next time, their keys are read again."""
        self._changes += 1
        for patient in patients:
            self._cache.pop(patient, None)

    def _hear(self, announced: str) -> None:
        patient = patient_in(announced)
        if patient is not None:
            self.forget((patient,))
        elif announced not in (DICTIONARY, PARAMETERS):
            self.forget(tuple(self._cache))

    async def existing(self, patients: Collection[int]) -> dict[int, Cipher]:
        """Ciphers of these patients; those whose key does not exist are left out."""
        found = self._cached(patients)
        missing = [patient for patient in patients if patient not in found]
        if missing:
            found |= await self._fetch(missing)
        return found

    async def ensure(self, patients: Collection[int]) -> dict[int, Cipher]:
        """Ciphers of these patients; keys are made for those that have none.

        Those whose key was destroyed are left out: nothing can be written to them any more.
        """
        found = await self.existing(patients)
        missing = [patient for patient in patients if patient not in found]
        if missing:
            await self._make(missing)
            found |= await self._fetch(missing)
        return found

    def _cached(self, patients: Collection[int]) -> dict[int, Cipher]:
        found: dict[int, Cipher] = {}
        usable = self.news.up_to_date()
        for patient in patients:
            if patient == NO_PATIENT:
                found[patient] = self._keyring.establishment
            elif usable and patient in self._cache:
                self._cache.move_to_end(patient)
                found[patient] = self._cache[patient]
        return found

    async def _fetch(self, patients: list[int]) -> dict[int, Cipher]:
        changes = self._changes
        rows = await fetch(self._pool, _FETCH, patients)
        if not all(self._keyring.knows(row["generation"]) for row in rows):
            await relearn(self._pool, self._keyring)
        found = {row["patient"]: self._unwrap(row) for row in rows}
        if changes == self._changes:  # else what was read may be out of date already
            self._cache |= found
        while len(self._cache) > MAX_CACHED_KEYS:
            self._cache.popitem(last=False)
        return found

    def _unwrap(self, row: Record) -> Cipher:
        key = self._cipher(row, row["wrapped"])
        return key if row["former"] is None else EitherKey(key, self._cipher(row, row["former"]))

    def _cipher(self, row: Record, wrapped: bytes) -> AESGCM:
        key = WrappedKey(row["generation"], wrapped)
        return AESGCM(self._keyring.unwrap(key, row["patient"]))

    async def _make(self, patients: list[int]) -> None:
        try:
            await self._insert(patients)
        except asyncpg.ForeignKeyViolationError:  # a rotation elsewhere ended our generation
            await relearn(self._pool, self._keyring)
            await self._insert(patients)

    async def _insert(self, patients: list[int]) -> None:
        made = [self._keyring.wrap(os.urandom(KEY_BYTES), patient) for patient in patients]
        generations = [key.generation for key in made]
        await self._pool.execute(_MAKE, patients, generations, [key.wrapped for key in made])
