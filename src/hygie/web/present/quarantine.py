"""What lies in quarantine, grouped; replays of many, and how far they are."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.intake.mending.acts import Act, Name
from hygie.intake.mending.replays import Run
from hygie.intake.values import Group
from hygie.web.present.dates import Moment

ACTS: Final[dict[Name, str]] = {
    "corrected": "Corrigé", "discarded": "Écarté", "taken-back": "Repris", "replayed": "Rejoué",
}  # fmt: skip
STATES: Final = {"asked": "en cours", "done": "terminé", "stopped": "arrêté"}


class GroupLine(msgspec.Struct, frozen=True):
    rule: str
    source: str
    count: int
    oldest: Moment
    latest: Moment
    example: int


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    what: str
    state: str
    live: bool
    asked: Moment
    who: str
    motive: str
    done: int
    total: int
    filed: int
    stopped: int

    @property
    def share(self) -> int:
        """How far it is, in percent."""
        return min(100 * self.done // self.total, 100) if self.total else 0


class ActLine(msgspec.Struct, frozen=True):
    said: str
    at: Moment
    by: str
    motive: str


def read_groups(groups: Iterable[Group], zone: ZoneInfo) -> list[GroupLine]:
    return [
        GroupLine(
            one.rule, one.source, one.count, Moment(one.oldest.astimezone(zone)),
            Moment(one.latest.astimezone(zone)), one.example,
        )
        for one in groups
    ]  # fmt: skip


def read_runs(runs: Iterable[Run], zone: ZoneInfo) -> list[RunLine]:
    return [
        RunLine(
            number=run.id, what=_what(run), state=STATES[run.state], live=run.state == "asked",
            asked=Moment(run.asked_at.astimezone(zone)), who=run.asked.by,
            motive=run.asked.motive, done=run.done, total=run.total, filed=run.filed,
            stopped=run.stopped,
        )
        for run in runs
    ]  # fmt: skip


def _what(run: Run) -> str:
    filters = run.asked.filters
    parts = [part for part in (filters.source, filters.rule) if part]
    return ", ".join(parts) or "Toute la quarantaine"


def read_acts(acts: Iterable[Act], zone: ZoneInfo) -> list[ActLine]:
    return [
        ActLine(ACTS[act.name], Moment(act.at.astimezone(zone)), act.by, act.motive)
        for act in acts
    ]  # fmt: skip
