"""One life of a store: written to, killed, started, verified, again and again."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from tests.crash.beside import Beside, Rotation
from tests.crash.clients import Client, sessions
from tests.crash.ingestion import Ingestion
from tests.crash.journal import Journal
from tests.crash.server import Victim
from tests.crash.verification import Verification

from hygie.ops import Doctor
from hygie.ops.pace import Pace
from hygie.store.server.cluster import Cluster

CLIENTS = 8
PARIS = ZoneInfo("Europe/Paris")
DEADLY = ("kill_server", "kill_main", "kill_everything", "kill_postgres")
HURTING = ("kill_worker", "kill_backend")
EXAMINED_EVERY = 4
BESIDE_EVERY = 4


@dataclass
class Tally:
    """What a loop has seen."""

    kills: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    ingested: int = 0
    resources_examined: int = 0
    examinations: int = 0
    losses: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    """Seconds from the order to start to the first answer."""
    recoveries: list[float] = field(default_factory=list)
    """Seconds until a server that was hurt, not killed, answers by itself."""

    def summary(self) -> dict[str, object]:
        restarts, recoveries = (
            sorted(seconds) or [0.0] for seconds in (self.restarts, self.recoveries)
        )
        return {
            "kills": sum(self.kills.values()),
            "by": self.kills,
            "acknowledged": self.acknowledged,
            "ingested": self.ingested,
            "examinations": self.examinations,
            "losses": len(self.losses),
            "faults": len(self.faults),
            "restart_p50_s": round(restarts[len(restarts) // 2], 2),
            "restart_worst_s": round(restarts[-1], 2),
            "recovery_p50_s": round(recoveries[len(recoveries) // 2], 2),
            "recovery_worst_s": round(recoveries[-1], 2),
            "first_losses": self.losses[:5],
            "first_faults": self.faults[:5],
        }


class Life:
    def __init__(self, directory: Path, tally: Tally, *, workers: int) -> None:
        self._server = Victim(directory, workers=workers)
        self._directory = directory
        self._tally = tally
        self._journal = Journal()
        self._besides: dict[int, Beside] = {
            1: Rotation(self._server),
            3: Ingestion(self._server, directory),
        }
        self._round = 0

    async def run(self, *, until: float, kills: int) -> None:
        """Kills at most `kills` times, and not after `until` (monotonic seconds)."""
        self._start()
        self._server.tokens = {"all": self._token()}
        try:
            while self._round < kills and time.monotonic() < until and not self._tally.losses:
                self._round += 1
                await self._once()
            await self._verify(everything=True)
            await self._examine()
        finally:
            self._server.stop()

    async def _once(self) -> None:
        """Writes, a blow at a random moment, and what remains."""
        ways = [*DEADLY, *(HURTING if self._server.workers > 1 else HURTING[1:])]
        way = random.choice(ways)
        beside = self._besides.get(self._round % BESIDE_EVERY)
        if beside is not None:
            beside.launch()
        await self._write_until(way)
        if beside is not None:
            await asyncio.to_thread(beside.end)
        self._tally.kills[way] = self._tally.kills.get(way, 0) + 1
        await self._come_back(way)
        await self._verify()
        if beside is not None:
            self._tally.ingested += await asyncio.to_thread(beside.verify, self._tally.losses)
        if self._round % EXAMINED_EVERY == 0:
            await self._examine()

    async def _come_back(self, way: str) -> None:
        if way in DEADLY:
            self._start()
            return
        self._tally.recoveries.append(await asyncio.to_thread(self._server.returns))
        await asyncio.to_thread(self._server.settles)

    async def _write_until(self, way: str) -> None:
        before = self._journal.acknowledged
        async with sessions(self._server.tokens["all"]) as session:
            clients = [
                Client(session, self._base, self._journal, f"r{self._round}-c{number}")
                for number in range(CLIENTS)
            ]
            tasks = [asyncio.create_task(client.run()) for client in clients]
            await asyncio.sleep(random.uniform(0.2, 3))
            await asyncio.to_thread(getattr(self._server, way))
            for client in clients:
                client.stopping = True
            await asyncio.gather(*tasks)
        for client in clients:
            self._tally.faults += client.faults
        self._tally.acknowledged += self._journal.acknowledged - before

    async def _verify(self, *, everything: bool = False) -> None:
        async with sessions(self._server.tokens["all"]) as session:
            verification = Verification(session, self._base, self._journal)
            await verification.run(everything=everything)
        self._tally.losses += verification.losses

    async def _examine(self) -> None:
        """`hygie doctor` on the store as it is being served."""
        dsn = Cluster(self._server.data).attach()
        assert dsn
        key_file = self._server.data / "keys" / "master.key"
        report = await Doctor(dsn, key_file, PARIS, Pace(0)).examine()
        self._tally.examinations += 1
        self._tally.losses += [
            msgspec.json.encode(finding.described("en")).decode()
            for finding in report.findings
            if finding.stands
        ]

    def _start(self) -> None:
        since = time.monotonic()
        self._server.start()
        self._tally.restarts.append(time.monotonic() - since)

    def _token(self) -> str:
        command = ("token", "create", "--scope", "system/*.cruds", "--name", "crash", "--ttl", "1d")
        return self._server.run(*command).strip()

    @property
    def _base(self) -> str:
        return f"{self._server.address}/fhir"
