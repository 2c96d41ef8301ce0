"""Replaced versions: each opens, and is the version, of the resource, that its row says."""

from hygie.ops.examination import Examination
from hygie.ops.reading import open_sound
from hygie.ops.slices import FIRST, past_rows


async def check_past(exam: Examination) -> None:
    """All of the history, in slices."""
    after = (FIRST, 0)
    while True:
        async with exam.snapshot() as connection:
            records = await past_rows(connection, after)
        if not records:
            return
        await open_sound(exam, records)
        after = records[-1]["key"], records[-1]["version"]
        await exam.pace.advance(len(records))
