"""`hygie ingest` beside a server that is killed: each resource of the file is filed once."""

import json

from tests.crash.beside import Beside
from tests.crash.resources import TYPES, content, make

RESOURCES = 300


class Ingestion(Beside):
    """One file after the other; each is imported again until it was said to be whole."""

    name = "ingest"
    seconds = 5
    _number = 0

    def command(self) -> list[str]:
        self._number += 1
        file = self.server.data.parent / f"import-{self._number}.ndjson"
        names = [f"import-{self._number}-{n}" for n in range(RESOURCES)]
        self._sent = [make(TYPES[n % len(TYPES)], name, 0, id=name) for n, name in enumerate(names)]
        file.write_text("\n".join(json.dumps(resource) for resource in self._sent))
        return ["ingest", "--json", str(file)]

    def verify(self) -> None:
        """Each resource must be there, in its first version."""
        self.insist()
        for sent in self._sent:
            self.journal.imported(f"{sent['resourceType']}/{sent['id']}", content(sent))
        self.tally.ingested += RESOURCES
