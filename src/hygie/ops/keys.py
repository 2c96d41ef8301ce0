"""Data keys: each unwraps, and serves somebody."""

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag

from hygie.ops import kinds
from hygie.ops.examination import Examination
from hygie.ops.slices import FIRST
from hygie.store.database import Connection, Record
from hygie.store.keys.keyring import WrappedKey

_SLICE: Final = 2_000
_KEYS: Final = """
    SELECT patient, generation, wrapped,
        EXISTS (SELECT FROM hygie.resource r WHERE r.patient = k.patient) AS used
    FROM hygie.patient_key k WHERE patient > $1 AND destroyed IS NULL ORDER BY patient LIMIT $2
"""
_FORMER: Final = """
    SELECT DISTINCT patient FROM hygie.resource_history WHERE patient = ANY($1::bigint[])
"""


async def check_keys(exam: Examination) -> None:
    """Every row of `patient_key`. Rows without a key are found where they are opened."""
    last = FIRST
    while True:
        async with exam.snapshot() as connection:
            records = await connection.fetch(_KEYS, last, _SLICE)
            await _check_use(exam, connection, records)
        for record in records:
            _check(exam, record)
        if not records:
            return
        last = records[-1]["patient"]
        await exam.pace.advance(len(records))


def _check(exam: Examination, record: Record) -> None:
    patient = record["patient"]
    try:
        exam.store.keyring.unwrap(WrappedKey(record["generation"], record["wrapped"]), patient)
    except (InvalidTag, KeyError):
        exam.findings.add(kinds.KEY_UNREADABLE, f"patient {patient}")


async def _check_use(exam: Examination, connection: Connection, records: Sequence[Record]) -> None:
    """Few keys are idle: only theirs are sought in the history, which has no order by patient."""
    idle = [record["patient"] for record in records if not record["used"]]
    if not idle:
        return
    former = {row["patient"] for row in await connection.fetch(_FORMER, idle)}
    for patient in idle:
        if patient not in former:
            exam.findings.add(kinds.KEY_UNUSED, f"patient {patient}")
