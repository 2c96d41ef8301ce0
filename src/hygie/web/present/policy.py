"""The policy of the establishment, in words."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from hygie.fhir.policy import Clause, Effect, Silence
from hygie.fhir.policy.data import ANY
from hygie.refusal import Severity
from hygie.web.present.dates import Moment

EVERYBODY: Final = "toutes les sources"
EFFECTS: Final[dict[Effect, str]] = {
    "refuse": "refusé", "quarantine": "mis en quarantaine", "accept": "accepté",
}  # fmt: skip
SEVERITIES: Final[dict[Severity, str]] = {
    "fatal": "une erreur fatale", "error": "une erreur", "warning": "un avertissement",
    "information": "une remarque",
}  # fmt: skip


class ClauseLine(msgspec.Struct, frozen=True):
    who: str
    what: str
    """« une erreur de la règle fr.ins-key, sur Patient »."""
    effect: str


class SilenceLine(msgspec.Struct, frozen=True):
    id: int
    rule: str
    place: str
    who: str
    motive: str
    author: str
    since: Moment
    until: Moment
    state: str
    """Empty while it holds; then « levé », « échu »."""


def read_clause(clause: Clause) -> ClauseLine:
    parts = [SEVERITIES[clause.severity]]
    if clause.rule != ANY:
        parts.append(f"de la règle {clause.rule}")
    if clause.type != ANY:
        parts.append(f"sur {clause.type}")
    if clause.profile != ANY:
        parts.append(f"du profil {clause.profile}")
    return ClauseLine(_who(clause.source), " ".join(parts), EFFECTS[clause.effect])


def read_silence(silence: Silence, today: date, zone: ZoneInfo) -> SilenceLine:
    state = "" if silence.holds(today) else "levé" if silence.lifted_at else "échu"
    return SilenceLine(
        id=silence.id, rule=silence.rule, place=silence.place, who=_who(silence.source),
        motive=silence.motive, author=silence.author,
        since=Moment(silence.since.astimezone(zone)), state=state,
        until=Moment(datetime.combine(silence.until, time.min, zone), "day"),
    )  # fmt: skip


def _who(source: str) -> str:
    return EVERYBODY if source == ANY else source
