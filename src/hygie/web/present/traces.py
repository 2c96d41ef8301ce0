"""Traces as lines people can read, and what an auditor asked for as fields of a form."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from hygie.ledger import Asked, AuditRecord
from hygie.ledger.activity import Day
from hygie.purpose import said
from hygie.web.charts.bars import Column
from hygie.web.present.accesses import COMPONENTS, SUBJECTS
from hygie.web.present.acts import KINDS, say_act
from hygie.web.present.dates import Moment

MAX_TYPED = 64


class Sieve(msgspec.Struct, frozen=True):
    """What was asked for, as typed."""

    patient: str = ""
    """Id of a Patient."""
    actor: str = ""
    first: str = ""
    last: str = ""
    kind: str = ""
    refused: bool = False

    @property
    def narrowed(self) -> bool:
        return self != Sieve()

    @property
    def query(self) -> str:
        """For the address of the same page."""
        return urlencode({name: value for name, value in self.fields if value})

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        return (
            ("patient", self.patient), ("acteur", self.actor), ("du", self.first),
            ("au", self.last), ("acte", self.kind), ("refus", "1" if self.refused else ""),
        )  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    at: Moment
    actor: str
    account: str
    """Name to ask for this actor's lines with."""
    role: str
    act: str
    refused: bool
    rule: str
    purpose: str
    """What for, in words."""
    about: str
    patient: str
    """Id, or empty."""
    whose: str
    address: str
    application: str


def read_sieve(given: Mapping[str, str]) -> Sieve:
    typed = {name: value.strip()[:MAX_TYPED] for name, value in given.items()}
    kind = typed.get("acte", "")
    return Sieve(
        patient=typed.get("patient", ""), actor=typed.get("acteur", ""),
        first=_day_typed(typed.get("du", "")), last=_day_typed(typed.get("au", "")),
        kind=kind if kind in KINDS else "", refused=typed.get("refus") == "1",
    )  # fmt: skip


def _day_typed(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def asked_of(sieve: Sieve, patient: int, zone: ZoneInfo) -> Asked:
    """`patient`: the key of the one named, or 0."""
    return Asked(
        patients=(patient,) if sieve.patient else None,
        actors=(sieve.actor,) if sieve.actor else None,
        since=_midnight(sieve.first, zone),
        until=_midnight(sieve.last, zone, days=1),
        actions=KINDS[sieve.kind][1] if sieve.kind else None,
        refused=True if sieve.refused else None,
    )


def _midnight(text: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
    if not text:
        return None
    day = date.fromisoformat(text)
    if day.year in (1, 9999):
        return None
    return datetime.combine(day + timedelta(days=days), time(), zone)


def read_lines(
    records: Iterable[AuditRecord],
    zone: ZoneInfo,
    actors: Mapping[str, str],
    patients: Mapping[int, tuple[str, str]],
) -> list[Line]:
    """`actors`: account -> the name people know; `patients`: key -> id and name."""
    return [_line(record, zone, actors, patients) for record in records]


def _line(
    record: AuditRecord,
    zone: ZoneInfo,
    actors: Mapping[str, str],
    patients: Mapping[int, tuple[str, str]],
) -> Line:
    entry, context = record.entry, record.entry.context
    known = COMPONENTS if context.kind == "system" else actors
    patient, whose = patients.get(entry.patient, ("", "Patient effacé" if entry.patient else ""))
    kinds = dict.fromkeys(SUBJECTS.get(kind, kind) for kind in entry.types)
    return Line(
        at=Moment(record.at.astimezone(zone)), actor=known.get(context.actor, context.actor),
        account=context.actor, role=context.role, act=say_act(entry.action),
        refused=entry.outcome == "refused", rule=entry.reason,
        purpose=said(entry.purpose), about=", ".join(kinds),
        patient=patient, whose=whose, address=context.address, application=context.application,
    )  # fmt: skip


def day_columns(days: Sequence[Day], last: date, count: int) -> list[Column]:
    """One for each of `count` days up to `last`, with and without traces."""
    by_day = {one.day: one for one in days}
    wanted = [last - timedelta(days=back) for back in reversed(range(count))]
    found = [by_day.get(day, Day(day, 0, 0)) for day in wanted]
    return [Column(f"{one.day:%d/%m}", one.permitted, one.refused) for one in found]
