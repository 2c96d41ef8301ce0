"""/traces: who did what, for auditors: by patient, by actor, by period, by kind of act."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec
from starlette.responses import Response, StreamingResponse

from hygie.exchange.traces.table import csv_head, csv_rows, ndjson
from hygie.fhir.codec import decode
from hygie.insight.unusual.looking import look
from hygie.ledger import Asked, AuditRecord
from hygie.limits import MAX_PAGE
from hygie.limits.traces import MAX_AUDIT_COUNTED, MAX_AUDIT_EXPORTED
from hygie.store.reading.subjects import Subjects
from hygie.trace import Action, AuditEntry, Context
from hygie.web.charts.bars import Column, bars
from hygie.web.desk import Desk, Visit
from hygie.web.pages.patients import EMPTY_SEARCH, found_by, typed_in
from hygie.web.present.acts import KINDS
from hygie.web.present.names import read_name
from hygie.web.present.numbers import read_number
from hygie.web.present.traces import Sieve, asked_of, day_columns, read_lines, read_sieve
from hygie.web.present.unusual import read_people
from hygie.web.records import check_id
from hygie.web.rendering import render

LINES: Final = 100
DAYS: Final = 14
WIDE, NARROW = 880, 340
PERIODS: Final = (1, 7, 30)
"""Days among which unusual accesses are looked for."""
AUDITOR: Final = "HCOMPL"
"""Purpose of an auditor's own traces."""


async def show(desk: Desk, visit: Visit) -> Response:
    """The lines asked for, the latest first; `avant` is the number of the line before them."""
    sieve = read_sieve(visit.request.query_params)
    before = read_number(visit.request.query_params.get("avant", "")) or None
    asked = _asked(desk, sieve)
    records = await desk.ledger.find(asked, LINES, before)
    await _note(desk, visit, "read-audit", sieve, len(records))
    last = date.fromisoformat(sieve.last) if sieve.last else desk.today
    columns = day_columns(
        await desk.ledger.days(_of_last_days(asked, last, desk), desk.zone), last, DAYS
    )
    wide, narrow = (
        bars(some, title="Actes par jour", describe=_sum(some), width=width)
        for some, width in ((columns, WIDE), (columns[-7:], NARROW))
    )
    actors = await _actors(desk)
    return render(
        desk, visit, "traces.html", sieve=sieve, kinds=KINDS, actors=actors,
        lines=read_lines(records, desk.zone, actors, await _patients(desk, records)),
        next=records[-1].seq if len(records) == LINES else None, wide=wide, narrow=narrow,
        whose=await _whose(desk, sieve), days=DAYS, most=MAX_AUDIT_EXPORTED,
    )  # fmt: skip


async def find_patient(desk: Desk, visit: Visit) -> Response:
    """Whose traces are meant: found by identity, as for care; no record is opened."""
    search = typed_in(visit.form)
    if search == EMPTY_SEARCH:
        return render(desk, visit, "traces_patient.html", search=search, found=None, more=False)
    # Who audits has no right on records: the house looks, in the same request, and says so.
    context = Context("audit", "system", AUDITOR, visit.context.request)
    checked, kept, more = await found_by(desk, context, search)
    await _note(desk, visit, "read-audit", Sieve(), len(kept), "search of a patient")
    return render(
        desk, visit, "traces_patient.html", status=422 if checked.error else 200,
        search=checked, found=kept, more=more,
    )  # fmt: skip


async def show_unusual(desk: Desk, visit: Visit) -> Response:
    """Accesses of the last `jours` days that stand out, by person."""
    typed = read_number(visit.request.query_params.get("jours", ""))
    days = typed if typed in PERIODS else 7
    accounts = await desk.access.list_accounts()
    since = desk.now - timedelta(days=days)
    seen = await look(desk.store, desk.ledger, accounts, since, desk.now)
    await _note(desk, visit, "read-audit", Sieve(), len(seen.findings), f"unusual, {days} days")
    actors = {account.name: account.display for account in accounts}
    patients = await _named(desk, {finding.patient for finding in seen.findings})
    people = read_people(seen.findings, seen.tallies, actors, patients, desk.today, desk.zone)
    return render(
        desk, visit, "traces_inhabituelles.html", people=people, days=days, periods=PERIODS,
        total=len(seen.findings),
    )  # fmt: skip


async def export(desk: Desk, visit: Visit) -> Response:
    """The same lines as a file; it is traced before it leaves."""
    sieve = read_sieve(visit.form)
    form = "ndjson" if visit.form.get("forme") == "ndjson" else "csv"
    asked = _asked(desk, sieve)
    count = await desk.ledger.count_up_to(asked, MAX_AUDIT_COUNTED)
    await _note(desk, visit, "export-audit", sieve, count, form)
    name = f"traces-{desk.now:%Y%m%d-%H%M}.{form}"
    media = "application/fhir+ndjson" if form == "ndjson" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_file(desk, asked, form), media_type=media, headers=headers)


async def _file(desk: Desk, asked: Asked, form: str) -> AsyncIterator[bytes]:
    """The latest first, a page at a time: entries that come meanwhile are not among them."""
    subjects, before, given = Subjects(desk.store), None, 0
    if form == "csv":
        yield csv_head()
    while given < MAX_AUDIT_EXPORTED:
        records = await desk.ledger.find(asked, MAX_PAGE, before)
        if not records:
            return
        patients = await subjects.references({record.entry.patient for record in records})
        yield (csv_rows if form == "csv" else ndjson)(records, patients)
        before, given = records[-1].seq, given + len(records)


def _asked(desk: Desk, sieve: Sieve) -> Asked:
    key = 0
    if sieve.patient:
        key = desk.store.keyring.reference("Patient", check_id(sieve.patient))
    return asked_of(sieve, key, desk.zone)


def _of_last_days(asked: Asked, last: date, desk: Desk) -> Asked:
    """Those of the days that are drawn."""
    first = asked_of(Sieve(first=(last - timedelta(days=DAYS - 1)).isoformat()), 0, desk.zone)
    since = max(filter(None, (asked.since, first.since)), default=None)
    return msgspec.structs.replace(asked, since=since)


def _sum(columns: Sequence[Column]) -> str:
    return f"{sum(one.good + one.bad for one in columns)} en tout"


async def _actors(desk: Desk) -> dict[str, str]:
    return {account.name: account.display for account in await desk.access.list_accounts()}


async def _patients(desk: Desk, records: Iterable[AuditRecord]) -> dict[int, tuple[str, str]]:
    return await _named(desk, {record.entry.patient for record in records})


async def _named(desk: Desk, keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Key -> id and name, of those that are there."""
    found = await Subjects(desk.store).of(set(keys))
    return {key: (stored.id, read_name(decode(stored.body)).full) for key, stored in found.items()}


async def _whose(desk: Desk, sieve: Sieve) -> str:
    if not sieve.patient:
        return ""
    key = desk.store.keyring.reference("Patient", sieve.patient)
    named: Mapping[int, tuple[str, str]] = await _named(desk, [key])
    return named[key][1] if key in named else "un patient effacé, ou inconnu"


async def _note(
    desk: Desk, visit: Visit, action: Action, sieve: Sieve, count: int, more: str = ""
) -> None:
    key = desk.store.keyring.reference("Patient", sieve.patient) if sieve.patient else 0
    entry = AuditEntry(
        context=msgspec.structs.replace(visit.context, purpose=AUDITOR), action=action,
        type="AuditEvent", patient=key, count=count, detail=" ".join((sieve.query, more)).strip(),
    )  # fmt: skip
    await desk.ledger.record(entry)
