"""What became of cards (CDS Hooks 2.0, "Feedback")."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hygie.api.hooks.asking import read, unfit
from hygie.api.request import Request
from hygie.limits.hooks import MAX_COMMENT_CHARACTERS, MAX_FEEDBACK

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Suggestion(msgspec.Struct, frozen=True):
    id: Short


class Coding(msgspec.Struct, frozen=True):
    code: Short
    system: Short = ""
    display: Short = ""


class Override(msgspec.Struct, frozen=True, rename="camel"):
    reason: Coding | None = None
    user_comment: Annotated[str, msgspec.Meta(max_length=MAX_COMMENT_CHARACTERS)] = ""


class Feedback(msgspec.Struct, frozen=True, rename="camel"):
    card: UUID
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: Annotated[datetime, msgspec.Meta(tz=True)]
    accepted_suggestions: Annotated[tuple[Suggestion, ...], msgspec.Meta(max_length=16)] = ()
    override_reason: Override | None = None

    @property
    def told(self) -> str:
        """On one line."""
        parts = [str(self.card), self.outcome, self.outcome_timestamp.isoformat()]
        if self.override_reason and self.override_reason.reason:
            reason = self.override_reason.reason
            parts.append(f"{reason.system}|{reason.code}")
        if self.override_reason and self.override_reason.user_comment:
            parts.append(" ".join(self.override_reason.user_comment.split()))
        return ", ".join(parts)


class _Body(msgspec.Struct, frozen=True):
    feedback: Annotated[tuple[Feedback, ...], msgspec.Meta(min_length=1, max_length=MAX_FEEDBACK)]


async def read_feedback(request: Request) -> tuple[Feedback, ...]:
    """Raises `Refused` (INVALID)."""
    found = (await read(request, _Body)).feedback
    for number, one in enumerate(found):
        if one.outcome == "accepted" and not one.accepted_suggestions:
            raise unfit(f"$.feedback[{number}].acceptedSuggestions")
    return found
