"""What one sight lets be seen on one store, for one letter: as conditions, and of opened rows."""

from collections.abc import Collection
from typing import NamedTuple

from hygie.store.search.bounds import Bound
from hygie.store.search.criteria import Criteria
from hygie.store.search.sql import Arguments, Filter
from hygie.store.search.within import ALL, Within
from hygie.store.tables.type_codes import TypeCodes
from hygie.store.vault import Opened


class Visible(NamedTuple):
    """For the length of a request."""

    bound: Bound
    criteria: Criteria
    types: TypeCodes

    def of(self, kind: str, alias: str, arguments: Arguments) -> Filter:
        """The condition on all the rows of one type."""
        return Within(self.criteria, arguments).of(self.bound(kind), alias, ALL)

    def among(self, kinds: Collection[str], alias: str, arguments: Arguments) -> Filter:
        """The condition on rows that are of several, and found by what else is asked of them."""
        return Within(self.criteria, arguments).among(self.bound, kinds, alias, self.types)

    def whose(self, kinds: Collection[str], arguments: Arguments) -> str:
        """What rows of several types meet by their patient alone, of either table: more than what
        is within. Columns have no alias."""
        alike: dict[frozenset[int] | None, list[int]] = {}
        for kind in sorted(kinds):
            bounds = self.bound(kind)
            if not bounds.empty:
                alike.setdefault(bounds.whose, []).append(self.types.code(kind))
        if alike.keys() == {None} and len(alike[None]) == len(kinds):
            return "true"
        parts = (
            f"(type = ANY ({arguments.shorts(codes)}) AND {_of(patients, arguments)})"
            for patients, codes in alike.items()
        )
        return " OR ".join(parts) or "false"

    def has(self, opened: Opened) -> bool:
        return self.bound(opened.stored.type).has(opened)


def _of(patients: frozenset[int] | None, arguments: Arguments) -> str:
    return "true" if patients is None else f"patient = ANY ({arguments.numbers(list(patients))})"
