"""How many rows each frequent token is on, by PostgreSQL's own figures.

PostgreSQL takes a token it has no figure for to be half as frequent as the least frequent it has
one for: at a million rows, hundreds. It then reads the rows in the order asked, hoping to meet a
few soon, and for a token that is rare or absent reads them all.
"""

from collections.abc import Collection, Mapping
from time import monotonic
from typing import Final, NamedTuple

from hygie.store.database import Reads

REFRESH_SECONDS: Final = 60.0
FEW: Final = 200
"""Rows that are sorted sooner than an index is read in the order asked."""
_FIGURES: Final = """
SELECT greatest(reltuples, 0), most_common_elems::text::bigint[], most_common_elem_freqs
FROM pg_class LEFT JOIN pg_stats
  ON schemaname = 'hygie' AND tablename = relname AND attname = 'tokens'
WHERE oid = to_regclass($1)
"""


class Counts(NamedTuple):
    """Of one partition: its rows, and those on which each frequent token is. About."""

    rows: float = 0
    holding: Mapping[int, float] = {}

    def most(self, tokens: Collection[int]) -> float:
        """How many rows may have all these tokens; 0 for what is too rare to be counted."""
        return min((self.holding.get(token, 0) for token in tokens), default=self.rows)

    def few(self, tokens: Collection[int]) -> bool:
        return bool(tokens) and self.most(tokens) <= FEW


UNKNOWN: Final = Counts()


class Frequencies:
    """Remembered for a minute. For the tasks of one event loop."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Counts]] = {}

    async def of(self, statements: Reads, relation: str) -> Counts:
        """Nothing of what is no partition, or was never analysed."""
        asked, known = self._known.get(relation, (-REFRESH_SECONDS, UNKNOWN))
        now = monotonic()
        if now - asked < REFRESH_SECONDS:
            return known
        self._known[relation] = now, known  # whoever asks meanwhile has the former
        found = await self._counted(statements, relation)
        self._known[relation] = now, found
        return found

    async def _counted(self, statements: Reads, relation: str) -> Counts:
        figures = await statements.fetch(_FIGURES, relation) if "(" not in relation else ()
        for rows, tokens, shares in figures:
            # The shares of all tokens are followed by the least, the largest, and that of NULL.
            pairs = zip(tokens or (), shares or (), strict=False)
            return Counts(rows, {token: share * rows for token, share in pairs})
        return UNKNOWN
