"""Criteria read again on opened resources, where the index is unsure.

What came of it is remembered by the sealed bytes: the same bytes hold the same resource for ever,
so that nothing here can be out of date, and it says nothing to who has no key. The names and
identifiers that are asked for are asked for again.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search import Extractor
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.match import criteria_of, meets
from hygie.fhir.search.query import Condition
from hygie.store.contract import StoredResource
from hygie.store.vault import BODY, Opened

MAX_KNOWN: Final = 8_192
MAX_KNOWN_BYTES: Final = 2_048
"""Longer bodies are read each time: memory is bounded."""


class Recheck:
    """For the tasks of one event loop."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self._known: OrderedDict[tuple[bytes, bytes], bool] = OrderedDict()

    def met(self, criteria: Sequence[Condition], digest: bytes, opened: Opened) -> bool:
        """Whether a resource meets all the criteria, of which `digest` is the digest."""
        sealed: bytes = opened.record[BODY]
        if len(sealed) > MAX_KNOWN_BYTES:
            return self._read(criteria, opened)
        key = digest, sealed
        verdict = self._known.get(key)
        if verdict is not None:
            self._known.move_to_end(key)
            return verdict
        verdict = self._known[key] = self._read(criteria, opened)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return verdict

    def entries(self, stored: StoredResource, codes: Iterable[str]) -> Sequence[Entry]:
        """What a resource is found by in a few search parameters."""
        return self._extractor.entries_of(decode(stored.body), codes)

    def _read(self, criteria: Sequence[Condition], opened: Opened) -> bool:
        codes = {each.parameter.code for one in criteria for each in criteria_of(one)}
        entries = self.entries(opened.stored, codes)
        return all(meets(criterion, entries) for criterion in criteria)


def digest(criteria: Sequence[Condition]) -> bytes:
    return sha256(msgspec.json.encode(criteria)).digest() if criteria else b""
