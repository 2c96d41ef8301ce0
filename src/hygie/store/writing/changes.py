"""What a write asks for, and what is decided once the current version is known. No I/O."""

from datetime import datetime
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.bodies import placing
from hygie.store.contract import Resource, StoredResource
from hygie.store.vault import Draft, Opened, Vault
from hygie.store.writing.proposal import Proposal
from hygie.store.writing.sought import Act, Seeking, Sought, everywhere, not_found
from hygie.trace import Action

NONE: Final = 0
"""The version of a resource that does not exist."""
NOBODY: Final = 0

Presence = Literal["any", "absent", "fresh"]
"""What there may be already: anything; nothing, or it is refused; nothing, the id is just made."""


class Change(NamedTuple):
    """One write. `proposal` is None for a deletion."""

    type: str
    id: str
    key: int
    proposal: Proposal | None
    presence: Presence = "any"
    if_match: int | None = None
    sought: Sought | None = None
    """What of the type whoever asks may see and change; None: all."""
    fresh: bool = False
    """The id was just made: nobody chose it."""
    retried: bool = False
    """It may have been done already, without our knowing."""

    def again(self) -> "Change":
        """For another attempt after one whose outcome is not known."""
        presence: Presence = "any" if self.presence == "fresh" else self.presence
        return self._replace(presence=presence, retried=True)

    def looked_up(self) -> "Change":
        """For another attempt after one that failed: is the new id really new?"""
        return self._replace(presence="absent") if self.presence == "fresh" else self

    def is_done(self, present: StoredResource | None) -> bool:
        """Whether this is what it would leave: our own work, or the same as it."""
        if present is None or not self.retried:
            return False
        return present.deleted if self.proposal is None else self.proposal.same_as(present)

    def shown(self, present: Opened | Refused | None) -> Opened | Refused | None:
        """What is there, to whoever asks. Refused (FORBIDDEN) for what may be seen, not changed."""
        return present if self.sought is None else self.sought.shown(present)

    @property
    def makes(self) -> bool:
        """Whether what is not there may be made, under an id of the asker's choice."""
        return self.fresh or self.sought is None or self.sought.makes


class Written(NamedTuple):
    """What a change came to. `draft` is None when nothing had to be written."""

    stored: StoredResource | None
    """None when there was nothing to delete."""
    action: Action = "update"
    patient: int = NOBODY
    draft: Draft | None = None
    former: int | None = None
    """The patient of the row that is replaced; None for a new row."""


def put(
    vault: Vault,
    resource: Resource,
    id: object,
    *,
    presence: Presence = "any",
    if_match: int | None = None,
    sought: Seeking = everywhere,
) -> Change:
    """The change that makes `resource` current under `id`. Refused when that is no id."""
    kind = resource["resourceType"]
    known = _valid(kind, id)
    key = vault.keyring.reference(kind, known)
    proposal = Proposal(vault, resource, known)
    act: Act = "u" if presence == "any" else "c"
    fresh = presence == "fresh"
    return Change(kind, known, key, proposal, presence, if_match, sought(kind, act), fresh)


def deletion(
    vault: Vault, kind: str, id: str, if_match: int | None, sought: Seeking = everywhere
) -> Change:
    key = vault.keyring.reference(kind, _valid(kind, id))
    return Change(kind, id, key, None, if_match=if_match, sought=sought(kind, "d"))


def decide(vault: Vault, change: Change, present: Opened | None, now: datetime) -> Written:
    """What is to be written, given the current version. Refused when it is not to be."""
    previous = None if present is None else present.stored
    if present is not None and previous is not None and change.is_done(previous):
        stored = replace(previous, created=previous.version == 1)
        return Written(stored, patient=present.record["patient"])
    _check_version(change, previous)
    if change.proposal is None:
        return _deleted(vault, present, now)
    if present is None or previous is None:
        if not change.makes:
            raise not_found(change.type)
        draft = _within(change, change.proposal.draft(NONE + 1, now))
        return Written(draft.stored, "create", draft.patient, draft)
    former = present.record["patient"]
    if not previous.deleted:
        if change.presence == "absent":
            raise _exists(change)
        if change.proposal.same_as(previous):
            return Written(previous, patient=former)
    draft = _within(change, change.proposal.draft(previous.version + 1, _later(now, previous)))
    action: Action = "create" if previous.deleted else "update"
    return Written(draft.stored, action, draft.patient, draft, former)


def _within(change: Change, draft: Draft) -> Draft:
    """What is to be written. Refused (FORBIDDEN) when it is out of the asker's reach."""
    if change.sought is not None and change.proposal is not None:
        change.sought.require(draft.patient, change.proposal.resource, draft.stored)
    return draft


def there(stored: StoredResource | None) -> StoredResource:
    """What a put came to."""
    if stored is None:
        raise AssertionError("only a delete can come to nothing")
    return stored


def _deleted(vault: Vault, present: Opened | None, now: datetime) -> Written:
    if present is None or present.stored.deleted:
        return Written(None, "delete")
    former = present.record["patient"]
    draft = vault.tombstone(present.stored, former, _later(now, present.stored))
    return Written(draft.stored, "delete", former, draft, former)


def _later(now: datetime, previous: StoredResource) -> datetime:
    """The time of a new version: later than the one before it, whatever the clock says."""
    return max(now, previous.updated + placing.TICK)


def _check_version(change: Change, previous: StoredResource | None) -> None:
    found = previous.version if previous else NONE
    if change.if_match is not None and found != change.if_match:
        raise refuse(
            Category.PRECONDITION, "store.version-conflict", phrases.VERSION_CONFLICT,
            code="conflict", type=change.type, found=str(found), expected=str(change.if_match),
        )  # fmt: skip


def _exists(change: Change) -> Refused:
    return refuse(
        Category.CONFLICT, "store.already-exists", phrases.ALREADY_EXISTS,
        code="duplicate", type=change.type,
    )  # fmt: skip


def _valid(kind: str, id: object) -> str:
    if id is None:
        raise refuse(
            Category.INVALID, "store.id-missing", phrases.ID_MISSING,
            code="required", location=f"{kind}.id", type=kind,
        )  # fmt: skip
    if not isinstance(id, str) or not placing.is_id(id):
        raise refuse(
            Category.INVALID, "store.id-invalid", phrases.ID_INVALID,
            code="value", location=f"{kind}.id",
        )  # fmt: skip
    return id
