"""A policy, as it is kept: clauses, required profiles, silences. Values, in JSON of a file."""

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from hygie.refusal import Severity

Effect = Literal["refuse", "quarantine", "accept"]
ANY: Final = "*"
"""In place of a source, a type or a profile: whichever."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An unknown member is refused: one that is misspelt would change nothing, in silence."""


class Clause(_Part, frozen=True, kw_only=True):
    """What an issue of this severity leads to, where it comes from this source, breaks this rule
    (`fr.ins-key`, or `fr.*` for a family), stands in a resource of this type and is of this profile
    (its URL, without version)."""

    source: str = ANY
    rule: str = ANY
    profile: str = ANY
    type: str = ANY
    severity: Severity
    effect: Effect


class Requirement(_Part, frozen=True, kw_only=True):
    """Resources of this type must conform to this profile, whether or not they claim it."""

    source: str = ANY
    type: str
    profile: str


class Silence(_Part, frozen=True, kw_only=True):
    """One rule, not held against one source for a time, and why. Lifted ones are kept."""

    id: int
    source: str
    rule: str
    place: str = ""
    """Where: `Patient.identifier` and all within; empty for anywhere."""
    motive: str
    author: str
    since: datetime
    until: date
    """Its last day."""
    lifted_at: datetime | None = None
    lifted_by: str = ""

    def holds(self, day: date) -> bool:
        return self.lifted_at is None and day <= self.until


class Policy(_Part, frozen=True, kw_only=True):
    format: Literal["hygie-policy"] = "hygie-policy"
    version: Literal[1] = 1
    clauses: tuple[Clause, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    silences: tuple[Silence, ...] = ()
