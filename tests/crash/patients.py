"""Maintenance of one patient's record, of several hundred versions, while it is written to."""

from tests.crash.beside import Beside
from tests.crash.clients import Client

OBSERVATIONS = 300
UPDATES = 40
"""Before the command: so that past versions are concerned as well."""


class _OneRecord(Beside):
    """Makes a patient with observations. No other client than `tender` knows them."""

    async def prepare(self, tender: Client) -> None:
        self.record = await tender.bundle(OBSERVATIONS)
        for _ in range(UPDATES):
            await tender.update()

    @property
    def patient(self) -> str:
        return self.record[0]


class Rekeying(_OneRecord):
    """Another key for the record: all versions open, whenever it stops."""

    name = "key rekey"
    seconds = 10

    def command(self) -> list[str]:
        return ["key", "rekey", self.patient]

    def verify(self) -> None:
        self.insist()
        self.journal.touched.update(self.record)


class Destruction(_OneRecord):
    """The record erased: none of it is given out or found any more, whatever was written to it."""

    name = "key destroy"
    seconds = 9

    def command(self) -> list[str]:
        for address in self.record:
            self.journal.known[address].doomed = True
        return ["key", "destroy", self.patient, "--reason", "essai", "--yes"]

    def verify(self) -> None:
        self.insist()
        for address in self.record:
            self.journal.known[address].erased = True
        self.journal.touched.update(self.record)
