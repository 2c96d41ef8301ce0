"""Data keys: one a patient, wrapped by the master key; destroying one erases a record everywhere.

A key is committed on a connection apart, before anything is sealed with it, so that what stays in
memory is never the key of a transaction that was rolled back. That commit need not wait for the
disk: the write that uses the key comes later in the same log and flushes it too.
"""

import os
from collections import OrderedDict
from collections.abc import Collection
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.store.database import Pool, fetch, open_pool
from hygie.store.keys import Keyring

NO_PATIENT: Final = 0
"""The patient of resources that belong to none, or to several: the establishment's key."""
MAX_CACHED_KEYS: Final = 50_000


class PatientKeys:
    """Ciphers by patient. For the tasks of one event loop."""

    def __init__(self, keyring: Keyring, pool: Pool) -> None:
        self._keyring = keyring
        self._pool = pool
        self._cache: OrderedDict[int, AESGCM] = OrderedDict()

    @classmethod
    async def open(cls, dsn: str, keyring: Keyring) -> "PatientKeys":
        pool = await open_pool(dsn, size=1, synchronous_commit="off", application_name="hygie keys")
        return cls(keyring, pool)

    async def close(self) -> None:
        await self._pool.close()
        self._cache.clear()

    async def existing(self, patients: Collection[int]) -> dict[int, AESGCM]:
        """Ciphers of these patients; those whose key does not exist are left out."""
        found = self._cached(patients)
        missing = [patient for patient in patients if patient not in found]
        if missing:
            found |= await self._fetch(missing)
        return found

    async def ensure(self, patients: Collection[int]) -> dict[int, AESGCM]:
        """Ciphers of all these patients; keys are made for those that have none."""
        found = await self.existing(patients)
        missing = [patient for patient in patients if patient not in found]
        if missing:
            await self._make(missing)
            found |= await self._fetch(missing)
        return found

    def _cached(self, patients: Collection[int]) -> dict[int, AESGCM]:
        found = {}
        for patient in patients:
            if patient == NO_PATIENT:
                found[patient] = self._keyring.establishment
            elif patient in self._cache:
                self._cache.move_to_end(patient)
                found[patient] = self._cache[patient]
        return found

    async def _fetch(self, patients: list[int]) -> dict[int, AESGCM]:
        query = "SELECT patient, wrapped FROM hygie.patient_key WHERE patient = ANY($1::bigint[])"
        rows = await fetch(self._pool, query, patients)
        found = {r["patient"]: self._unwrap(r["patient"], r["wrapped"]) for r in rows}
        self._cache |= found
        while len(self._cache) > MAX_CACHED_KEYS:
            self._cache.popitem(last=False)
        return found

    def _unwrap(self, patient: int, wrapped: bytes) -> AESGCM:
        return AESGCM(self._keyring.unwrap(wrapped, patient))

    async def _make(self, patients: list[int]) -> None:
        wrapped = [self._keyring.wrap(os.urandom(32), patient) for patient in patients]
        await self._pool.execute(
            "INSERT INTO hygie.patient_key (patient, wrapped) "
            "SELECT * FROM unnest($1::bigint[], $2::bytea[]) ON CONFLICT DO NOTHING",
            patients,
            wrapped,
        )
