"""Current versions: bodies, index, history behind them, references from them. Slice by slice."""

from collections.abc import Sequence
from typing import Final

from hygie.ops import kinds
from hygie.ops.comparison import differences, refiled
from hygie.ops.examination import Examination
from hygie.ops.reading import open_sound
from hygie.ops.references import check_references
from hygie.ops.slices import FIRST, LAST, Place, current_rows, place_of
from hygie.ops.sound import Sound, named
from hygie.store.database import Connection, Record

_PAST: Final = """
    SELECT key, count(DISTINCT version) AS count, min(version) AS first, max(version) AS last
    FROM hygie.resource_history WHERE type = $1 AND key > $2 AND key <= $3 GROUP BY key
"""


async def check_current(exam: Examination, type: str, *, indexed: bool = True) -> None:
    """Every row of one type. Not `indexed`: it was by other rules, which cannot be checked."""
    after: Place | None = (FIRST, FIRST)
    while after is not None:
        async with exam.snapshot() as connection:
            records, sound = await _slice(exam, connection, type, after)
        await check_index(exam, sound if indexed else [])
        await exam.pace.advance(len(records))
        after = place_of(records[-1]) if records else None


async def _slice(
    exam: Examination, connection: Connection, type: str, after: Place
) -> tuple[list[Record], list[Sound]]:
    """What one snapshot shows of one slice: its rows, and those that are sound."""
    code = exam.store.vault.types.code(type)
    records = await current_rows(connection, code, after)
    end = records[-1]["key"] if records else LAST
    past = await connection.fetch(_PAST, code, after[0], end)
    _check_history(exam, type, records, past)
    sound = await open_sound(exam, records)
    await check_references(exam, connection, sound)
    return records, sound


def _check_history(
    exam: Examination, type: str, records: Sequence[Record], past: Sequence[Record]
) -> None:
    """Behind version n stand 1 to n-1, once each; nothing stands alone."""
    behind = {record["key"]: record for record in past}
    for record in records:
        kept, version = behind.pop(record["key"], None), record["version"]
        if kept is not None and kept["last"] >= version:
            exam.findings.add(kinds.HISTORY_AHEAD, f"{named(type, record)} / v{kept['last']}")
        elif version > 1 and (kept is None or kept["count"] < version - 1):
            missing = version - 1 - (kept["count"] if kept else 0)
            exam.findings.add(kinds.HISTORY_GAP, named(type, record), count=missing)
    for key, kept in behind.items():
        exam.findings.add(kinds.HISTORY_ORPHAN, f"{type} {key} v1-{kept['last']}")


async def check_index(exam: Examination, sound: Sequence[Sound]) -> None:
    """What a row is found by is what its body says, worked out again. Not while the rows of its
    type are being indexed for a new parameter: some are already, others not yet."""
    rules = exam.store.vault.rules
    for one in sound:
        if one.type in rules.unsettled:
            continue
        version = rules.version
        patient, filed = refiled(exam.store.vault, one)
        if patient != one.record["patient"]:
            exam.findings.add(kinds.PATIENT_WRONG, named(one.type, one.record))
        elif wrong := differences(one.record, filed):
            repaired = exam.repairer is not None and await exam.repairer.index(one, filed, version)
            example = f"{named(one.type, one.record)} ({', '.join(wrong)})"
            exam.findings.add(kinds.INDEX_WRONG, example, repaired=repaired)
