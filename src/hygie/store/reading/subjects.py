"""Whose data something is about: from pseudonymous keys back to patients. For auditors."""

from collections.abc import Collection

from hygie.store.contract import StoredResource
from hygie.store.reading.versions import Versions
from hygie.store.store import Store
from hygie.store.vault import Opened


class Subjects:
    """Looks patients up by their keys. Whoever looks leaves the trace that auditing is."""

    def __init__(self, store: Store) -> None:
        self._versions = Versions(store.pool, store.vault)
        self._reference = store.keyring.reference

    async def of(self, keys: Collection[int]) -> dict[int, StoredResource]:
        """The Patients of these keys that are there; those erased or deleted are not."""
        wanted = sorted(set(keys) - {0})
        if not wanted:
            return {}
        opened = await self._versions.current("Patient", wanted)
        return {one.record["key"]: one.stored for one in opened if not one.stored.deleted}

    async def opened(self, kind: str, id_: str) -> Opened | None:
        """One resource in its row, which says whose it is; None when it is not there."""
        key = self._reference(kind, id_)
        found = await self._versions.current(kind, [key])
        return next((one for one in found if not one.stored.deleted), None)

    async def references(self, keys: Collection[int]) -> dict[int, str]:
        """Key -> "Patient/id"."""
        return {key: f"Patient/{stored.id}" for key, stored in (await self.of(keys)).items()}
