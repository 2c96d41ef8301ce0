"""What was opened lately, found again by its sealed bytes: a memory of pure work.

Decryption of the same bytes under the same claim gives the same resource, so nothing here can be
out of date: a row that was written again, altered on disk or moved has other bytes or another
identity, and is opened anew. What it keeps in memory is plain bodies, of which the process holds
the keys anyway; they go with the patient's key (`forget`).
"""

from collections import OrderedDict
from typing import Any, Final, NamedTuple

from hygie.store.contract import StoredResource

OVERHEAD_BYTES: Final = 700
"""Of an entry beside its two byte strings: objects, and the places that hold them."""
Identity = tuple[Any, ...]
"""All that a row says of its body: patient, key, version, type, deleted."""
KEY: Final = 1
VERSION: Final = 2


class Remembered(NamedTuple):
    """A row, as it was when it was opened."""

    sealed: bytes
    identity: Identity
    stored: StoredResource


class Memo:
    """The entries used last, at most `limit` bytes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[bytes, Remembered] = OrderedDict()
        self._newest: dict[int, Remembered] = {}

    def find(self, sealed: bytes, identity: Identity) -> StoredResource | None:
        """What `sealed` held, if it was opened as the body of this very row."""
        found = self._kept.get(sealed)
        if found is None or found.identity != identity:
            return None
        self._kept.move_to_end(sealed)
        return found.stored

    def newest(self, key: int) -> Remembered | None:
        """The newest row of a key among those kept: there may be a newer one in the database."""
        found = self._newest.get(key)
        if found is not None:
            self._kept.move_to_end(found.sealed)
        return found

    def keep(self, sealed: bytes, identity: Identity, stored: StoredResource) -> None:
        self._drop(sealed)
        kept = self._kept[sealed] = Remembered(sealed, identity, stored)
        known = self._newest.get(identity[KEY])
        if known is None or known.identity[VERSION] <= identity[VERSION]:
            self._newest[identity[KEY]] = kept
        self._size += _size(sealed, stored)
        while self._size > self._limit:
            self._drop(next(iter(self._kept)))

    def forget(self, patient: int) -> None:
        """Drops what belongs to a patient whose key is no more."""
        gone = [sealed for sealed, kept in self._kept.items() if kept.identity[0] == patient]
        for sealed in gone:
            self._drop(sealed)

    def _drop(self, sealed: bytes) -> None:
        found = self._kept.pop(sealed, None)
        if found is None:
            return
        self._size -= _size(sealed, found.stored)
        key = found.identity[KEY]
        if self._newest.get(key) is found:
            del self._newest[key]


def _size(sealed: bytes, stored: StoredResource) -> int:
    return len(sealed) + len(stored.body) + OVERHEAD_BYTES
