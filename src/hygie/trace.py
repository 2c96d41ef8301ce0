"""Who asks, why, and what is kept of it: the values every room passes along.

`store` and `ledger` live on one level and do not import each other; they meet here. `store` asks
an `AuditTrail` to keep entries, `ledger` is one.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

import msgspec

from hygie.purpose import CARE, Purpose
from hygie.sight import BROKEN, EVERYTHING, NOTHING, Sight

ActorKind = Literal["account", "client", "system"]
Action = Literal[
    "create", "read", "vread", "update", "delete", "history", "search", "everything", "view",
    "sign-in", "sign-out", "switch", "step-up", "refused",
    "break-glass", "end-break-glass", "review-break-glass", "show-contents",
    "create-account", "change-account", "invite", "review-accounts", "synchronise",
    "import-accounts", "export-accounts",
    "enrol-factor", "remove-factor", "reset-factor", "renew-recovery-codes",
    "change-rights", "simulate",
    "create-token", "revoke-token", "register-client", "review-client", "change-client",
    "grant", "revoke-grant",
    "read-audit", "export-audit", "scan",
    "repair", "reindex",
    "rotate-key", "rekey", "destroy-key", "train-dictionary", "recompress",
    "drop-dictionary",
    "export", "cancel-export", "import", "notify",
    "advise", "ask-advice", "advice-feedback",
    "declare", "withdraw", "send", "resend", "discard",
]  # fmt: skip
Outcome = Literal["permitted", "refused"]


class Context(msgspec.Struct, frozen=True):
    """On whose behalf something is done. Every door of the store asks for one."""

    actor: str
    """Account name, token name, or the name of a component ("intake")."""
    kind: ActorKind
    purpose: Purpose = "TREAT"
    """What for. Entries of before there were codes have a word of `hygie.purpose.FORMER`."""
    request: str = ""
    """Identifier of the request or message, to gather its entries."""
    token: int = 0
    """Number of the token that a machine client bears."""
    sight: Sight | None = None
    """What may be seen and changed; None: all for a component, nothing for anybody else."""
    role: str = ""
    """The actor's, of the rights file."""
    application: str = ""
    """The client by which the actor acts; empty: the house's own pages, or the actor itself."""
    address: str = ""
    """Network address the request came from."""

    @property
    def seen(self) -> Sight:
        """What every door of the store obeys: nothing, unless it was said."""
        if self.sight is not None:
            return self.sight
        return EVERYTHING if self.kind == "system" else NOTHING


class Touch(NamedTuple):
    """One version of one resource, by the keyed hash of its "Type/id"."""

    key: int
    version: int


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One act, done or refused. `detail` and the context's address are sealed before they are
    written; the rest is pseudonymous."""

    context: Context
    action: Action
    type: str = ""
    """FHIR resource type; several, in order, with commas between; or empty."""
    key: int = 0
    """The store's keyed hash of "Type/id" (a signed 64-bit number), or 0."""
    patient: int = 0
    """The store's keyed hash of the patient concerned, or 0 when there is none or several."""
    version: int = 0
    count: int = 1
    """Resources given out, or written."""
    touched: tuple[Touch, ...] = ()
    """Each resource of an entry about several; `key` and `version` are then 0."""
    detail: str = ""
    """What was asked: "Patient/123", or a search's query string. Sealed at rest."""
    outcome: Outcome = "permitted"
    reason: str = ""
    """Name of the rule that permitted or refused it ("access.wrong"): `Decision.rule`. Never
    prose. Empty: the role's right, or why the context's sight holds the patient."""

    @property
    def rule(self) -> str:
        """The reason, as it is kept."""
        if self.reason or not self.patient or self.context.sight is None:
            return self.reason
        return self.context.sight.grounds.get(self.patient, "")

    @property
    def purpose(self) -> Purpose:
        """What for, as it is kept: care of a record that is open by bris de glace is urgent."""
        if self.context.purpose in CARE and self.rule == BROKEN:
            return "ETREAT"
        return self.context.purpose

    @property
    def types(self) -> tuple[str, ...]:
        """The resource types concerned."""
        return tuple(self.type.split(",")) if self.type else ()


class Proof(NamedTuple):
    """What must still hold in the database for an entry to be kept."""

    condition: str
    """SQL of the caller's own, about the row `entry` that would be kept (its columns `key`,
    `patient`, `version`) and `entry.proof`; never made of what a user sent."""
    value: bytes
    """`entry.proof`."""


class Attached(NamedTuple):
    """Entries about to be kept by somebody else's statement."""

    statement: str
    """For its WITH."""
    values: tuple[Any, ...]
    """Its parameters, in order."""


class Sealer(Protocol):
    """Encrypts small values under the establishment's key (AES-256-GCM)."""

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """`purpose` is bound as associated data: a value opens only where it belongs."""
        ...

    def open(self, sealed: bytes, purpose: str) -> bytes: ...


class AuditTrail(Protocol):
    """Keeps audit entries. Safe for concurrent use by tasks of one event loop."""

    async def append(self, connection: Any, entries: Sequence[AuditEntry]) -> None:
        """Writes within the caller's database transaction: entry and change commit as one."""
        ...

    def attached(self, entries: Sequence[AuditEntry], first: int) -> Attached:
        """What keeps entries about one resource each, as a part of the caller's own statement: they
        commit as one. Its parameters are numbered from `first`."""
        ...

    async def record(self, entry: AuditEntry) -> None:
        """Returns once the entry is durable. Concurrent calls share one commit."""
        ...

    async def record_if(self, entry: AuditEntry, proof: Proof) -> bool:
        """Whether the proof held at one instant of this call; the entry is then durable, else it
        was not kept. For entries about one resource. Concurrent calls share one commit."""
        ...
