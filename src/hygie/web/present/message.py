"""One message, as its page shows it: content as far as the reader may see it, and its story."""

from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.values import Entry, Receipt, State
from hygie.web.present.dates import Moment
from hygie.web.present.explained import Explained, explain
from hygie.web.present.hl7 import read_message
from hygie.web.present.json_source import SourceView, read_source
from hygie.web.present.masking import masked

Shown = Literal["fields", "text", "changes"]
VIEWS: dict[str, Shown] = {"": "fields", "texte": "text", "differences": "changes"}
Hidden = Literal["", "record", "veil"]
"""Why what a message holds is not shown: it is part of a record; or its reader has not said why
they must read it. Empty: it is shown."""
UNFILED: tuple[State, ...] = ("received", "quarantined", "refused", "discarded")
"""Part of no record: who repairs messages may read them, having said why."""
MAX_LINES = 400


class Step(msgspec.Struct, frozen=True):
    """Something that happened to a message."""

    said: str
    at: Moment | None = None
    entry: int = 0
    """Another message to go to."""


class Content(msgspec.Struct, frozen=True):
    """At most one of them is there."""

    explained: Explained | None = None
    text: str = ""
    source: SourceView | None = None
    hidden: Hidden = ""
    """Letters and figures are not shown as they are."""


def read_content(
    entry: Entry, shown: Shown, *, hidden: Hidden, previous: Entry | None = None
) -> Content:
    if entry.content is None:
        return Content(hidden=hidden)
    if entry.kind != "hl7v2":
        if hidden:
            return Content(hidden=hidden)
        return Content(source=read_source(entry.content, entry.place))
    if shown == "text":
        return Content(text=_lines(entry.content, hidden=bool(hidden)), hidden=hidden)
    before = read_message(previous.content) if previous and previous.content else None
    if shown != "changes":
        before = None
    message = read_message(entry.content, entry.place if entry.issues else "")
    return Content(explain(message, previous=before, hidden=bool(hidden)), hidden=hidden)


def shaped_lines(raw: bytes) -> str:
    """A message, or an answer, of which no value about a person is shown."""
    return _lines(raw, hidden=True)


def _lines(raw: bytes, *, hidden: bool) -> str:
    """Segment by segment, fields where they were."""
    message = read_message(raw)
    lines = []
    for segment in message.segments[:MAX_LINES]:
        first = 2 if segment.name == "MSH" else 1
        last = max((field.number for field in segment.fields), default=0)
        texts = {field.number: field.text for field in segment.fields}
        if not segment.name:
            lines.append(masked("", 0, texts.get(0, "")) if hidden else texts.get(0, ""))
            continue
        cut = (texts.get(number, "") for number in range(first, last + 1))
        shown = (
            masked(segment.name, number, text) if hidden else text
            for number, text in enumerate(cut, start=first)
        )
        lines.append("|".join((segment.name, *shown)))
    return "\n".join(lines)


def read_story(entry: Entry, zone: ZoneInfo) -> tuple[Step, ...]:
    """From its arrival on."""
    steps = [Step("Reçu", Moment(entry.received_at.astimezone(zone)))]
    if entry.corrects:
        steps.append(Step("Corrige le message", entry=entry.corrects))
    if entry.original:
        steps.append(Step("Répète le message", entry=entry.original))
    if entry.settled_at:
        tries = f"Traité, {entry.attempts} essai{'s' if entry.attempts > 1 else ''}"
        steps.append(Step(tries, Moment(entry.settled_at.astimezone(zone))))
    if entry.retry_at:
        steps.append(Step("Nouvel essai prévu", Moment(entry.retry_at.astimezone(zone))))
    return tuple(steps)


def read_answer(entry: Entry, zone: ZoneInfo, *, hidden: Hidden) -> str:
    """The acknowledgement, as it stands for what became of the message; empty when there is none.

    Its sender got it when the message was settled; a later correction is not announced to it.
    """
    if entry.kind != "hl7v2" or entry.content is None:
        return ""
    receipt = Receipt(
        id=entry.id, state=entry.state, kind=entry.kind, event=entry.event,
        control_id=entry.control_id, issues=entry.issues, answered=entry.state,
        original=entry.original,
    )  # fmt: skip
    at = (entry.settled_at or entry.received_at).astimezone(zone)
    answer = acknowledgement(entry.content, receipt, at)
    return _lines(answer, hidden=bool(hidden))
