"""The tokens that are frequent in each partition, by PostgreSQL's own figures.

PostgreSQL takes a token it has no figure for to be half as frequent as the least frequent it has
one for: at a million rows, hundreds. It then reads the rows in the order asked, hoping to meet a
few soon, and for a token that is rare or absent reads them all.
"""

from time import monotonic
from typing import Final

from hygie.store.database import Reads

REFRESH_SECONDS: Final = 60.0
NOTHING_KNOWN: Final[frozenset[int]] = frozenset()
_FIGURES: Final = """
SELECT most_common_elems::text::bigint[] FROM pg_stats
WHERE schemaname || '.' || tablename = $1 AND attname = 'tokens'
"""


class Common:
    """Remembered for a minute. For the tasks of one event loop."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, frozenset[int]]] = {}

    async def of(self, statements: Reads, relation: str) -> frozenset[int]:
        """None of what is no partition, or was never analysed."""
        asked, known = self._known.get(relation, (-REFRESH_SECONDS, NOTHING_KNOWN))
        now = monotonic()
        if now - asked < REFRESH_SECONDS:
            return known
        self._known[relation] = now, known  # whoever asks meanwhile has the former
        found = frozenset(await statements.fetchval(_FIGURES, relation) or ())
        self._known[relation] = now, found
        return found
