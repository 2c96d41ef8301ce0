"""`Subscription.status` and `error`, which are the server's to write."""

from typing import Any, Final, Literal

from hygie.fhir.codec import decode
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Issue, Phrase, Refused
from hygie.store.store import Store
from hygie.store.transaction import Transaction
from hygie.trace import Context

CONTEXT: Final = Context(actor="subscriptions", kind="system", purpose="HOPERAT")
Status = Literal["requested", "active", "error", "off"]


class Statuses:
    """For the tasks of one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def set(
        self,
        id_: str,
        status: Status,
        reason: Phrase | None = None,
        *,
        was: str = "",
        by: Context = CONTEXT,
    ) -> None:
        """Writes it, unless it says so already, was deleted or ended meanwhile, or is not `was`."""

        async def write(tx: Transaction) -> None:
            stored = await tx.read("Subscription", id_)
            if stored is None or stored.deleted:
                return
            resource = decode(stored.body, limit=MAX_RESOURCE_BYTES)
            if resource.get("status") in (status, "off") or (was and resource["status"] != was):
                return
            await tx.update(_with(resource, status, reason), if_match=stored.version)

        await self._store.run(by, write)


def _with(resource: dict[str, Any], status: Status, reason: Phrase | None) -> dict[str, Any]:
    """In French, as a house in France reads it: the element has one language."""
    changed = {name: value for name, value in resource.items() if name != "error"}
    changed["status"] = status
    if reason is not None:
        changed["error"] = reason.fr
    return changed


def reason_of(problem: Refused) -> Phrase:
    """A refusal's first issue, filled in."""
    issue: Issue = problem.refusal.issues[0]
    return Phrase(issue.text("fr"), issue.text("en"))
