"""`hygie serve`, killed with SIGKILL every so many messages, and started again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from bench.house import memory_mb

START_SECONDS: Final = 120
POLL_SECONDS: Final = 0.05


class Victim:
    def __init__(self, data: Path, port: int) -> None:
        self._data = data
        self._port = port
        self._running: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self.largest_mb = 0
        """Memory of the serving process and of those that settle for it, at most."""

    def start(self) -> None:
        hygie = str(Path(sys.executable).parent / "hygie")
        command = [hygie, "serve", "--data", str(self._data), "--port", str(self._port)]
        with (self._data.parent / "serve.log").open("ab") as log:
            self._running = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._running.poll() is not None:
                raise RuntimeError("the server did not come back; see serve.log")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        if self._running is not None:
            self._running.send_signal(signal.SIGTERM)
            self._running.wait(timeout=60)

    def kill(self) -> None:
        """The server; every other time its database too, as when the power fails."""
        assert self._running is not None
        self.kills += 1
        if self.kills % 2 == 0:
            with suppress(OSError, ValueError):
                pid = (self._data / "postgres" / "postmaster.pid").read_text().split("\n")[0]
                os.kill(int(pid), signal.SIGKILL)
        self._running.kill()
        self._running.wait(timeout=60)

    async def be_killed(self, sent: Callable[[], int], every: int) -> None:
        """A kill each time some `every` more messages were acknowledged, until cancelled."""
        following = every
        while True:
            await asyncio.sleep(0.5)
            self.largest_mb = max(self.largest_mb, self._memory_mb())
            if sent() >= following:
                following = sent() + round(every * random.uniform(0.7, 1.3))
                await asyncio.to_thread(self.kill)
                await asyncio.to_thread(self.start)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=2) as it:
                return bool(it.status == 200)
        except OSError:
            return False

    def _memory_mb(self) -> int:
        return 0 if self._running is None else memory_mb(self._running.pid)
