"""Merging two patients who are one (HL7 A40): all or nothing, and the past stays in the versions.

The losing patient becomes inactive and says who replaced it; everything that refers to it is
re-pointed to the survivor, which says whom it replaces. Every resource touched keeps its former
version, so that a merge can be undone.
"""

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.definitions import Registry
from hygie.fhir.references import rewrite_references
from hygie.fhir.search.query import Criterion, Include, Query, TokenValue
from hygie.identity import phrases
from hygie.identity.elements import Element
from hygie.identity.resolve import replaced_by, survivor
from hygie.limits import MAX_INCLUDED
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.store.transaction import Transaction

_WITNESSES = frozenset({"AuditEvent", "Provenance"})
"""What says what was done at the time: never rewritten."""


class Merged(msgspec.Struct, frozen=True):
    """`repointed` resources were moved; `already` when there was nothing left to do."""

    repointed: int = 0
    already: bool = False


class Merger:
    def __init__(self, registry: Registry) -> None:
        self._referrers = _referring_to(registry, "Patient")
        self._of_stays = _referring_to(registry, "Encounter")
        self._registry = registry
        self.numbers_of_stays = registry.parameters("Encounter")["identifier"]

    async def merge(
        self,
        tx: Transaction,
        surviving: Element,
        losing: Element,
        place: str = "",
        *,
        follow: bool = False,
    ) -> Merged:
        """Refused when the two are one, or when the merge would go against an earlier one.

        `follow`: a survivor that was merged itself takes the other along to the one that took its
        place, as if the merges had come in their order; otherwise this is refused.
        """
        last = await survivor(tx, surviving)
        if _check(surviving, losing, last["id"], place, follow=follow):
            return Merged(already=True)
        await tx.update(_retired(losing, surviving["id"]))
        count = await self._repoint(tx, losing["id"], last["id"])
        await tx.update(_linked(surviving, "replaces", losing["id"]))
        return Merged(repointed=count)

    async def _repoint(self, tx: Transaction, losing: str, surviving: str) -> int:
        """Page after page: what was re-pointed is not found again."""
        settled = {("Patient", losing), ("Patient", surviving)}
        count = 0
        while True:
            page = await tx.search(self._asking("Patient", losing, self._referrers))
            found = [item for item in page.included if (item.type, item.id) not in settled]
            for stored in found:
                settled.add((stored.type, stored.id))
                await tx.update(_moved(decode(stored.body), losing, surviving))
            count += len(found)
            if not found or len(page.included) < MAX_INCLUDED:
                return count

    async def of_stay(
        self, tx: Transaction, stay: Element, former: str, subject: str
    ) -> list[Element]:
        """What speaks of a stay, re-pointed from the patient it was under to `subject`
        ("Patient/id"); to be written. Refused when it is more than one search brings."""
        page = await tx.search(self._asking("Encounter", stay["id"], self._of_stays))
        if len(page.included) >= MAX_INCLUDED:
            raise _refusal("stay.too-large", phrases.STAY_TOO_LARGE, "")
        found = [decode(stored.body) for stored in page.included]
        return [_moved(resource, former, subject.removeprefix("Patient/")) for resource in found]

    def _asking(self, kind: str, id: str, referrers: tuple[Include, ...]) -> Query:  # noqa: A002
        parameter = self._registry.parameters(kind)["_id"]
        criterion = Criterion(parameter, (TokenValue(None, id),))
        return Query(type=kind, conditions=(criterion,), revincludes=referrers)


def _referring_to(registry: Registry, kind: str) -> tuple[Include, ...]:
    return tuple(
        Include(source, parameter, kind)
        for source in registry.resource_types
        if source not in _WITNESSES
        for parameter in registry.parameters(source).values()
        if parameter.type == "reference" and kind in parameter.target
    )


def _check(surviving: Element, losing: Element, last: str, place: str, *, follow: bool) -> bool:
    """True when this very merge was made before. `last`: who stands for the survivor today."""
    if surviving["id"] == losing["id"]:
        raise _refusal("merge.self", phrases.MERGE_SELF, place)
    if replaced_by(losing) == surviving["id"]:
        return True
    if last == losing["id"]:
        raise _refusal("merge.cycle", phrases.MERGE_CYCLE, place)
    if replaced_by(surviving) and not follow:
        raise _refusal("merge.survivor-replaced", phrases.SURVIVOR_REPLACED, place)
    if replaced_by(losing):
        raise _refusal("merge.loser-replaced", phrases.LOSER_REPLACED, place)
    return False


def _retired(losing: Element, surviving: str) -> Element:
    return {**_linked(losing, "replaced-by", surviving), "active": False}


def _linked(patient: Element, kind: str, other: str) -> Element:
    link = {"other": {"reference": f"Patient/{other}"}, "type": kind}
    return {**patient, "link": [*patient.get("link", []), link]}


def _moved(resource: Element, losing: str, surviving: str) -> Element:
    old, new = f"Patient/{losing}", f"Patient/{surviving}"

    def target(reference: str) -> str | None:
        """Also versioned references ("Patient/1/_history/2"): they meant the person."""
        return new if reference == old or reference.startswith(f"{old}/") else None

    return rewrite_references(resource, target)


def unknown(role: Phrase, place: str) -> Refused:
    """The refusal of a merge that points to a patient nobody knows."""
    return refuse(
        Category.NOT_FOUND, "merge.unknown-patient", phrases.MERGE_UNKNOWN, code="not-found",
        location=place, role=role.fr, role_en=role.en,
    )  # fmt: skip


def _refusal(rule: str, phrase: Phrase, place: str) -> Refused:
    return refuse(Category.CONFLICT, rule, phrase, code="business-rule", location=place)
