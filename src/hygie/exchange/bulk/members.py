"""The patients of a Group: its members, those of groups within it, those that meet its criteria."""

from datetime import UTC, datetime
from typing import Any

from hygie.exchange.bulk import phrases
from hygie.exchange.bulk.cohorts import Prepare, filters_of, patients_by
from hygie.fhir.codec import decode
from hygie.limits.bulk import MAX_EXPORT_PATIENTS, MAX_GROUP_DEPTH
from hygie.refusal import Category, Refused, refuse
from hygie.store.store import Store
from hygie.trace import Context


async def members(store: Store, context: Context, group: str, prepare: Prepare) -> set[str]:
    """Ids of the patients who are members now, one or more. Reading each group is on record.

    Refused NOT_FOUND or GONE as the group is, UNPROCESSABLE when it has no patients, TOO_LARGE when
    it has too many. A group within it that is no more counts for nothing.
    """
    found = await _Finding(store, context, prepare).patients(group, 0)
    require_few(len(found))
    if not found:
        raise refuse(Category.UNPROCESSABLE, "export.no-members", phrases.NO_MEMBERS)
    return found


class _Finding:
    """Of the patients of one group: each group within it is read once."""

    def __init__(self, store: Store, context: Context, prepare: Prepare) -> None:
        self._store = store
        self._context = context
        self._prepare = prepare
        self._known: dict[str, set[str]] = {}
        self._now = datetime.now(UTC).isoformat()

    async def patients(self, name: str, depth: int) -> set[str]:
        """Of that group; a group that is within itself adds nothing by that."""
        if name in self._known:
            return self._known[name]
        if depth > MAX_GROUP_DEPTH:
            limit = str(MAX_GROUP_DEPTH)
            raise refuse(Category.TOO_LARGE, "export.groups", phrases.GROUP_DEPTH, limit=limit)
        self._known[name] = set()
        group = await _group(self._store, self._context, name, first=depth == 0)
        found = await self._named(group, depth)
        filters = filters_of(self._store.registry, group, self._store.zone)
        if filters and (found or not group.get("member")):
            met = await patients_by(self._store, self._context, filters, self._prepare)
            found = found & met if group.get("member") else met
        self._known[name] = found
        return found

    async def _named(self, group: dict[str, Any], depth: int) -> set[str]:
        """By their own references, and by groups within."""
        found: set[str] = set()
        for kind, one in _references(group, self._now):
            if kind == "Patient":
                found.add(one)
            elif kind == "Group":
                found |= await self.patients(one, depth + 1)
        return found


def require_few(patients: int) -> None:
    if patients > MAX_EXPORT_PATIENTS:
        raise refuse(
            Category.TOO_LARGE, "export.patients", phrases.PATIENTS, code="too-costly",
            limit=str(MAX_EXPORT_PATIENTS),
        )  # fmt: skip


async def _group(store: Store, context: Context, name: str, *, first: bool) -> dict[str, Any]:
    try:
        stored = await store.read(context, "Group", name)
    except Refused as refused:
        if first or refused.refusal.category not in (Category.NOT_FOUND, Category.GONE):
            raise
        return {}
    return decode(stored.body, limit=len(stored.body))


def _references(group: dict[str, Any], now: str) -> list[tuple[str, str]]:
    """Type and id of each member that is one now."""
    found = []
    for member in group.get("member", []):
        ended = member.get("period", {}).get("end", "")
        reference = member.get("entity", {}).get("reference", "")
        if member.get("inactive") is not True and not (ended and ended < now):
            kind, _, name = reference.rpartition("/")
            found.append((kind.rpartition("/")[2], name))
    return found
