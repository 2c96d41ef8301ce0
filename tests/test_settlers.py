"""Guards against messages lost, doubled or filed out of order by processes that settle beside the
one that accepts: killed, several, or without a database."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from hygie.bootstrap import open_house
from hygie.bootstrap.background import beside, lasting
from hygie.bootstrap.settlers import settled_aside
from hygie.fhir.codec import decode
from hygie.fhir.search.query import Query
from hygie.settings import Settings

PATIENTS, HOURS = 12, range(10, 20)
CONTROL = count(1)


def message(event, person, *extra):
    header = f"MSH|^~\\&|GAM|CH|HYGIE|CH|20260110120000||{event}|C{next(CONTROL)}|P|2.5^FRA^2.11"
    pid = f"PID|||{person}^^^CH&1.2.3&ISO^PI||NOM{person}^ANNE^^^^^L||19760302|F"
    return "\r".join([header, "EVN||20260110120000", pid, *extra, ""]).encode()


def moved(event, person, hour):
    zbe = (
        f"ZBE|M{person}.{hour}^CH^1.2.6^ISO|20260110{hour}00||INSERT|N||"
        f"Unit^^^^^&1.2.5&ISO^UF^^^21{hour}||HMS"
    )
    number = f"V{person}^^^CH&1.2.4&ISO^VN"
    fields = ["PV1", "", "I", *[""] * 16, number]
    return message(event, person, "|".join(fields), zbe)


def courses():
    """Of each patient an admission and transfers; the second of each pair is merged into the
    first: hour by hour, as a hospital sends them."""
    for hour in HOURS:
        event = "ADT^A01" if hour == HOURS[0] else "ADT^A02"
        yield from (moved(event, person, hour) for person in range(PATIENTS))
    for person in range(0, PATIENTS, 2):
        yield message("ADT^A40", person, f"MRG|{person + 1}^^^CH&1.2.3&ISO^PI")


@asynccontextmanager
async def served(database_url, data, processes):
    settings = Settings(data=data, database_url=database_url, settlers=str(processes))
    async with (
        open_house(settings) as house,
        settled_aside(house) as crew,
        beside(lasting(house.gateway.retries.run)),
    ):
        yield house, crew


def children():
    """Processes that settle, and are ours."""
    found = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in found
            if b"hygie.bootstrap.settler" in Path(f"/proc/{pid}/cmdline").read_bytes()]  # fmt: skip


async def started(house, crew):
    """The first message starts them."""
    await house.gateway.receive("gam", message("ADT^A28", "first"))
    async with asyncio.timeout(60):
        while crew.ready < 2 * len(children()) or not children():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def stored(house, kind, context):
    page = await house.store.search(context, Query(type=kind, count=1000))
    return [decode(match.body) for match in page.matches]


def hours(stay):
    """Those of its movements, as they are known."""
    starts = [
        part["valueDateTime"] for movement in stay["extension"]
        if movement["url"].startswith("urn:hygie:movement")
        for part in movement["extension"] if part["url"] == "start"
    ]  # fmt: skip
    return sorted(int(start[11:13]) for start in starts)


async def all_filed(house, expected):
    async with asyncio.timeout(60):
        while (states := (await house.gateway.counts()).states).get("received"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert states == {"filed": expected}


async def check(house, context):
    """Each message once, each stay whole and in order, each pair one patient."""
    await all_filed(house, PATIENTS * len(HOURS) + PATIENTS // 2 + 1)
    provenances = await stored(house, "Provenance", context)
    assert len(provenances) == PATIENTS * len(HOURS) + PATIENTS // 2 + 1
    assert {one["meta"]["versionId"] for one in provenances} == {"1"}
    stays = await stored(house, "Encounter", context)
    assert len(stays) == PATIENTS
    for stay in stays:
        for version, hour in enumerate(HOURS, 1):
            past = await house.store.vread(context, "Encounter", stay["id"], version)
            assert hours(decode(past.body)) == [*HOURS[: hour - HOURS[0] + 1]]
    subjects = {stay["subject"]["reference"] for stay in stays}
    assert len(subjects) == PATIENTS // 2


@pytest.mark.parametrize("killed", [0, 3])
async def test_nothing_is_lost_doubled_or_out_of_order(database_url, tmp_path, context, killed):
    """Two processes, one patient's messages now here, now there, merges across; and kill -9."""
    async with served(database_url, tmp_path, 2) as (house, crew):
        await started(house, crew)
        accepted = []
        for number, raw in enumerate(courses()):
            accepted.append(await house.gateway.accept("gam", raw))
            if killed and number % 40 == 39:
                for pid in children()[:1]:
                    os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*(one.settled() for one in accepted))
        await check(house, context)
    assert children() == []


async def test_a_stop_finishes_what_is_under_way(database_url, tmp_path, context):
    """A message cut in two by a stop; processes that outlive the one that led them."""
    raws = [*courses()]
    async with served(database_url, tmp_path, 1) as (house, crew):
        await started(house, crew)
        for raw in raws:
            await house.gateway.accept("gam", raw)
    assert children() == []
    async with served(database_url, tmp_path, 0) as (house, _):
        await house.gateway.resume()
        await check(house, context)


async def test_a_process_that_hangs_is_ended(database_url, tmp_path, context, monkeypatch):
    """One message that is worked at for ever, and all that comes after it in its lanes."""
    monkeypatch.setattr("hygie.intake.settlers.remote.SETTLER_ANSWER_SECONDS", 1)
    async with served(database_url, tmp_path, 1) as (house, crew):
        await started(house, crew)
        [hung] = children()
        os.kill(hung, signal.SIGSTOP)
        accepted = await house.gateway.accept("gam", message("ADT^A28", "second"))
        receipt = await accepted.settled()
        assert (receipt.state, receipt.issues[0].rule) == ("received", "intake.settler-lost")
        await all_filed(house, 2)
        assert hung not in children()


async def test_a_start_counts_what_it_tries(database_url, tmp_path, monkeypatch):
    """A message that ends the server at each of its starts."""
    async with served(database_url, tmp_path, 0) as (house, _):
        gateway = house.gateway
        settle, tried = gateway.settler.settle, []

        async def deadly(admissions):
            tried.append([one.attempts for one in admissions])
            raise KeyboardInterrupt

        monkeypatch.setattr(gateway.settler, "settle", deadly)
        await gateway._inbox.admit([await gateway._describe("gam", message("ADT^A28", "one"))])
        for _ in range(5):
            with suppress(KeyboardInterrupt):
                await gateway.resume()
        assert tried == [[1], [2], [3]]
        monkeypatch.setattr(gateway.settler, "settle", settle)
        await all_filed(house, 1)
