"""`$stats` (R4 Observation-stats): statistics of a patient's measurements, code by code."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from hygie.api.operations import messages
from hygie.api.operations.figures import FIGURES, PLAIN, SQUARED, decimal
from hygie.api.operations.series import UCUM, Series, series_of
from hygie.api.operations.stats_request import Asked, asked_of
from hygie.api.request import Request
from hygie.api.response import Response
from hygie.api.services import Services
from hygie.fhir.codec import decode, encode
from hygie.fhir.path.values.units import combined
from hygie.fhir.search import parse_query
from hygie.limits import MAX_PAGE
from hygie.limits.operations import MAX_STATS_READ
from hygie.refusal import Category, refuse
from hygie.store.contract import StoredResource

Json = dict[str, Any]
STATISTICS: Final = "http://terminology.hl7.org/CodeSystem/observation-statistics"
WRONG: Final = "entered-in-error"
"""A status whose observations R4 leaves out."""
COUNTS: Final = ("count", "total-count")


async def of_type(services: Services, request: Request) -> Response:
    request.require("search")
    asked = await asked_of(request)
    found = await _observations(services, request, asked)
    decoded = [decode(one.body) for one in found]
    answers = [_statistics(asked, series_of(decoded, coding)) for coding in asked.codings]
    parameters = [encode({"name": "statistics", "resource": answer}) for answer in answers]
    sources = found[: asked.limit] if asked.include else []
    parameters += [b'{"name":"source","resource":%b}' % one.body for one in sources]
    return Response(200, b'{"resourceType":"Parameters","parameter":[%b]}' % b",".join(parameters))


async def _observations(services: Services, request: Request, asked: Asked) -> list[StoredResource]:
    """Newest first, each page on record. Raises `Refused` beyond a limit."""
    codes = ",".join(
        f"{_escaped(c.system)}|{_escaped(c.code)}" if c.system else _escaped(c.code)
        for c in asked.codings
    )
    pairs = [
        ("subject", asked.subject), ("combo-code", codes), ("status:not", WRONG),
        ("_sort", "-date"), ("_count", str(MAX_PAGE)), *_dates(asked),
    ]  # fmt: skip
    store = services.store
    query = parse_query(store.registry, "Observation", pairs, zone=store.zone).query
    found: list[StoredResource] = []
    while True:
        page = await store.search(request.context, query)
        found += page.matches
        if not page.next:
            return found
        if len(found) >= MAX_STATS_READ:
            raise refuse(
                Category.TOO_LARGE, "stats.observations", messages.STATS_MANY, code="too-costly",
                limit=str(MAX_STATS_READ),
            )  # fmt: skip
        query = msgspec.structs.replace(query, cursor=page.next)


def _dates(asked: Asked) -> list[tuple[str, str]]:
    if asked.hours is not None:
        since = datetime.now(UTC) - timedelta(hours=float(asked.hours))
        return [("date", f"ge{since.isoformat(timespec='seconds')}")]
    bounds = (("ge", asked.period.get("start")), ("le", asked.period.get("end")))
    return [("date", prefix + moment) for prefix, moment in bounds if moment]


def _escaped(text: str | None) -> str:
    """As a value of a search (R4 §3.1.1.3.4)."""
    escaped = (text or "").replace("\\", "\\\\")
    return escaped.replace("|", "\\|").replace(",", "\\,").replace("$", "\\$")


def _statistics(asked: Asked, series: Series) -> Json:
    """One Observation, with one component a statistic."""
    answer: Json = {
        "resourceType": "Observation",
        "status": "final",
        "code": series.concept,
        "subject": {"reference": asked.subject},
    }
    if period := _effective(asked):
        answer["effectivePeriod"] = period
    return answer | {"component": [_component(name, series) for name in asked.statistics]}


def _effective(asked: Asked) -> Json:
    if asked.hours is None:
        return {name: asked.period[name] for name in ("start", "end") if name in asked.period}
    now = datetime.now(UTC)
    start = now - timedelta(hours=float(asked.hours))
    return {
        "start": start.isoformat(timespec="seconds"), "end": now.isoformat(timespec="seconds")
    }  # fmt: skip


def _component(name: str, series: Series) -> Json:
    code = {"coding": [{"system": STATISTICS, "code": name}]}
    if name in COUNTS:
        count = len(series.values) if name == "count" else series.total
        return {"code": code, "valueQuantity": _measure(count, "1")}
    figure = FIGURES[name](series.values)
    if figure is None:
        absent = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
        reason = {"coding": [{"system": absent, "code": "not-applicable"}]}
        return {"code": code, "dataAbsentReason": reason}
    unit = "1" if name in PLAIN else _square(series.unit) if name in SQUARED else series.unit
    return {"code": code, "valueQuantity": _measure(decimal(figure), unit)}


def _square(unit: str) -> str:
    return combined(unit, unit, 1) or f"({unit})2"


def _measure(value: Any, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
