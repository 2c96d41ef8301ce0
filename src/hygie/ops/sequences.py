"""Counters are ahead of what they have given out."""

from typing import Final

from hygie.ops import server_kinds as kinds
from hygie.ops.examination import Examination

_LATE: Final = """
SELECT counter, greatest(highest, 0) AS highest FROM (VALUES
    ('hygie.audit_seq_seq',
        (SELECT last_value FROM hygie.audit_seq_seq), (SELECT max(seq) FROM hygie.audit)),
    ('hygie.inbox_id_seq',
        (SELECT last_value FROM hygie.inbox_id_seq), (SELECT max(id) FROM hygie.inbox))
) AS counters (counter, last, highest) WHERE last < highest
"""


async def check_sequences(exam: Examination) -> None:
    """What a restored or altered counter would give out twice."""
    for row in await exam.pool.fetch(_LATE):
        if exam.repairer is not None:
            statement = f"SELECT setval('{row['counter']}', {row['highest']})"
            await exam.repairer.schema(statement, row["counter"])
        example = f"{row['counter']} < {row['highest']}"
        exam.findings.add(kinds.SEQUENCE_BEHIND, example, repaired=exam.repairer is not None)
