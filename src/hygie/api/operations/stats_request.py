"""What `$stats` is asked: by GET, or by POST with a Parameters resource."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from hygie.api import body
from hygie.api.operations import messages
from hygie.api.operations.figures import FIGURES
from hygie.api.operations.series import Coding
from hygie.api.request import Request
from hygie.fhir.search import HANDLED_ELSEWHERE
from hygie.limits.operations import MAX_STATS_CODES, MAX_STATS_READ
from hygie.refusal import Category, Phrase, Refused, refuse

STATISTICS: Final = ("count", "total-count", *FIGURES)
SUBJECT: Final = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
MOMENT: Final = re.compile(r"[0-9T:.Z+-]{4,40}")
KNOWN: Final = frozenset(
    {"subject", "code", "system", "coding", "statistic", "duration", "period", "include", "limit"}
)
REPEATED: Final = frozenset({"code", "coding", "statistic"})
MAX_HOURS: Final = 1_000_000
Pairs = Iterable[tuple[str, Any]]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    """`Patient/id`."""
    codings: tuple[Coding, ...]
    statistics: tuple[str, ...]
    hours: Decimal | None = None
    """Up to now; None: `period`, or ever."""
    period: dict[str, str] = {}
    include: bool = False
    limit: int = MAX_STATS_READ


async def asked_of(request: Request) -> Asked:
    """Raises `Refused`, naming the parameter."""
    pairs: list[tuple[str, Any]] = [
        pair for pair in request.parameters if pair[0] not in HANDLED_ELSEWHERE
    ]
    if request.method == "POST":
        pairs += _parameters(await body.resource(request))
    given: dict[str, list[Any]] = {}
    for name, value in pairs:
        if name not in KNOWN or (name in given and name not in REPEATED):
            raise _wrong(name)
        given.setdefault(name, []).append(value)
    if "period" in given and "duration" in given:
        raise _wrong("duration")
    return Asked(
        subject=_subject(_one(given, "subject"), request.base),
        codings=_codings(given),
        statistics=_statistics(given.get("statistic", [])),
        hours=_hours(_one(given, "duration")),
        period=_period(_one(given, "period")),
        include=_boolean(_one(given, "include")),
        limit=_limit(_one(given, "limit")),
    )


def _parameters(resource: dict[str, Any]) -> Pairs:
    listed = resource.get("parameter", [])
    if resource["resourceType"] != "Parameters" or not isinstance(listed, list):
        raise _wrong("…")
    for one in listed:
        values = [value for name, value in one.items() if name.startswith("value")]
        if len(values) != 1:
            raise _wrong(str(one.get("name")))
        yield str(one.get("name")), values[0]


def _one(given: dict[str, list[Any]], name: str) -> Any:
    return given.get(name, [None])[0]


def _subject(value: Any, base: str) -> str:
    text = value.removeprefix(f"{base}/") if isinstance(value, str) else ""
    if not SUBJECT.fullmatch(text):
        raise _refused("stats.subject", messages.STATS_SUBJECT)
    return text


def _codings(given: dict[str, list[Any]]) -> tuple[Coding, ...]:
    """`code`s are of `system`, if there is one; `coding`s say their own."""
    system = _text("system", _one(given, "system")) or None
    found = [Coding(system, _text("code", code)) for code in given.get("code", [])]
    for coding in given.get("coding", []):
        if isinstance(coding, str):
            own, bar, code = coding.rpartition("|")
            found.append(Coding(own if bar else None, code))
        elif isinstance(coding, dict):
            own = _text("coding", coding.get("system"))
            found.append(Coding(own or None, _text("coding", coding.get("code"))))
    distinct = tuple(dict.fromkeys(found))
    if not distinct or len(distinct) > MAX_STATS_CODES or not all(one.code for one in distinct):
        limit = str(MAX_STATS_CODES)
        raise _refused("stats.code", messages.STATS_CODE, limit=limit)
    return distinct


def _statistics(values: list[Any]) -> tuple[str, ...]:
    names = [name for value in values for name in _text("statistic", value).split(",")]
    if not names or not set(names) <= set(STATISTICS):
        raise _refused("stats.statistic", messages.STATS_STATISTIC, known=", ".join(STATISTICS))
    return tuple(dict.fromkeys(names))


def _text(name: str, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise _wrong(name)
    return value or ""


def _hours(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        hours = Decimal(str(value))
    except InvalidOperation:
        raise _wrong("duration") from None
    if not hours.is_finite() or not 0 < hours <= MAX_HOURS:
        raise _wrong("duration")
    return hours


def _period(value: Any) -> dict[str, str]:
    """A Period; by GET, `start/end`, as ISO 8601 writes intervals."""
    if isinstance(value, str):
        start, _, end = value.partition("/")
        value = {name: text for name, text in (("start", start), ("end", end)) if text}
    found = value if isinstance(value, dict) else {} if value is None else {"start": ""}
    if not all(isinstance(text, str) and MOMENT.fullmatch(text) for text in found.values()):
        raise _wrong("period")
    return {str(name): text for name, text in found.items() if name in ("start", "end")}


def _boolean(value: Any) -> bool:
    if value in (None, False, "false"):
        return False
    if value in (True, "true"):
        return True
    raise _wrong("include")


def _limit(value: Any) -> int:
    if value is None:
        return MAX_STATS_READ
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise _wrong("limit")
    return int(text[:9])


def _wrong(name: str) -> Refused:
    return _refused("stats.parameter", messages.STATS_PARAMETER, name=name[:64])


def _refused(rule: str, phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, rule, phrase, code="invalid", **details)
