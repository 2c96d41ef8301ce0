"""The establishment's own compression dictionaries: without one, no body that names it opens."""

from typing import Final

from cryptography.exceptions import InvalidTag

from hygie.ops import kinds
from hygie.ops.findings import Findings
from hygie.store.database import Pool
from hygie.store.dictionaries import purpose
from hygie.store.keys.keyring import Keyring

_KEPT: Final = "SELECT number, sealed FROM hygie.dictionary ORDER BY number"


async def check_dictionaries(pool: Pool, keyring: Keyring, findings: Findings) -> bool:
    """False when one does not open: then no store can be opened either."""
    for row in await pool.fetch(_KEPT):
        try:
            keyring.open(row["sealed"], purpose(row["number"]))
        except InvalidTag:
            findings.add(kinds.DICTIONARY_UNREADABLE, f"dictionary {row['number']}")
    return not findings.has(kinds.DICTIONARY_UNREADABLE)
