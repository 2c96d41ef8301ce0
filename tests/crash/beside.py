"""Commands that run beside the server while it is killed, and are sometimes killed as well."""

import random
import subprocess
from typing import ClassVar

from tests.crash.clients import Client
from tests.crash.journal import Journal
from tests.crash.server import Victim
from tests.crash.tally import Tally

SECONDS = 180


class Beside:
    """One command at a time. What it is to have done in the end is its subclass's affair."""

    name: ClassVar[str]
    seconds: ClassVar[float]
    """Within how many the blow falls: about what the command takes."""

    def __init__(self, server: Victim, journal: Journal, tally: Tally) -> None:
        self.server = server
        self.journal = journal
        self.tally = tally
        self._words: list[str] = []
        self._running: subprocess.Popen[str] | None = None

    async def prepare(self, tender: Client) -> None:
        """Before it is launched. `tender` goes on with what it has made here while it runs."""

    def command(self) -> list[str]:
        """Its words, for the next run."""
        raise AssertionError

    def launch(self) -> None:
        self._words = self.command()
        self._start()

    def end(self) -> None:
        """Kills it, or not; then waits: without a server, it may have become one itself."""
        assert self._running
        if self._running.poll() is None and random.random() < 0.5:
            self._running.kill()
        self._running.communicate(timeout=SECONDS)
        self.tally.ran(self.name, ended=self._running.returncode == 0)

    def insist(self) -> None:
        """Runs it again, as an operator would, unless it has succeeded; it must succeed now."""
        assert self._running
        if self._running.returncode == 0:
            return
        self._start()
        _, errors = self._running.communicate(timeout=SECONDS)
        if self._running.returncode != 0:
            self.tally.losses.append(f"{self.name} does not succeed: {errors[-300:]}")

    def verify(self) -> None:
        """Once the server is up again."""
        self.insist()

    def _start(self) -> None:
        self._running = self.server.launch(*self._words, "--data", str(self.server.data))
