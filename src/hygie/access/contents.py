"""What messages hold, veiled to who keeps the flows until they say why.

A technician sees that a message is stopped, where and by which rule, without what it says of
anybody. Who must read it to mend it gives a motive, which is traced, and sees contents for a while.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from hygie.access.model import Account, Clock, Session
from hygie.access.motive import read_motive, read_reason
from hygie.access.rights.rights import Rights
from hygie.access.sealing import hand_out, take_back
from hygie.limits.access import CONTENTS_MINUTES
from hygie.refusal import Category, Phrase, refuse
from hygie.trace import AuditEntry, AuditTrail, Context, Sealer

Reason = Literal["mending", "source", "sender", "other"]
REASONS: Final[Mapping[Reason, str]] = {
    "mending": "Corriger un message arrêté",
    "source": "Mettre au point une source ou une adaptation",
    "sender": "Répondre à l’émetteur, ou à un service de soins",
    "other": "Autre motif",
}
"""Why one may read them, in the words of the page."""
SHOWN_FOR: Final = timedelta(minutes=CONTENTS_MINUTES)
NOT_YOURS: Final = Phrase(
    "Votre rôle ne donne pas accès au contenu des messages.",
    "Your role gives no access to what messages hold.",
)
_PURPOSE: Final = "access.contents"
_MAX_CHARACTERS: Final = 400


class _Lift(msgspec.Struct, frozen=True):
    """One veil, lifted: for one session, which cannot hand it on."""

    session: str
    ends: datetime


class Contents:
    """Lifts the veil, and tells whether it is. What is decided is carried by the browser."""

    def __init__(self, sealer: Sealer, trail: AuditTrail, rights: Rights, clock: Clock) -> None:
        self._sealer = sealer
        self._trail = trail
        self._rights = rights
        self._clock = clock

    def may_show(self, account: Account) -> bool:
        return self._rights.permits(account.role, "show_contents")

    async def show(self, context: Context, session: Session, reason: str, motive: str) -> str:
        """What the browser brings back to see contents, for `CONTENTS_MINUTES`; traced.
        Raises `Refused`: not of this role, no reason or motive."""
        if not self.may_show(session.account):
            raise refuse(Category.FORBIDDEN, "contents.role", NOT_YOURS, code="forbidden")
        chosen = read_reason(reason, tuple(REASONS), "contents")
        said = read_motive(motive, "contents")
        await self._trail.record(
            AuditEntry(context=context, action="show-contents", detail=f"{chosen}: {said}")
        )
        lift = _Lift(session.id, (self._clock() + SHOWN_FOR).astimezone(UTC))
        return hand_out(self._sealer, _PURPOSE, lift)

    def shown_until(self, carried: str, session: Session) -> datetime | None:
        """Until when this session sees contents; None when it does not."""
        if not carried or len(carried) > _MAX_CHARACTERS or not self.may_show(session.account):
            return None
        lift = take_back(self._sealer, _PURPOSE, carried, _Lift)
        if lift is None or lift.session != session.id or lift.ends <= self._clock():
            return None
        return lift.ends
