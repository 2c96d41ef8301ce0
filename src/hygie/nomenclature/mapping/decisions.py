"""What people decided that a local code means: elements of ConceptMaps in the store.

One map a pair of systems, under a canonical of ours. A decision is a new version of it: attributed,
dated, on record, and undone by another. Nothing here decides by itself.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Final, Literal, get_args

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.terminology.reading import Json, objects, text
from hygie.nomenclature.mapping import phrases
from hygie.nomenclature.mapping.correspondences import PREFIX, Target
from hygie.refusal import Category, refuse
from hygie.sight import ALL, LETTERS, Sight
from hygie.store.interactions import Repository, updating
from hygie.store.store import Store, Transaction
from hygie.trace import Context

Equivalence = Literal["equivalent", "wider", "narrower", "inexact", "unmatched"]
"""Of R4's codes (§7.5.4), those between which a person can tell; `unmatched`: none is right."""
EQUIVALENCES: Final[tuple[Equivalence, ...]] = get_args(Equivalence)
_MAPS: Final = Sight({("ConceptMap", letter): (ALL,) for letter in LETTERS})
"""What deciding on a correspondence gives to see and change."""
COMMENTED: Final = frozenset({"narrower", "inexact"})
"""R4 asks for a comment on these (cmd-1)."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`target.code` is "" when no code is right."""

    system: str
    code: str
    display: str
    target: Target
    equivalence: Equivalence
    comment: str = ""


class Decisions:
    """For the tasks of one event loop."""

    def __init__(self, store: Store, repository: Repository) -> None:
        self._store = store
        self._repository = repository

    async def decide(self, context: Context, decision: Decision) -> None:
        """Replaces what was decided of this code towards that system. Raises `Refused`."""
        if decision.equivalence in COMMENTED and not decision.comment.strip():
            raise refuse(
                Category.INVALID, "mapping.comment", phrases.COMMENT_WANTED, code="required"
            )

        def put(elements: list[Json]) -> list[Json]:
            return [*elements, _element(decision)]

        await self._change(context, decision.system, decision.target.system, decision.code, put)

    async def withdraw(self, context: Context, system: str, code: str, target: str) -> None:
        """Undoes what was decided of a code: it waits to be mapped again. Raises `Refused`."""
        await self._change(context, system, target, code, None)

    async def _change(
        self,
        context: Context,
        system: str,
        target: str,
        code: str,
        put: Callable[[list[Json]], list[Json]] | None,
    ) -> None:
        """Two who decide at once come one after the other: neither's decision is lost."""

        async def work(tx: Transaction) -> None:
            name = map_id(system, target)
            await tx.guard("mapping", name)
            stored = await tx.read("ConceptMap", name)
            known = decode(stored.body) if stored and not stored.deleted else None
            content = known or new_map(system, target)
            group = content["group"][0]
            others = [one for one in objects(group, "element") if one.get("code") != code]
            if put is None and len(others) == len(group["element"]):
                raise refuse(
                    Category.NOT_FOUND, "mapping.undecided", phrases.UNDECIDED, code="not-found"
                )
            elements = put(others) if put else others
            group["element"] = sorted(elements, key=lambda one: text(one, "code"))
            if elements:
                await self._repository.apply(tx, [updating(content)])
            else:  # a group without elements is none (R4: 1..*): the map goes, its history stays
                await tx.delete("ConceptMap", name)

        await self._store.run(msgspec.structs.replace(context, sight=_MAPS), work)


def decided(maps: list[Json], system: str, code: str) -> list[Decision]:
    """What was decided of a code, towards each system."""
    return [one for one in all_decided(maps) if (one.system, one.code) == (system, code)]


def all_decided(maps: list[Json]) -> list[Decision]:
    return [
        _decision(group, element, target)
        for one in maps
        if text(one, "url").startswith(PREFIX)
        for group in objects(one, "group")
        for element in objects(group, "element")
        for target in objects(element, "target")
    ]


def map_id(system: str, target: str) -> str:
    """Of the ConceptMap of two systems."""
    return "correspondance-" + sha256(f"{system}\n{target}".encode()).hexdigest()[:32]


def new_map(system: str, target: str) -> Json:
    name = map_id(system, target)
    return {
        "resourceType": "ConceptMap",
        "id": name,
        "url": PREFIX + name.removeprefix("correspondance-"),
        "status": "active",
        "title": f"Correspondances de {system} vers {target}",
        "group": [{"source": system, "target": target, "element": []}],
    }


def _element(decision: Decision) -> Json:
    target: Json = {"equivalence": decision.equivalence}
    if decision.equivalence != "unmatched":
        target |= {"code": decision.target.code}
        if decision.target.display:
            target["display"] = decision.target.display
    if decision.comment.strip():
        target["comment"] = decision.comment.strip()
    element: Json = {"code": decision.code, "target": [target]}
    return element | ({"display": decision.display} if decision.display else {})


def _decision(group: Json, element: Json, target: Json) -> Decision:
    equivalence = text(target, "equivalence")
    return Decision(
        system=text(group, "source"),
        code=text(element, "code"),
        display=text(element, "display"),
        target=Target(text(group, "target"), text(target, "code"), text(target, "display")),
        equivalence=next((one for one in EQUIVALENCES if one == equivalence), "inexact"),
        comment=text(target, "comment"),
    )
