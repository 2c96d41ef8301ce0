"""Messages and their counts, in words: what the technician's pages show."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hygie.insight.quality.discretion import Discretion
from hygie.intake.values import Entry, FlowCount, State
from hygie.refusal import Issue, Severity
from hygie.web.present.dates import Moment
from hygie.web.present.message import Hidden

STATES: dict[State, str] = {
    "received": "en attente",
    "filed": "classé",
    "kept": "gardé",
    "quarantined": "en quarantaine",
    "refused": "refusé",
    "duplicate": "doublon",
    "corrected": "corrigé",
    "discarded": "écarté",
}
KINDS = {"hl7v2": "HL7 v2", "fhir": "FHIR", "cda": "CDA"}
EVENTS = {
    "ADT^A01": "admission", "ADT^A02": "mutation", "ADT^A03": "sortie", "ADT^A04": "venue externe",
    "ADT^A05": "préadmission", "ADT^A06": "externe vers hospitalisé",
    "ADT^A07": "hospitalisé vers externe", "ADT^A11": "annulation d’admission",
    "ADT^A12": "annulation de mutation", "ADT^A13": "annulation de sortie",
    "ADT^A14": "admission prévue", "ADT^A15": "mutation prévue", "ADT^A16": "sortie prévue",
    "ADT^A21": "départ en permission", "ADT^A22": "retour de permission",
    "ADT^A28": "création d’identité", "ADT^A31": "modification d’identité",
    "ADT^A24": "lien entre identités", "ADT^A37": "fin d’un lien entre identités",
    "ADT^A38": "annulation de préadmission", "ADT^A40": "fusion d’identités",
    "ADT^A44": "venue déplacée d’un dossier à l’autre", "ADT^A47": "changement d’identifiant",
    "ADT^A52": "annulation de départ", "ADT^A53": "annulation de retour",
    "ADT^A54": "changement de médecin responsable", "ADT^A55": "annulation de ce changement",
    "ADT^Z99": "mise à jour de mouvement", "ORU^R01": "résultats",
    "MDM^T02": "document", "MDM^T04": "suppression de document",
    "MDM^T10": "remplacement de document",
    "ORM^O01": "demande", "OML^O21": "demande de laboratoire", "OMG^O19": "demande d’examen",
    "RDE^O11": "prescription", "RDS^O13": "délivrance", "RAS^O17": "administration",
    "SIU^S12": "rendez-vous pris", "SIU^S13": "rendez-vous déplacé",
    "SIU^S14": "rendez-vous modifié", "SIU^S15": "rendez-vous annulé",
    "SIU^S26": "rendez-vous non honoré", "VXU^V04": "vaccination", "DFT^P03": "actes facturés",
    "ZAM^Z01": "accusé métier",
}  # fmt: skip
FHIR_MESSAGE = "message^"
RANKS: dict[Severity, int] = {"fatal": 0, "error": 1, "warning": 2, "information": 3}
STOPPED: tuple[State, ...] = ("quarantined", "refused")


class FlowRow(msgspec.Struct, frozen=True):
    label: str
    filed: int
    kept: int
    waiting: int
    stopped: int
    duplicates: int

    @property
    def total(self) -> int:
        return self.filed + self.kept + self.waiting + self.stopped + self.duplicates


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    received: Moment
    source: str
    event: str
    state: str
    code: State
    stopped: bool
    attempts: int
    reason: str
    place: str
    rule: str


class DayCount(msgspec.Struct, frozen=True):
    label: str
    good: int
    bad: int


def say_event(kind: str, event: str) -> str:
    """« ADT^A02, mutation », « FHIR Bundle », « FHIR, message observation-provide »."""
    if event in ("", "?"):
        return f"{KINDS.get(kind, kind)}, message non identifié"
    if event.startswith(FHIR_MESSAGE):
        code = event.removeprefix(FHIR_MESSAGE)
        return f"FHIR, message {code}" if code != "?" else "FHIR, message d’un autre événement"
    if kind != "hl7v2":
        return " ".join(dict.fromkeys((KINDS.get(kind, kind), event))).strip()
    words = EVENTS.get(event, "")
    return f"{event}, {words}" if words else event


def flow_rows(flows: Iterable[FlowCount], label: Callable[[FlowCount], str]) -> tuple[FlowRow, ...]:
    """Totals for each label, the busiest first."""
    totals: dict[str, Counter[State]] = {}
    for flow in flows:
        totals.setdefault(label(flow), Counter())[flow.state] += flow.count
    rows = (_row(name, counted) for name, counted in totals.items())
    return tuple(sorted(rows, key=lambda row: (-row.total, row.label)))


def _row(label: str, counted: Counter[State]) -> FlowRow:
    stopped = sum(counted[state] for state in STOPPED)
    return FlowRow(
        label, counted["filed"], counted["kept"], counted["received"], stopped, counted["duplicate"]
    )


def day_counts(flows: Iterable[FlowCount], today: date, days: int) -> tuple[DayCount, ...]:
    """One for each of the last `days` days, those without a message included."""
    totals: dict[date, Counter[bool]] = {}
    for flow in flows:
        totals.setdefault(flow.day, Counter())[flow.state in STOPPED] += flow.count
    span = (today - timedelta(days=back) for back in range(days - 1, -1, -1))
    return tuple(_day(day, totals.get(day, Counter())) for day in span)


def _day(day: date, counted: Counter[bool]) -> DayCount:
    return DayCount(f"{day.day}/{day.month:02}", counted[False], counted[True])


def read_entry(entry: Entry, zone: ZoneInfo, *, hidden: Hidden) -> EntryLine:
    """A sentence may quote a value, and a place the name of what was received: `hidden` leaves
    them out."""
    first = entry.issues[0] if entry.issues else None
    discretion = Discretion("fr", excerpts=not hidden, plain_names=True)
    return EntryLine(
        id=entry.id,
        received=Moment(entry.received_at.astimezone(zone)),
        source=entry.source,
        event=say_event(entry.kind, entry.event),
        state=STATES[entry.state],
        code=entry.state,
        stopped=entry.state in STOPPED,
        attempts=entry.attempts,
        reason=discretion.text(first) if first else "",
        place=discretion.place(first) if first else "",
        rule=entry.rule,
    )


class Reason(msgspec.Struct, frozen=True):
    sentence: str
    place: str
    rule: str
    grave: bool
    """False for a warning: it did not stop the message."""
    source: str = ""
    """Where the rule comes from: a profile with its version, a text."""


def read_reasons(issues: Iterable[Issue], *, hidden: Hidden) -> tuple[Reason, ...]:
    """What stopped the message first. A sentence may quote a value: it is left out of what is
    hidden, or the sentence is when the message is part of a record."""
    discretion = Discretion("fr", excerpts=not hidden, plain_names=True)
    return tuple(
        Reason(
            "" if hidden == "record" else discretion.text(issue),
            discretion.place(issue),
            issue.rule,
            issue.severity in ("fatal", "error"),
            issue.source,
        )
        for issue in sorted(issues, key=lambda issue: RANKS[issue.severity])
    )
