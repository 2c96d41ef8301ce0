"""May this person do this, to this, now? The one answer to it. Pure.

Row by row: the obvious form. `hygie.access.compiling` gives the same answer for a whole request at
once, as a `Sight`; a property test holds them to each other. Consent, masking and sensitivity are
to be further facts of the subject, and further reasons here.
"""

from datetime import datetime
from typing import Final, Literal

import msgspec

from hygie.access import reasons
from hygie.access.circle import NOBODY, Circle, Relation
from hygie.access.rights.rights import Capability, Right, Rights, Role
from hygie.purpose import CARE, Purpose
from hygie.refusal import Language, Phrase
from hygie.sight import BROKEN, Letter

Obligation = Literal["trace", "review"]
"""What permitting asks for: an entry in the ledger; that somebody looks at it afterwards."""
NO_PATIENT = 0
OTHER: Final = "purpose.other"
NOT_THEIRS: Final = "role.not-theirs"
"""The right is of another specialty or unit."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    name: str
    role: str
    circle: Circle = NOBODY
    own: int = NO_PATIENT
    """Key of the patient this person is, for an account of a patient."""
    opened: frozenset[int] = frozenset()
    """Keys of patients whose record was opened by bris de glace, and still is."""
    specialty: str = ""
    """Code of their profession's specialty."""
    purpose: Purpose | None = None
    """What they ask for; None: what their role is for."""


class Subject(msgspec.Struct, frozen=True):
    """What is asked for."""

    type: str
    patient: int = NO_PATIENT
    """Key of the patient whose it is."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    permit: bool
    rule: str
    """Stable name of the reason."""
    phrase: Phrase
    details: dict[str, str] = {}
    obligations: tuple[Obligation, ...] = ()
    query: str = ""
    """When not empty: permitted if this FHIR search finds the resource."""
    right: Right | None = None
    """What the rights file says of it; None when it says nothing."""
    relation: Relation | None = None
    """The care for which it is permitted."""

    def text(self, language: Language) -> str:
        template = self.phrase.fr if language == "fr" else self.phrase.en
        return template.format_map(self.details)


def may(actor: Actor, capability: Capability, rights: Rights) -> Decision:
    """Whether the role may do this on the pages."""
    role = rights.roles.get(actor.role)
    if role is None:
        return _denied("role.unknown", reasons.NO_ROLE)
    if capability in role.capabilities:
        return _permitted("role.capability", reasons.CAPABILITY, role)
    return _denied("role.no-capability", reasons.NO_CAPABILITY, role=role.label)


def decide(
    actor: Actor, action: Letter, subject: Subject, rights: Rights, now: datetime
) -> Decision:
    """Whether they may do this to this resource, now."""
    role = rights.roles.get(actor.role)
    if role is None:
        return _denied("role.unknown", reasons.NO_ROLE)
    given = role.on(subject.type, action)
    if not given:
        return _denied("role.no-right", reasons.NO_RIGHT, role=role.label)
    purpose = actor.purpose or role.purpose
    best: Decision | None = None
    for right in given:
        within = _within(actor, right, subject, role, purpose, now)
        decided = msgspec.structs.replace(within, right=right)
        if decided.permit and not decided.query:
            return decided
        if best is None or _nearer(decided, best):
            best = decided
    assert best is not None  # noqa: S101 - there was one at least
    return best


def has(actor: Actor, right: Right) -> bool:
    """Whether the right is of their specialty and unit, if it is of some alone."""
    if right.specialties and actor.specialty not in right.specialties:
        return False
    return not right.units or not right.units.isdisjoint(actor.circle.units)


def _nearer(one: Decision, other: Decision) -> bool:
    """Whether it permits more; or is denied for more than that it was given for something else."""
    if one.permit or other.permit:
        return one.permit and not other.permit
    return other.rule in (OTHER, NOT_THEIRS)


def _within(
    actor: Actor, right: Right, subject: Subject, role: Role, purpose: Purpose, now: datetime
) -> Decision:
    patient = subject.patient
    if not has(actor, right):
        return _denied(NOT_THEIRS, reasons.NOT_THEIRS, role=role.label)
    if right.scope == "team":
        decided = _of_team(actor, right, patient, role, purpose, now)
    elif purpose not in right.purposes:
        return _denied(OTHER, reasons.OTHER_PURPOSE, role=role.label, purpose=purpose)
    elif right.scope == "establishment":
        decided = _permitted("scope.establishment", reasons.ESTABLISHMENT, role)
    else:
        mine = patient != NO_PATIENT and patient == actor.own
        decided = (
            _permitted("scope.self", reasons.SELF, role)
            if mine else _denied("scope.not-self", reasons.NOT_SELF)
        )  # fmt: skip
    if decided.permit and right.query:
        return msgspec.structs.replace(decided, query=right.query)
    return decided


def _of_team(
    actor: Actor, right: Right, patient: int, role: Role, purpose: Purpose, now: datetime
) -> Decision:
    """Those in their care, for what they ask; those of a broken glass for urgent care alone."""
    meant = purpose in right.purposes
    relation = actor.circle.patients.get(patient)
    if meant and patient and relation is not None and relation.holds(now):
        return _cared(relation, role)
    urgent = role.break_glass and purpose in CARE and "ETREAT" in right.purposes
    if patient and urgent and patient in actor.opened:
        return Decision(
            permit=True, rule=BROKEN, phrase=reasons.BROKEN,
            details={"role": role.label}, obligations=("trace", "review"),
        )  # fmt: skip
    if not meant and not urgent:
        return _denied(OTHER, reasons.OTHER_PURPOSE, role=role.label, purpose=purpose)
    return _denied("team.none", reasons.NO_TEAM, role=role.label)


def _cared(relation: Relation, role: Role) -> Decision:
    since = f"{relation.start:%d/%m/%Y}" if relation.start else "?"
    return Decision(
        permit=True, rule=f"team.{relation.basis}", phrase=reasons.OF_BASIS[relation.basis],
        details={"role": role.label, "since": since}, obligations=("trace",),
        relation=relation,
    )  # fmt: skip


def _permitted(rule: str, phrase: Phrase, role: Role) -> Decision:
    return Decision(
        permit=True, rule=rule, phrase=phrase, details={"role": role.label}, obligations=("trace",)
    )


def _denied(rule: str, phrase: Phrase, **details: str) -> Decision:
    return Decision(permit=False, rule=rule, phrase=phrase, details=details)
