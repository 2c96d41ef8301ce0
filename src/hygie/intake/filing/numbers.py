"""The numbers of an order: its placer's (ORC-2, OBR-2) and its filler's (ORC-3, OBR-3).

A number with an authority is known everywhere; one without is looked for among the resources of the
patient alone, since placers count alike. The id of an order follows from the first number it came
with; who knows it by the other one finds it by search.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Criterion, Query, TokenValue
from hygie.hl7v2.message import Field, Segment
from hygie.intake.filing.bearers import is_of, of_another
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.intake.mapping.identifiers import entity
from hygie.refusal import Category, refuse
from hygie.store.contract import Resource

MAX_ALIKE: Final = 50
"""Resources of one number that are looked at."""


class Numbers(msgspec.Struct, frozen=True):
    fields: tuple[Field, ...]
    """The placer's, then the filler's; those that there are."""

    @property
    def texts(self) -> list[str]:
        return [f"{field.text(1)}|{field.text(2)}|{field.text(3)}" for field in self.fields]

    def require(self) -> None:
        """Refuses what no later message could find again."""
        if not self.fields:
            raise refuse(
                Category.INVALID, "order.no-number", phrases.ORDER_WITHOUT_NUMBER, code="required",
                location="ORC-2",
            )  # fmt: skip

    def id(self, work: Work, resource_type: str, subject: str) -> str:
        """Of an order that is first met under these numbers."""
        return work.rooms.ids(resource_type, _key(self.fields[0], subject))

    async def find(self, work: Work, resource_type: str, subject: str) -> Resource | None:
        """The one of this patient that has one of the numbers. Refused when a number with an
        authority is another patient's."""
        found = await self._having(work, resource_type)
        mine = [item for item in found if is_of(item, subject)]
        if not mine and any(self._is_named(item) for item in found):
            raise of_another("order.of-another", phrases.ORDER_OF_ANOTHER, self.fields[0].where)
        return mine[0] if mine else None

    async def reports(self, work: Work, subject: str) -> list[Resource]:
        """Those of this patient that came before their order."""
        found = await self._having(work, "DiagnosticReport")
        return [item for item in found if is_of(item, subject)]

    async def _having(self, work: Work, resource_type: str) -> list[Resource]:
        parameter = work.rooms.parameter(resource_type, "identifier")
        tokens = tuple(TokenValue(i.get("system", ""), i["value"]) for i in self._identifiers())
        condition = Criterion(parameter, tokens)
        query = Query(type=resource_type, conditions=(condition,), count=MAX_ALIKE)
        return [decode(match.body) for match in (await work.tx.search(query)).matches]

    async def based_on(self, work: Work, subject: str) -> list[Resource]:
        """`basedOn` of a result: the order, when it is known."""
        for identity in self.orders(work, subject):
            stored = await work.read("ServiceRequest", identity)
            if stored is not None and is_of(stored, subject):
                return [{"reference": f"ServiceRequest/{identity}"}]
        return []

    def orders(self, work: Work, subject: str) -> list[str]:
        """Ids of the ServiceRequests that may have been made of these numbers."""
        return [work.rooms.ids("ServiceRequest", _key(field, subject)) for field in self.fields]

    def _identifiers(self) -> Sequence[Resource]:
        return [found for field in self.fields if (found := entity(field))]

    def _is_named(self, resource: Resource) -> bool:
        """True when it has one of the numbers with its authority."""
        wanted = {(i["system"], i["value"]) for i in self._identifiers() if "system" in i}
        return any((i.get("system"), i["value"]) in wanted for i in resource["identifier"])


def numbers_of(detail: Segment | None, common: Segment | None) -> Numbers:
    """Of an OBR (or RXE, …) and its ORC; only an OBR has numbers of its own."""
    found = []
    for number in (2, 3):
        for segment in (detail, common):
            if segment is not None and segment.text(number):
                found.append(segment.field(number))
                break
    return Numbers(tuple(found))


def _key(field: Field, subject: str) -> str:
    number = entity(field) or {}
    return f"{number.get('system') or subject}|{field.text(1)}"
