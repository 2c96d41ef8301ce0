"""The patients of a Group: its members, and those of groups within it."""

from datetime import UTC, datetime
from typing import Any

from hygie.api.request import Request
from hygie.api.services import Services
from hygie.fhir.codec import decode
from hygie.limits import MAX_EXPORT_PATIENTS
from hygie.refusal import Category, Refused


async def members(services: Services, request: Request, group: str) -> set[str]:
    """Ids of the patients who are members now. Reading each group is on record. Refused NOT_FOUND,
    GONE; a group within it that is no more counts for nothing. More than MAX_EXPORT_PATIENTS are
    not gathered to the end."""
    now = datetime.now(UTC).isoformat()
    found: set[str] = set()
    waiting, seen = [group], {group}
    while waiting and len(found) <= MAX_EXPORT_PATIENTS:
        try:
            stored = await services.store.read(request.context, "Group", waiting.pop())
        except Refused as refused:
            known = refused.refusal.category in (Category.NOT_FOUND, Category.GONE)
            if known and len(seen) > 1:
                continue
            raise
        for kind, name in _references(decode(stored.body, limit=len(stored.body)), now):
            if kind == "Patient":
                found.add(name)
            elif kind == "Group" and name not in seen:
                seen.add(name)
                waiting.append(name)
    return found


def _references(resource: dict[str, Any], now: str) -> list[tuple[str, str]]:
    """Type and id of each member that is one now."""
    found = []
    for member in resource.get("member", []):
        ended = member.get("period", {}).get("end", "")
        reference = member.get("entity", {}).get("reference", "")
        if member.get("inactive") is not True and not (ended and ended < now):
            kind, _, name = reference.rpartition("/")
            found.append((kind.rpartition("/")[2], name))
    return found
