"""`hygie ingest` beside a server that is killed: each resource of the file is filed once."""

import json
from pathlib import Path

from tests.crash.beside import Beside
from tests.crash.resources import TYPES, make
from tests.crash.server import Victim

RESOURCES = 300


class Ingestion(Beside):
    """One file after the other; each is imported again until it was said to be whole."""

    def __init__(self, server: Victim, directory: Path) -> None:
        super().__init__(server)
        self._directory = directory
        self._number = 0
        self._words: list[str] = []

    def command(self) -> list[str]:
        self._number += 1
        file = self._directory / f"import-{self._number}.ndjson"
        names = [f"import-{self._number}-{n}" for n in range(RESOURCES)]
        self._sent = [make(TYPES[n % len(TYPES)], name, 0, id=name) for n, name in enumerate(names)]
        file.write_text("\n".join(json.dumps(resource) for resource in self._sent))
        self._words = ["ingest", "--json", str(file)]
        return self._words

    def verify(self, losses: list[str]) -> int:
        """Each resource must be there, in its first version."""
        if not self.succeeded():
            self.insist(self._words)
        with self.server.client() as client:
            for sent in self._sent:
                answer = client.get(f"/{sent['resourceType']}/{sent['id']}")
                if answer.status_code != 200 or answer.json()["meta"]["versionId"] != "1":
                    losses.append(f"imported {sent['id']}: {answer.status_code}")
        return RESOURCES
