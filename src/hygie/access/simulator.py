"""Who may read this, and why? The decision, asked for everybody, or for everything. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from hygie.access.decision import Actor, Decision, Subject, decide
from hygie.access.rights.rights import Rights
from hygie.sight import LETTERS, Letter


class Explained(msgspec.Struct, frozen=True):
    """One account's answer."""

    account: str
    role: str
    decision: Decision


class Extent(msgspec.Struct, frozen=True):
    """What one account may and may not do to a patient's resources of one type."""

    type: str
    decisions: Mapping[Letter, Decision]


def explain(
    actors: Iterable[Actor], action: Letter, subject: Subject, rights: Rights, now: datetime
) -> list[Explained]:
    """Of every actor, those permitted first; in the order given otherwise."""
    found = [
        Explained(actor.name, actor.role, decide(actor, action, subject, rights, now))
        for actor in actors
    ]
    return sorted(found, key=lambda one: not one.decision.permit)


def extent(
    actor: Actor, patient: int, types: Iterable[str], rights: Rights, now: datetime
) -> list[Extent]:
    """Each of the types, with the decision for each letter."""
    return [
        Extent(
            type_,
            {one: decide(actor, one, Subject(type_, patient), rights, now) for one in LETTERS},
        )
        for type_ in types
    ]
