"""What messages hold, on the technician's pages: veiled, until who is there has said why."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from hygie.access.contents import REASONS
from hygie.intake.values import Entry
from hygie.limits.access import CONTENTS_MINUTES, MAX_MOTIVE_CHARACTERS, MIN_MOTIVE_CHARACTERS
from hygie.web.cookies import clear_cookie, read_cookie, set_cookie
from hygie.web.desk import Desk, Visit
from hygie.web.present.inbox import EntryLine, read_entry
from hygie.web.present.message import UNFILED, Hidden

CARRIED = "hygie-contenus"


class Veil(msgspec.Struct, frozen=True):
    """Over what messages hold; and what the form that lifts it shows."""

    may_lift: bool
    until: datetime | None = None
    """Until when it is lifted; None: it is not."""
    minutes: int = CONTENTS_MINUTES
    least: int = MIN_MOTIVE_CHARACTERS
    most: int = MAX_MOTIVE_CHARACTERS
    reasons: tuple[tuple[str, str], ...] = tuple(REASONS.items())

    @property
    def lifted(self) -> bool:
        return self.until is not None

    def over(self, entry: Entry) -> Hidden:
        """Why what a message holds is not shown; a message that was filed is part of a record."""
        if entry.state not in UNFILED:
            return "record"
        return "" if self.lifted else "veil"

    def lines(self, entries: Iterable[Entry], zone: ZoneInfo) -> list[EntryLine]:
        """Messages as lists show them, each as far as it may be read."""
        return [read_entry(one, zone, hidden=self.over(one)) for one in entries]


def veil_of(desk: Desk, visit: Visit) -> Veil:
    carried = read_cookie(visit.request, CARRIED, secure=desk.secure)
    until = desk.access.contents.shown_until(carried, visit.facts)
    return Veil(visit.may("show_contents"), until.astimezone(desk.zone) if until else None)


def lift(response: Response, carried: str, *, secure: bool) -> None:
    set_cookie(response, CARRIED, carried, seconds=CONTENTS_MINUTES * 60, secure=secure)


def drop(response: Response, *, secure: bool) -> None:
    clear_cookie(response, CARRIED, secure=secure)
