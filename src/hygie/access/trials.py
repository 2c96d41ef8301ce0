"""Cases that rights must decide as written: `DATA/droits.essais.toml`, a table beside the rights.

[[trial]]
role = "nurse"
action = "r"
type = "Observation"
relation = "team"
expect = "permit"
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, cast

import msgspec

from hygie.access.circle import Circle, Relation
from hygie.access.decision import Actor, Decision, Subject, decide, may
from hygie.access.rights import phrases
from hygie.access.rights.rights import CAPABILITIES, Capability, Rights
from hygie.limits.access import MAX_RIGHTS_BYTES
from hygie.purpose import Purpose
from hygie.refusal import Category, Issue, Phrase, Refusal, Refused, refuse
from hygie.sight import LETTERS, Letter
from hygie.store.declared_toml import read_toml

FILE: Final = "droits.essais.toml"
SOMEBODY: Final = 1


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    role: str
    action: str
    """A letter of "cruds", on `type`; or a capability."""
    type: str = ""
    relation: Literal["none", "team", "self", "break-glass"] = "none"
    specialty: str = ""
    unit: str = ""
    purpose: Purpose | None = None
    """None: what the role is for."""
    expect: Literal["permit", "deny"]

    def __str__(self) -> str:
        parts = (self.role, self.action, self.type, self.relation, self.specialty, self.unit,
                 self.purpose)  # fmt: skip
        return " ".join(filter(None, parts))


class Trials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    trial: tuple[Trial, ...] = ()


def read_trials(data: Path) -> tuple[Trial, ...]:
    """Those of the establishment; none without the file. Raises `Refused`."""
    try:
        with (data / FILE).open("rb") as opened:
            raw = opened.read(MAX_RIGHTS_BYTES + 1)
    except FileNotFoundError:
        return ()
    if len(raw) > MAX_RIGHTS_BYTES:
        raise refuse(Category.TOO_LARGE, "rights.size", phrases.SIZE, limit=str(MAX_RIGHTS_BYTES))
    return read_toml(raw, Trials, "rights").trial


def check_trials(trials: tuple[Trial, ...], rights: Rights) -> None:
    """Raises `Refused` with every case that comes out otherwise."""
    faults = tuple(
        fault
        for index, one in enumerate(trials)
        for fault in _faults(one, f"trial[{index}]", rights)
    )
    if faults:
        raise Refused(Refusal(Category.INVALID, faults))


def _faults(trial: Trial, place: str, rights: Rights) -> Iterator[Issue]:
    of_page = trial.action in CAPABILITIES and not trial.type
    of_data = trial.action in LETTERS and trial.type in rights.group_of
    if trial.role not in rights.roles or not (of_page or of_data):
        yield _fault("trial-shape", phrases.TRIAL_SHAPE, place)
        return
    decision = _decided(trial, rights)
    if decision.permit != (trial.expect == "permit"):
        found = "permit" if decision.permit else "deny"
        yield _fault(
            "trial", phrases.TRIAL, place, trial=str(trial), found=found, cause=decision.rule
        )


def _decided(trial: Trial, rights: Rights) -> Decision:
    now = datetime.now(UTC)
    cared = Relation("Location/x", "x", "unit", now - timedelta(days=1))
    actor = Actor(
        name="trial", role=trial.role, own=SOMEBODY if trial.relation == "self" else 0,
        circle=Circle(
            {SOMEBODY: cared} if trial.relation == "team" else {}, units=frozenset({trial.unit})
        ),
        specialty=trial.specialty,
        opened=frozenset({SOMEBODY} if trial.relation == "break-glass" else ()),
        purpose=trial.purpose,
    )  # fmt: skip
    if not trial.type:
        return may(actor, cast("Capability", trial.action), rights)
    subject = Subject(trial.type, SOMEBODY)
    return decide(actor, cast("Letter", trial.action), subject, rights, now)


def _fault(rule: str, phrase: Phrase, location: str, **details: str) -> Issue:
    return Issue(
        code="value", rule=f"rights.{rule}", phrase=phrase, location=location, details=details
    )
