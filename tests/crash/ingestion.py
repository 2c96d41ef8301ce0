"""`hygie ingest` beside a server that is killed: each resource of the file is filed once."""

import json
import subprocess
from pathlib import Path

from tests.crash.resources import TYPES, make
from tests.crash.server import Victim

RESOURCES = 300


class Ingestion:
    """One file after the other; each is imported again until it was said to be whole."""

    def __init__(self, server: Victim, directory: Path) -> None:
        self._server = server
        self._directory = directory
        self._number = 0
        self._file = directory / "none"
        self._running: subprocess.Popen[str] | None = None

    def launch(self) -> None:
        self._number += 1
        self._file = self._directory / f"import-{self._number}.ndjson"
        names = [f"import-{self._number}-{n}" for n in range(RESOURCES)]
        lines = [
            json.dumps(make(TYPES[n % len(TYPES)], name, 0, id=name))
            for n, name in enumerate(names)
        ]
        self._file.write_text("\n".join(lines))
        self._running = self._command()

    def kill(self) -> None:
        assert self._running
        self._running.kill()

    def wait(self) -> None:
        """Until what was launched has ended: without a server, it may have become one itself."""
        assert self._running
        self._running.communicate(timeout=120)

    def finish(self) -> None:
        """Imports again, as an operator would, what was not said to be whole."""
        assert self._running
        if self._running.returncode != 0:
            self._running = self._command()
            _, errors = self._running.communicate(timeout=120)
            assert self._running.returncode == 0, errors

    def verify(self, losses: list[str]) -> int:
        """How many resources are there; each must be, in its first version."""
        with self._server.client() as client:
            for line in self._file.read_text().splitlines():
                sent = json.loads(line)
                answer = client.get(f"/{sent['resourceType']}/{sent['id']}")
                if answer.status_code != 200 or answer.json()["meta"]["versionId"] != "1":
                    losses.append(f"imported {sent['id']}: {answer.status_code}")
        return RESOURCES

    def _command(self) -> "subprocess.Popen[str]":
        return self._server.launch(
            "ingest", "--data", str(self._server.data), "--json", str(self._file)
        )
