"""What flows, source by source, and the balance of the day, in words and drawings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup

from hygie.intake.activity import Activity
from hygie.intake.sources.addresses import hl7v2_address
from hygie.intake.sources.declaration import Folder, Http, Mllp, Sftp, Source
from hygie.intake.sources.silence import Silent
from hygie.intake.sources.state import Phase, SourceState
from hygie.intake.values import State
from hygie.store.declarations import Declared
from hygie.web.charts.hours import HourColumn, hours
from hygie.web.charts.shares import Share, shares
from hygie.web.present.dates import NBSP, Moment
from hygie.web.present.inbox import STATES, STOPPED
from hygie.web.present.quantities import say_count

STALE: Final = timedelta(seconds=10)
"""A state older than this was written by a process that is no more."""
PHASES: Final[dict[Phase, str]] = {
    "starting": "démarre", "listening": "à l’écoute", "failed": "en panne", "stopped": "arrêtée",
}  # fmt: skip
KINDS: Final[dict[State, str]] = {
    "filed": "filed", "kept": "kept", "duplicate": "duplicate", "received": "waiting",
    "corrected": "kept", "discarded": "kept", "quarantined": "stopped", "refused": "stopped",
}  # fmt: skip
"""State -> the class it is drawn with."""
PLURALS: Final[dict[State, str]] = {
    "filed": "classés", "kept": "gardés", "refused": "refusés", "duplicate": "doublons",
    "corrected": "corrigés", "discarded": "écartés",
}  # fmt: skip
WIDE, NARROW = 1216, 288


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    declared: bool
    running: bool
    way: str
    phase: str
    trouble: str
    """Why it does not listen; empty when all is well."""
    today: int
    stopped: int
    last_minute: int
    connections: int
    settling: str
    """« 4 ms, 99 % en 31 ms »; empty when nothing was settled."""
    last: Moment | None
    chart: Markup


class Balance(msgspec.Struct, frozen=True):
    """Everything that came in today, by what became of it: nothing is missing."""

    total: str
    parts: tuple[tuple[str, str, str], ...]
    """Word, count, class."""
    wide: Markup
    narrow: Markup


class Silence(msgspec.Struct, frozen=True):
    """A source that is silent longer than it is wont to be."""

    source: str
    lasting: str
    since: Moment


def read_balance(activities: Sequence[Activity]) -> Balance:
    today: Counter[State] = Counter()
    for one in activities:
        today.update(one.today)
    parts = [
        Share(PLURALS.get(state, STATES[state]), today[state], KINDS[state])
        for state in STATES if today[state]
    ]  # fmt: skip
    title = "Bilan du jour"
    said = tuple((part.label, say_count(part.count), part.kind) for part in parts)
    return Balance(
        say_count(today.total()), said, shares(parts, title=title, width=WIDE),
        shares(parts, title=title, width=NARROW),
    )  # fmt: skip


def read_sources(
    declared: Sequence[Declared[Source]], states: Mapping[str, SourceState],
    activities: Sequence[Activity], now: datetime, zone: ZoneInfo,
) -> list[SourceRow]:  # fmt: skip
    """Declared ones first, by name; then those that send without being declared."""
    active = {one.source: one for one in activities}
    rows = [
        _row(one.value, active.pop(one.value.name, None), states.get(one.value.name), now, zone)
        for one in declared
    ]
    return rows + [
        _row(Source(name=name), one, None, now, zone, declared=False)
        for name, one in sorted(active.items())
    ]


def _row(
    source: Source, activity: Activity | None, state: SourceState | None, now: datetime,
    zone: ZoneInfo, *, declared: bool = True,
) -> SourceRow:  # fmt: skip
    fresh = state if state and now - state.at < STALE else None
    today: Mapping[State, int] = activity.today if activity else {}
    return SourceRow(
        name=source.name, title=source.title, declared=declared, running=source.running,
        way=say_way(source) if declared else "non déclarée", phase=_phase(source, fresh, declared),
        trouble=fresh.trouble.text("fr") if fresh and fresh.trouble else "",
        today=sum(today.values()), stopped=sum(today.get(state, 0) for state in STOPPED),
        last_minute=activity.last_minute if activity else 0,
        connections=fresh.connections if fresh else 0, settling=_settling(activity),
        last=Moment(activity.last.astimezone(zone)) if activity and activity.last else None,
        chart=day_chart(activity, source.name) if activity else Markup(""),
    )  # fmt: skip


def _phase(source: Source, state: SourceState | None, declared: bool) -> str:  # noqa: FBT001
    if not declared or source.way is None:
        return "par imports"
    if not source.running:
        return PHASES["stopped"]
    if isinstance(source.way, Http) and state is None:
        return "ouverte"
    return PHASES[state.phase] if state else "sans écoute"


def say_way(source: Source) -> str:
    """« MLLP, port 2575, TLS », « dossier /depot »."""
    match source.way:
        case Mllp() as way:
            return f"MLLP, port{NBSP}{way.port}{', TLS' if way.tls else ''}"
        case Http():
            return f"HTTP, {hl7v2_address(source.name)}"
        case Folder() as way:
            return f"dossier {way.path}"
        case Sftp() as way:
            return f"SFTP, {way.host}{way.directory}"
    return "par imports"


def _settling(activity: Activity | None) -> str:
    if activity is None or activity.p50_ms is None or activity.p99_ms is None:
        return ""
    return f"{say_duration(activity.p50_ms)}, 99{NBSP}% en {say_duration(activity.p99_ms)}"


def read_silences(alerts: Sequence[Silent], now: datetime, zone: ZoneInfo) -> list[Silence]:
    return [
        Silence(one.source, say_span(now - one.since), Moment(one.since.astimezone(zone)))
        for one in alerts
    ]


def say_span(span: timedelta) -> str:
    """« 25 min », « 3 h 05 »."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return f"{minutes // 60}{NBSP}h{NBSP}{minutes % 60:02}"


def say_duration(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{milliseconds:.0f}{NBSP}ms"
    return f"{milliseconds / 1000:.1f}{NBSP}s".replace(".", ",")


def day_chart(activity: Activity, name: str, width: int = 264) -> Markup:
    columns = []
    for one in activity.hours:
        bad = sum(one.states.get(state, 0) for state in STOPPED)
        columns.append(HourColumn(one.at.hour, sum(one.states.values()) - bad, bad))
    return hours(columns, title=f"{name}, 24 dernières heures", width=width)
