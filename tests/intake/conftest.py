"""Messages as a sender writes them, and a gateway on an empty store."""

from collections.abc import Callable
from datetime import date
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Query
from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.sources.declaration import Source
from hygie.store.interactions import Repository

HEADER = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20260110120000||{event}|{control}|P|2.5^FRA^2.11|||||FRA|"
    "UNICODE UTF-8"
)
PERSON = {3: "8001^^^CH&1.2.3&ISO^PI", 5: "MARTIN^ANNE^ANNE LUCIE^^^^L", 7: "19760302", 8: "F"}


def segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


@pytest.fixture
def write() -> Callable[..., bytes]:
    """write("ADT^A01", person={…}, visit="V1", extra=["ZBE|…"], control="7") -> message bytes."""
    numbers = count(1)

    def message(event, *, person=None, visit="", kind="I", place="", extra=(), control=""):
        lines = [
            HEADER.format(event=event, control=control or f"C{next(numbers)}"),
            "EVN||20260110120000",
            segment("PID", PERSON | (person or {})),
        ]
        if visit:
            number = f"{visit}^^^CH&1.2.4&ISO^VN"
            lines.append(segment("PV1", {2: kind, 3: place, 19: number, 44: "20260110"}))
        return "\r".join([*lines, *extra, ""]).encode()

    return message


@pytest.fixture
def zbe() -> Callable[..., str]:
    """zbe("M1", "202601101200") -> a ZBE segment of an inserted movement."""

    def movement(number, start, action="INSERT", original="", unit="2110"):
        owner = f"Unité^^^^^&1.2.5&ISO^UF^^^{unit}" if unit else ""
        return f"ZBE|{number}^CH^1.2.6^ISO|{start}||{action}|N|{original}|{owner}||HMS"

    return movement


@pytest.fixture
def gateway(store, tmp_path) -> Gateway:
    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    return Gateway(store, Repository(store, standards.under(""), standards.under), Identity(store))


@pytest.fixture
def strict(store, tmp_path) -> Gateway:
    """A gateway whose every source must keep the rules of ZBE."""

    async def named(name: str) -> Source:
        return Source(name=name, order="strict")

    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    repository = Repository(store, standards.under(""), standards.under)
    return Gateway(store, repository, Identity(store), named=named)


@pytest.fixture
def everything(store, context):
    """everything("Patient") -> every current resource of a type, decoded."""

    async def found(resource_type):
        page = await store.search(context, Query(type=resource_type, count=1000))
        return [decode(match.body) for match in page.matches]

    return found


@pytest.fixture
def zone() -> ZoneInfo:
    return ZoneInfo("Europe/Paris")


@pytest.fixture
def leave(gateway, monkeypatch):
    """leave(raw): the gateway keeps the message, and the power is cut before it settles it."""

    async def cut(*_):
        raise OSError("power cut")

    async def received(raw):
        with monkeypatch.context() as patch:
            patch.setattr(gateway.settler, "settle", cut)
            assert (await gateway.receive("gam", raw)).state == "received"

    return received
