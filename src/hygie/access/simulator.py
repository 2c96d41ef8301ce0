"""Who may read this, and why? The decision, asked for everybody, or for everything. Pure."""

from collections.abc import Iterable
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
    """What one account may do to a patient's resources of one type, or to those of none."""

    type: str
    letter: Letter
    decision: Decision


def explain(
    actors: Iterable[Actor], action: Letter, subject: Subject, rights: Rights, now: datetime
) -> list[Explained]:
    """Of every actor, those permitted first; in the order given otherwise."""
    found = [
        Explained(actor.name, actor.role, decide(actor, action, subject, rights, now))
        for actor in actors
    ]
    return sorted(found, key=lambda one: not one.decision.permit)


def extent(actor: Actor, patient: int, rights: Rights, now: datetime) -> list[Extent]:
    """Whatever the actor may do to resources of this patient (0: of none), by type; what is denied
    is left out."""
    asked = ((type_, letter) for type_ in sorted(rights.group_of) for letter in LETTERS)
    found = (
        Extent(type_, letter, decide(actor, letter, Subject(type_, patient), rights, now))
        for type_, letter in asked
    )
    return [one for one in found if one.decision.permit]
