"""What somebody wants stored: encoded once, filed once that is needed, and again by new rules."""

from datetime import datetime

from hygie.store.bodies import placing
from hygie.store.contract import Resource, StoredResource
from hygie.store.index.blinding import Index
from hygie.store.vault import Draft, Vault


class Proposal:
    """A resource under its id. The version that may be written of it depends on what is there."""

    def __init__(self, vault: Vault, resource: Resource, id: str) -> None:
        self.type: str = resource["resourceType"]
        self.id = id
        self._vault = vault
        self.resource: Resource = resource if resource.get("id") == id else {**resource, "id": id}
        self._content = placing.content(resource, id)
        self._filed: tuple[int, Index] | None = None
        self._version = vault.rules.version

    @property
    def filed(self) -> tuple[int, Index]:
        """Patient and index, by the rules of now (`Rules.version`). The dear part: not asked for
        when nothing changes."""
        if self._filed is None or self._version != self._vault.rules.version:
            self._version = self._vault.rules.version
            self._filed = self._vault.file(self.resource)
        return self._filed

    def same_as(self, stored: StoredResource) -> bool:
        """True when writing it would change nothing but the version's own meta."""
        return stored.body == self._content.body(stored.version, stored.updated)

    def draft(self, version: int, updated: datetime) -> Draft:
        """That version of it."""
        patient, index = self.filed
        body = self._content.body(version, updated)
        stored = StoredResource(
            type=self.type, id=self.id, version=version, updated=updated, body=body,
            created=version == 1,
        )  # fmt: skip
        key = self._vault.keyring.reference(self.type, self.id)
        return Draft(stored, key, patient, index, body)
