"""One life of a store: written to, killed, started, verified, again and again."""

import asyncio
import random
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
from tests.crash.beside import Beside
from tests.crash.clients import Client, Tender, sessions
from tests.crash.ingestion import Ingestion
from tests.crash.journal import Journal
from tests.crash.maintenance import Recompression, Reindexing, Rotation, Training
from tests.crash.patients import Destruction, Rekeying
from tests.crash.server import Victim
from tests.crash.tally import Tally, Times
from tests.crash.verification import Verification

from hygie.ops import Doctor
from hygie.ops.pace import Pace
from hygie.store.server.cluster import Cluster

CLIENTS = 8
PARIS = ZoneInfo("Europe/Paris")
DEADLY = ("kill_server", "kill_main", "kill_everything", "kill_postgres")
HURTING = ("kill_worker", "kill_backend")
EXAMINED_EVERY = 4
ALONE_EVERY = 5
HTTP_FAILED = 500


COMMANDS: tuple[type[Beside], ...] = (
    Ingestion, Rotation, Rekeying, Destruction, Training, Recompression, Reindexing
)  # fmt: skip


class Life:
    def __init__(self, directory: Path, tally: Tally, *, workers: int) -> None:
        self._server = Victim(directory, workers=workers)
        self._tally = tally
        self._journal = Journal()
        self._besides: list[Beside] = []
        """To come."""
        self._round = 0

    async def run(self, *, until: float, kills: int) -> None:
        """Kills at most `kills` times, and not after `until` (monotonic seconds)."""
        self._server.start()
        self._server.tokens = {"all": self._token()}
        try:
            while self._round < kills and time.monotonic() < until and not self._tally.wrong:
                self._round += 1
                await self._once()
            self._server.stop()
            self._start(self._tally.starts)
            await self._verify(everything=True)
            await self._examine()
        finally:
            self._server.stop()

    async def _once(self) -> None:
        """Writes, a blow at a random moment, and what remains."""
        ways = [*DEADLY, *(HURTING if self._server.workers > 1 else HURTING[1:])]
        way = random.choice(ways)
        beside = self._next_beside()
        await self._write_until(way, beside)
        if beside is not None:
            await asyncio.to_thread(beside.end)
        self._tally.kills[way] += 1
        await self._come_back(way)
        await self._verify()
        if beside is not None:
            await asyncio.to_thread(beside.verify)
            await self._verify()
        if self._round % EXAMINED_EVERY == 0:
            await self._examine()

    def _next_beside(self) -> Beside | None:
        """Each in turn, in an order of chance; now and then none."""
        if self._round % ALONE_EVERY == 0:
            return None
        if not self._besides:
            self._besides = [one(self._server, self._journal, self._tally) for one in COMMANDS]
            random.shuffle(self._besides)
        return self._besides.pop()

    async def _come_back(self, way: str) -> None:
        if way in DEADLY:
            await asyncio.to_thread(self._start, self._tally.restarts)
            return
        self._tally.recoveries.append(await asyncio.to_thread(self._server.returns))
        await asyncio.to_thread(self._server.settles)

    async def _write_until(self, way: str, beside: Beside | None) -> None:
        before = self._journal.acknowledged
        async with sessions(self._server.tokens["all"]) as session:
            clients = [self._client(Client, session, f"c{number}") for number in range(CLIENTS)]
            if beside is not None:
                tender = self._client(Tender, session, "tender")
                await beside.prepare(tender)
                clients += [tender] if tender.mine else []
                beside.launch()
            tasks = [asyncio.create_task(client.run()) for client in clients]
            await asyncio.sleep(random.uniform(0.2, beside.seconds if beside else 3))
            await asyncio.to_thread(getattr(self._server, way))
            for client in clients:
                client.stopping = True
            await asyncio.gather(*tasks)
        for client in clients:
            self._tally.faults += client.faults
        self._tally.acknowledged += self._journal.acknowledged - before

    def _client(self, kind: type[Client], session: aiohttp.ClientSession, name: str) -> Client:
        return kind(session, self._base, self._journal, f"r{self._round}-{name}")

    async def _verify(self, *, everything: bool = False) -> None:
        async with sessions(self._server.tokens["all"]) as session:
            verification = Verification(session, self._base, self._journal)
            await verification.run(everything=everything)
        self._tally.losses += verification.losses
        self._tally.duplicates += verification.duplicates
        self._tally.verified += verification.verified

    async def _examine(self) -> None:
        """`hygie doctor` on the store as it is being served."""
        dsn = Cluster(self._server.data).attach()
        assert dsn
        key_file = self._server.data / "keys" / "master.key"
        report = await Doctor(dsn, key_file, PARIS, Pace(0)).examine()
        self._tally.examinations += 1
        self._tally.findings += [
            msgspec.json.encode(finding.described("en")).decode()
            for finding in report.findings
            if finding.stands
        ]

    def _start(self, times: Times) -> None:
        """Until it gives out what it was asked to keep."""
        since = time.monotonic()
        self._server.start()
        address = next((a for a, one in self._journal.known.items() if one.content), "Patient")
        with self._server.client() as client:
            while client.get(f"/{address}").status_code >= HTTP_FAILED:
                time.sleep(0.02)
        times.add(time.monotonic() - since, self._server.processor_seconds())

    def _token(self) -> str:
        command = ("token", "create", "--scope", "system/*.cruds", "--name", "crash", "--ttl", "1d")
        return self._server.run(*command).strip()

    @property
    def _base(self) -> str:
        return f"{self._server.address}/fhir"
