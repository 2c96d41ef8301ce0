"""/presents: who is where at an instant, unit by unit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from starlette.responses import Response

from hygie.insight.census import Presence, Unit, census
from hygie.web.desk import Desk, Visit
from hygie.web.present.names import read_name
from hygie.web.records import Records
from hygie.web.rendering import render

SHOWN = 200
"""Of one unit: more than any has beds."""
STATES = {"present": "", "onleave": "en permission", "expected": "attendu"}


class UnitRow(msgspec.Struct, frozen=True):
    code: str
    name: str
    present: int
    away: int
    expected: int


class Row(msgspec.Struct, frozen=True):
    patient: str
    name: str
    place: str
    state: str
    since: datetime | None


async def show(desk: Desk, visit: Visit) -> Response:
    """`le`: the instant, of the clock on the wall; now without it, or when it is none.
    `unite`: the code of the unit whose patients are shown, empty for those in none."""
    asked = visit.request.query_params
    at = _instant(asked.get("le", ""), desk)
    found = await census(desk.store, visit.context, at)
    units, chosen = _units(found), asked.get("unite")
    inside = [one for one in found if one.place.unit.code == chosen][:SHOWN]
    return render(
        desk, visit, "presents.html", at=at, units=units, chosen=chosen,
        whole=visit.context.seen.whole("Encounter", "s"),
        unit=next((row for row in units if row.code == chosen), None),
        rows=await _rows(desk, visit, inside),
        total=sum(row.present + row.away for row in units),
    )  # fmt: skip


def _instant(text: str, desk: Desk) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return desk.now
    return at.replace(tzinfo=desk.zone) if at.tzinfo is None else at.astimezone(desk.zone)


def _units(found: Iterable[Presence]) -> list[UnitRow]:
    counts: dict[Unit, Counter[str]] = {}
    for one in found:
        counts.setdefault(one.place.unit, Counter())[one.state] += 1
    rows = [
        UnitRow(unit.code, unit.name, count["present"], count["onleave"], count["expected"])
        for unit, count in counts.items()
    ]
    return sorted(rows, key=lambda row: row.code)


async def _rows(desk: Desk, visit: Visit, inside: Sequence[Presence]) -> list[Row]:
    ids = {one.patient.removeprefix("Patient/") for one in inside}
    names = await _names(desk, visit, ids)
    rows = [
        Row(
            patient=one.patient.removeprefix("Patient/"),
            name=names.get(one.patient, "Patient"),
            place=one.place.name,
            state=STATES[one.state],
            since=one.since,
        )
        for one in inside
    ]
    return sorted(rows, key=lambda row: (row.place, row.name))


async def _names(desk: Desk, visit: Visit, ids: Iterable[str]) -> dict[str, str]:
    wanted = ",".join(sorted(ids))
    if not wanted:
        return {}
    records = Records(desk.store, visit.context)
    found = await records.find("Patient", (("_id", wanted), ("_count", str(SHOWN))))
    return {f"Patient/{one['id']}": read_name(one).full for one in found.resources}
