"""Commands that run beside the server while it is killed, and are sometimes killed as well."""

import random
import subprocess

from tests.crash.server import Victim

SECONDS = 180


class Beside:
    """One command at a time. What it is to have done in the end is its subclass's affair."""

    def __init__(self, server: Victim) -> None:
        self.server = server
        self._running: subprocess.Popen[str] | None = None

    def command(self) -> list[str]:
        """Its words, for the next run."""
        raise AssertionError

    def launch(self) -> None:
        self._start(self.command())

    def _start(self, words: list[str]) -> None:
        self._running = self.server.launch(*words, "--data", str(self.server.data))

    def end(self) -> None:
        """Kills it, or not; then waits: without a server, it may have become one itself."""
        assert self._running
        if random.random() < 0.5:
            self._running.kill()
        self._running.communicate(timeout=SECONDS)

    def succeeded(self) -> bool:
        assert self._running
        return self._running.returncode == 0

    def insist(self, words: list[str]) -> None:
        """Runs it again, as an operator would; it must succeed now."""
        self._start(words)
        assert self._running
        _, errors = self._running.communicate(timeout=SECONDS)
        assert self.succeeded(), errors

    def verify(self, losses: list[str]) -> int:
        """Once the server is up again. How many resources it has brought."""
        return 0


class Rotation(Beside):
    """A new master key. The server, started again, must open all with whichever is in place."""

    def command(self) -> list[str]:
        return ["key", "rotate"]
