"""Who looked at a record, or changed it: ledger entries gathered into visits people can read."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from hygie.ledger.rows import AuditRecord
from hygie.sight import BROKEN
from hygie.trace import ActorKind, AuditEntry
from hygie.web.present.acts import KINDS as ACTS_OF
from hygie.web.present.acts import say_act
from hygie.web.present.dates import Moment, say_moment

KINDS: dict[ActorKind, str] = {"account": "", "client": "logiciel", "system": "automate"}
COMPONENTS = {
    "audit": "Recherche d’un auditeur",
    "intake": "Passerelle des flux",
    "console": "Console du serveur",
    "rights": "Fichier des droits",
}
READ = "consultation"
REFUSED = "tentative refusée"
_, READING = ACTS_OF["consultation"]
_, GLASS = ACTS_OF["urgence"]
SUBJECTS = {
    "Patient": "identité", "Encounter": "séjours", "Observation": "résultats",
    "DiagnosticReport": "résultats", "DocumentReference": "documents", "Binary": "documents",
    "Condition": "problèmes", "AllergyIntolerance": "allergies",
    "MedicationStatement": "traitements", "MedicationRequest": "traitements",
    "MedicationAdministration": "traitements", "Procedure": "actes",
}  # fmt: skip
"""Types of resource -> what they are to a reader."""


class Access(msgspec.Struct, frozen=True):
    at: Moment
    """The latest of those gathered here."""
    actor: str
    kind: str
    what: str
    about: str


class _Step(msgspec.Struct, frozen=True):
    minute: str
    actor: str
    kind: ActorKind
    what: str


def read_accesses(
    records: Sequence[AuditRecord], zone: ZoneInfo, names: Mapping[str, str]
) -> tuple[Access, ...]:
    """One line for what the same actor did, in the same way, in the same minute.

    `records` come the latest first. `names`: account -> the name people know.
    """
    groups = groupby(records, key=lambda record: _step(record, zone))
    return tuple(_gathered(step, list(group), zone, names) for step, group in groups)


def _step(record: AuditRecord, zone: ZoneInfo) -> _Step:
    context = record.entry.context
    minute = say_moment(Moment(record.at.astimezone(zone)))
    return _Step(minute, context.actor, context.kind, _said(record.entry))


def _said(entry: AuditEntry) -> str:
    """Only who read is said to have: an act that opens no record has its own name."""
    if entry.outcome == "refused":
        return REFUSED
    said = READ if entry.action in READING else say_act(entry.action)
    broken = entry.rule == BROKEN and entry.action not in GLASS
    return f"{said} par bris de glace" if broken else said


def _gathered(
    step: _Step, records: Sequence[AuditRecord], zone: ZoneInfo, names: Mapping[str, str]
) -> Access:
    known = names if step.kind == "account" else COMPONENTS
    return Access(
        at=Moment(records[0].at.astimezone(zone)),
        actor=known.get(step.actor, step.actor),
        kind=KINDS[step.kind],
        what=step.what,
        about=_about(kind for record in records for kind in record.entry.types),
    )


def _about(types: Iterable[str]) -> str:
    named = {SUBJECTS.get(kind, "autres données") for kind in types}
    return ", ".join(sorted(named))
