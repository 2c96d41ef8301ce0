"""What this room gives out: receipts, entries, counts, summaries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal

import msgspec

from hygie.limits import MAX_LISTED_REFUSALS
from hygie.refusal import Issue, Language

Kind = Literal["hl7v2", "fhir", "cda"]
State = Literal[
    "received", "filed", "kept", "quarantined", "refused", "duplicate", "corrected", "discarded"
]
"""docs/gateway.md, "States of an entry"."""
_COUNTED: Final[dict[State, str]] = {
    "received": "delayed", "filed": "filed", "kept": "kept", "quarantined": "quarantined",
    "refused": "refused", "duplicate": "duplicates", "corrected": "kept", "discarded": "kept",
}  # fmt: skip
"""State -> where a summary counts it. Somebody may correct or discard what is being imported."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message. It is durable when this is given out."""

    id: int
    """Of its inbox entry; 0 when nothing was kept (content that is no health message)."""
    state: State
    kind: Kind | Literal[""] = ""
    event: str = ""
    """"ADT^A01", or a resource type."""
    control_id: str = ""
    issues: tuple[Issue, ...] = ()
    """Why it was not filed; or warnings about what was filed."""
    answered: State = "received"
    """For a duplicate, the state of the original: what the sender is told again."""
    original: int = 0
    """The entry that a duplicate repeats; 0 for a resource that the store held already."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One inbox entry, opened."""

    id: int
    received_at: datetime
    settled_at: datetime | None
    source: str
    name: str
    """Of the file it came in, or empty."""
    kind: Kind
    event: str
    control_id: str
    state: State
    attempts: int
    rule: str
    """Stable name of the first reason."""
    issues: tuple[Issue, ...]
    subject: str = ""
    """"Patient/id" of whom it was filed for."""
    original: int = 0
    corrects: int = 0
    """The entry whose place it took, or is to take once it is filed; 0 for none."""
    retry_at: datetime | None = None
    """When it is tried again, after a fault that was not its own."""
    content: bytes | None = None
    """As received; None when not asked for, kept elsewhere, or removed."""
    forgotten_at: datetime | None = None
    """When its content was removed, after the days that its source declares."""
    count: int = 1
    """Resources of one type and file that it stands for, filed in bulk."""

    @property
    def place(self) -> str:
        """Where the first reason lies: "PID-3[2].1", "Patient.name[0]"."""
        return self.issues[0].location if self.issues else ""

    def reason(self, language: Language = "fr") -> str:
        """The first reason, as a sentence; empty when there is none."""
        return self.issues[0].text(language) if self.issues else ""

    def text(self) -> str:
        """The content for people to read, one segment a line."""
        if self.content is None:
            return ""
        text = self.content.decode("utf-8", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are looked for; what is empty does not restrict."""

    states: tuple[State, ...] = ()
    source: str = ""
    event: str = ""
    """"ADT^A01", or "ADT^*" for all of a type."""
    rule: str = ""
    """Of what stopped them first."""
    patient: str = ""
    """"Patient/id" of whom they were filed for."""
    since: datetime | None = None
    """Received then or later."""
    until: datetime | None = None
    """Received before."""

    @property
    def asked(self) -> str:
        """What is looked for, less the patient: for the audit."""
        since, until = (at.isoformat() if at else "" for at in (self.since, self.until))
        asked = {"state": ",".join(self.states), "event": self.event, "rule": self.rule,
                 "since": since, "until": until}  # fmt: skip
        return "&".join(f"{name}={value}" for name, value in asked.items() if value)


class FlowCount(msgspec.Struct, frozen=True):
    """Messages of one day, source, event and state."""

    day: date
    source: str
    kind: Kind
    event: str
    state: State
    count: int


class Group(msgspec.Struct, frozen=True):
    """What lies in quarantine of one source for one reason."""

    rule: str
    source: str
    count: int
    oldest: datetime
    latest: datetime
    example: int
    """The latest entry."""


class Counts(msgspec.Struct, frozen=True):
    states: Mapping[State, int]
    """Over all time."""
    flows: tuple[FlowCount, ...]
    """Of the days asked for, newest first."""
    reasons: Mapping[str, int]
    """What lies in quarantine, by rule."""


class RefusedFile(msgspec.Struct, frozen=True):
    """A file, or a line ("…:17"), that left nothing in the inbox: which, and why."""

    path: str
    rule: str
    reason: str
    """In French."""
    reason_en: str = ""


class Summary(msgspec.Struct):
    """What became of the files of one import."""

    files: int = 0
    filed: int = 0
    kept: int = 0
    """Of events that nothing is filed of."""
    quarantined: int = 0
    refused: int = 0
    duplicates: int = 0
    delayed: int = 0
    """Safe in the inbox, and tried again: something around them failed."""
    waiting: int = 0
    """Duplicates of what waits in quarantine: they too are not filed."""
    reasons: dict[str, int] = msgspec.field(default_factory=dict)
    """Quarantines and refusals, by rule."""
    refusals: list[RefusedFile] = msgspec.field(default_factory=list)
    """The first `MAX_LISTED_REFUSALS`: nothing else remembers them."""
    quarantine: list[RefusedFile] = msgspec.field(default_factory=list)
    """The first `MAX_LISTED_REFUSALS` of those that wait in quarantine, by file and line."""
    seconds: float = 0.0
    """From the first file to the last commit."""

    def refuse(self, path: str, issue: Issue) -> None:
        self.count("refused", issue.rule)
        if len(self.refusals) < MAX_LISTED_REFUSALS:
            self.refusals.append(_told(path, issue))

    def hold(self, path: str, issue: Issue) -> None:
        """Names a message, or line, that waits in quarantine."""
        if len(self.quarantine) < MAX_LISTED_REFUSALS:
            self.quarantine.append(_told(path, issue))

    def count(self, state: State, rule: str = "") -> None:
        name = _COUNTED[state]
        setattr(self, name, getattr(self, name) + 1)
        if state in ("quarantined", "refused"):
            self.reasons[rule] = self.reasons.get(rule, 0) + 1

    def taken(self) -> "Summary":
        """All of it, which begins anew."""
        whole, empty = Summary(), Summary()
        for name in self.__struct_fields__:
            setattr(whole, name, getattr(self, name))
            setattr(self, name, getattr(empty, name))
        return whole

    def add(self, other: "Summary") -> None:
        """What became of a part of the import."""
        self.filed += other.filed
        self.kept += other.kept
        self.delayed += other.delayed
        self.quarantined += other.quarantined
        self.refused += other.refused
        self.duplicates += other.duplicates
        self.waiting += other.waiting
        for rule, count in other.reasons.items():
            self.reasons[rule] = self.reasons.get(rule, 0) + count
        self.refusals += other.refusals[: MAX_LISTED_REFUSALS - len(self.refusals)]
        self.quarantine += other.quarantine[: MAX_LISTED_REFUSALS - len(self.quarantine)]


def _told(path: str, issue: Issue) -> RefusedFile:
    return RefusedFile(path, issue.rule, issue.text("fr"), issue.text("en"))
