"""The values: a glass that was broken, and what its reviewer found."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import msgspec

from hygie.limits.access import GLASS_REVIEW_DAYS

Reason = Literal["vital", "continuity", "request", "regulation", "other"]
REASONS: Final[Mapping[Reason, str]] = {
    "vital": "Urgence vitale",
    "continuity": "Continuité des soins (avis, garde, transfert)",
    "request": "Demande du patient présent",
    "regulation": "Régulation médicale (centre 15)",
    "other": "Autre motif",
}
"""Why one may break it, in the words of the page."""
Verdict = Literal["justified", "unjustified"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


class Review(msgspec.Struct, frozen=True):
    """What somebody else found of it, afterwards."""

    verdict: Verdict
    comment: str
    reviewer: str
    at: datetime


class Breaking(msgspec.Struct, frozen=True, kw_only=True):
    """One glass, broken."""

    id: int
    account: str
    patient: int
    """The store's keyed hash of "Patient/id"."""
    patient_id: str
    reason: Reason
    motive: str
    opened: datetime
    ends: datetime
    closed: datetime | None = None
    review: Review | None = None

    def is_open(self, now: datetime) -> bool:
        return self.opened <= now < (min(self.closed, self.ends) if self.closed else self.ends)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been reviewed by now."""
        return self.review is None and now > self.opened + timedelta(days=GLASS_REVIEW_DAYS)
