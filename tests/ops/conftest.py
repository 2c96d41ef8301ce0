"""A store whose audit entries are kept by the ledger, as in the house, and a doctor for it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hygie.ledger import Ledger
from hygie.ops import Doctor, Report
from hygie.ops.pace import Pace
from hygie.store.keys.keyring import Keyring
from hygie.store.store import Store
from hygie.trace import Context

PARIS = ZoneInfo("Europe/Paris")
Examine = Callable[..., Awaitable[Report]]


def patient(name: str, **more: object) -> dict:
    return {"resourceType": "Patient", "id": name, "name": [{"family": "Martin"}], **more}


def observation(name: str, subject: str) -> dict:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{subject}"},
        "effectiveDateTime": "2024-02-03T10:11:12+01:00",
        "valueQuantity": {"value": 72, "unit": "/min"},
    }


@pytest.fixture
async def kept(database_url: str, keyring: Keyring, context: Context) -> AsyncIterator[Store]:
    """Two patients, one of them twice changed; two observations; one deleted."""
    store = await Store.open(database_url, keyring, lambda pool: Ledger(pool, keyring), zone=PARIS)
    async with store.transaction(context) as transaction:
        await transaction.write_many([patient("a"), patient("b")])
        await transaction.write_many([observation("o", "a"), observation("p", "b")])
    for gender in ("male", "female"):
        async with store.transaction(context) as transaction:
            await transaction.update(patient("a", gender=gender))
    async with store.transaction(context) as transaction:
        await transaction.delete("Observation", "p")
    yield store
    await store.close()


@pytest.fixture
def examine(database_url: str, keyring: Keyring) -> Examine:
    async def run(*, key_file: Path | None = keyring.source, repair: bool = False) -> Report:
        assert key_file
        return await Doctor(database_url, key_file, PARIS, Pace(0)).examine(repair=repair)

    return run


def rules(report: Report) -> dict[str, int]:
    """Rules and counts of what is wrong; warnings are left out: tests are not durable."""
    return {f.kind.rule: f.count for f in report.findings if f.kind.severity == "error"}
