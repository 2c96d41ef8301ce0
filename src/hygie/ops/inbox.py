"""The inbox: messages open, and their states make sense."""

from typing import Final

from cryptography.exceptions import InvalidTag

from hygie.intake.inbox import NOTES, SOURCE, Inbox
from hygie.ops import kinds
from hygie.ops.examination import Examination
from hygie.store.database import Record

_SLICE: Final = 200
_ENTRIES: Final = """
    SELECT id, state, kind, content_key, source, notes, raw,
        (settled_at IS NULL) <> (state = 'received')
        OR (state IN ('received', 'quarantined') AND raw IS NULL)
        OR (state = 'duplicate' AND raw IS NOT NULL) AS contradictory,
        state = 'received' AND received_at < now() - interval '1 hour' AS waiting
    FROM hygie.inbox WHERE id > $1 ORDER BY id LIMIT $2
"""


async def check_inbox(exam: Examination) -> None:
    """Every entry, in slices."""
    inbox = Inbox(exam.pool, exam.store.keyring)
    last = 0
    while True:
        async with exam.snapshot() as connection:
            records = await connection.fetch(_ENTRIES, last, _SLICE)
        for record in records:
            _check(exam, inbox, record)
        if not records:
            return
        last = records[-1]["id"]
        await exam.pace.advance(len(records))


def _check(exam: Examination, inbox: Inbox, record: Record) -> None:
    number = f"inbox {record['id']}"
    if record["contradictory"]:
        exam.findings.add(kinds.INBOX_STATE, f"{number} ({record['state']})")
    if record["waiting"]:
        exam.findings.add(kinds.INBOX_WAITING, number)
    try:
        exam.store.keyring.open(record["source"], SOURCE)
        exam.store.keyring.open(record["notes"], NOTES)
        if record["raw"] is not None:
            inbox.open_raw(record["raw"], record["content_key"])
    except InvalidTag:
        exam.findings.add(kinds.INBOX_UNREADABLE, number)
