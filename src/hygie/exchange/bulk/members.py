"""The patients of a Group: its members, and those of groups within it."""

from datetime import UTC, datetime
from typing import Any

from hygie.exchange.bulk import phrases
from hygie.fhir.codec import decode
from hygie.limits.bulk import MAX_EXPORT_PATIENTS
from hygie.refusal import Category, Refused, refuse
from hygie.store.store import Store
from hygie.trace import Context


async def members(store: Store, context: Context, group: str) -> set[str]:
    """Ids of the patients who are members now, one or more. Reading each group is on record.

    Refused NOT_FOUND or GONE as the group is, UNPROCESSABLE when it has no patients, TOO_LARGE when
    it has too many. A group within it that is no more counts for nothing.
    """
    now = datetime.now(UTC).isoformat()
    found: set[str] = set()
    waiting, seen = [group], {group}
    while waiting:
        name = waiting.pop()
        for kind, one in _references(await _group(store, context, name, first=name == group), now):
            if kind == "Patient":
                found.add(one)
            elif kind == "Group" and one not in seen:
                seen.add(one)
                waiting.append(one)
        require_few(len(found))
    if not found:
        raise refuse(Category.UNPROCESSABLE, "export.no-members", phrases.NO_MEMBERS)
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
