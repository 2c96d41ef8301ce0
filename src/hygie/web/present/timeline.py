"""The record as one story: stays, groups of results, documents, problems, the latest first."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal

import msgspec

from hygie.web.present.dates import NBSP, Moment, say_day, say_hour
from hygie.web.present.documents import DocumentView
from hygie.web.present.results import Result
from hygie.web.present.stays import Stay

Kind = Literal["sejours", "resultats", "constantes", "documents"]
KINDS: dict[Kind, str] = {
    "sejours": "Séjours",
    "resultats": "Résultats",
    "constantes": "Constantes",
    "documents": "Documents",
}


BRIEF = ("Consultation externe", "Téléconsultation")
"""Kinds of stay whose end is not worth an event."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    at: Moment
    title: str
    detail: str = ""
    alert: str = ""
    """What deserves a glance: « 2 résultats hors norme »."""
    document: str = ""
    """Id of the document to open, or empty."""
    origin: str = ""
    """"Type/id" of what it was read from."""

    @property
    def hour(self) -> str:
        return say_hour(self.at)


class Day(msgspec.Struct, frozen=True):
    label: str
    events: tuple[Event, ...]


def build_timeline(
    stays: Iterable[Stay], results: Sequence[Result], documents: Iterable[DocumentView]
) -> list[Event]:
    """Every event that has a date, the latest first."""
    events = [*_stay_events(stays), *_result_events(results), *_document_events(documents)]
    return sorted(events, key=lambda event: event.at.at.timestamp(), reverse=True)


def by_day(events: Iterable[Event]) -> tuple[Day, ...]:
    groups = groupby(events, key=lambda event: say_day(event.at))
    return tuple(Day(label, tuple(group)) for label, group in groups)


def _stay_events(stays: Iterable[Stay]) -> Iterable[Event]:
    for stay in stays:
        if stay.start:
            first = stay.movements[0].place if stay.movements else stay.place
            detail = " · ".join(filter(None, (stay.reason, first)))
            yield Event(
                kind="sejours", at=stay.start, title=_entry_title(stay), detail=detail,
                origin=f"Encounter/{stay.id}",
            )  # fmt: skip
        yield from _movement_events(stay)
        if stay.end and stay.kind not in BRIEF:
            title = f"{stay.kind}{NBSP}: sortie"
            yield Event(kind="sejours", at=stay.end, title=title, detail=stay.duration)


def _entry_title(stay: Stay) -> str:
    said = stay.state if stay.state in ("prévu", "annulé") else "entrée"
    return stay.kind if said == "entrée" and stay.kind in BRIEF else f"{stay.kind}{NBSP}: {said}"


def _movement_events(stay: Stay) -> Iterable[Event]:
    for movement in stay.movements[1:]:
        if movement.start:
            yield Event(kind="sejours", at=movement.start, title="Mutation", detail=movement.place)


def _result_events(results: Sequence[Result]) -> Iterable[Event]:
    """Results taken at the same minute are one event: that is how a sample reads."""
    dated = [result for result in results if result.at]
    for (at, vital), group in groupby(dated, key=lambda r: (r.at, r.vital)):
        taken = list(group)
        if at is not None:
            yield _sample(at, taken, vital=vital)


def _sample(at: Moment, taken: Sequence[Result], *, vital: bool) -> Event:
    flagged = [result for result in taken if result.flag]
    first = sorted(taken, key=lambda result: not result.flag)[:4]
    said = " · ".join(f"{r.label} {r.value}{NBSP}{r.unit}".rstrip(NBSP) for r in first)
    more = f" · et {len(taken) - len(first)} de plus" if len(taken) > len(first) else ""
    count = f"{len(taken)} résultat{'s' if len(taken) > 1 else ''}"
    return Event(
        kind="constantes" if vital else "resultats",
        at=at,
        title="Constantes" if vital else count,
        detail=said + more,
        origin=f"Observation/{first[0].id}",
        alert=f"{len(flagged)} hors norme" if flagged else "",
    )


def _document_events(documents: Iterable[DocumentView]) -> Iterable[Event]:
    for document in documents:
        if document.at:
            detail = " · ".join(filter(None, (document.kind, document.author, document.state)))
            yield Event(
                kind="documents",
                at=document.at,
                title=document.title,
                detail=detail,
                document=document.id,
                origin=f"DocumentReference/{document.id}",
            )
