"""Reading the store for a page: every read is made, and audited, in the visitor's name."""

import re
from collections.abc import Sequence

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.store.contract import Resource, StoredResource
from hygie.store.store import Store
from hygie.trace import Context
from hygie.web.errors import not_found
from hygie.web.messages import NO_SUCH_PAGE

Parameters = Sequence[tuple[str, str]]
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")


class Found(msgspec.Struct, frozen=True):
    resources: list[Resource]
    included: list[Resource]
    more: bool
    """True when only the first ones are here."""


def check_id(text: str) -> str:
    """`text` if it can be a resource's id (R4 §2.24.0.1); otherwise there is no such page."""
    if not _ID.fullmatch(text):
        raise not_found(NO_SUCH_PAGE, "web.no-such-page")
    return text


class Records(msgspec.Struct, frozen=True):
    store: Store
    context: Context

    async def read(self, resource_type: str, identifier: str) -> Resource:
        """Raises `Refused` (NOT_FOUND, GONE)."""
        stored = await self.store.read(self.context, resource_type, check_id(identifier))
        return decode(stored.body)

    async def find(self, resource_type: str, parameters: Parameters) -> Found:
        parsed = parse_query(
            self.store.registry, resource_type, list(parameters), zone=self.store.zone
        )
        page = await self.store.search(self.context, parsed.query)
        return Found(_decoded(page.matches), _decoded(page.included), bool(page.next))


def _decoded(stored: Sequence[StoredResource]) -> list[Resource]:
    return [decode(item.body) for item in stored if not item.deleted]


WITH_PLACES = (
    ("_include", "Encounter:location"),
    ("_include", "Encounter:service-provider"),
    ("_include:iterate", "Location:organization"),
)
"""Added to a search of stays: the names of the places they speak of."""


def of_patient(patient: str, *more: tuple[str, str]) -> Parameters:
    return (("patient", patient), *more)
