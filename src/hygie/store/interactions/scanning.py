"""The gate that every file passes: malware is refused, and leaves a trace."""

import logging
from typing import Final, Literal

from hygie.refusal import Category, Refused, refuse
from hygie.scanning import Scanner, embedded
from hygie.scanning.phrases import MALWARE
from hygie.store.contract import Resource
from hygie.store.transaction import Transaction
from hygie.trace import AuditEntry, AuditTrail, Context

LOGGER: Final = logging.getLogger("hygie.store.interactions")
RULE: Final = "document.malware"
Need = Literal["required", "if-available"]


class Scanning:
    """A `Gate`, of every type. `required`: what cannot be scanned is not kept either."""

    def __init__(self, scanner: Scanner, trail: AuditTrail, need: Need) -> None:
        self._scanner = scanner
        self._trail = trail
        self._need = need

    async def examine(self, context: Context, resource: Resource) -> None:
        """Raises `Refused`: UNPROCESSABLE ("document.malware") with its place; or BUSY."""
        for place, content in embedded(resource):
            name = await self._scan(content)
            if name:
                type_ = str(resource.get("resourceType", ""))
                await self._note(context, type_, name)
                raise refuse(
                    Category.UNPROCESSABLE, RULE, MALWARE, code="security",
                    location=f"{type_}.{place}", name=name,
                )  # fmt: skip

    async def keep(self, tx: Transaction, resource: Resource) -> None:
        """Nothing goes with it."""

    async def _scan(self, content: bytes) -> str:
        try:
            return await self._scanner.scan(content)
        except Refused as refused:
            if self._need == "required":
                raise
            LOGGER.warning("a file was kept unscanned: %s", refused.refusal.issues[0].rule)
            return ""

    async def _note(self, context: Context, type_: str, name: str) -> None:
        entry = AuditEntry(
            context=context, action="scan", type=type_, count=0, outcome="refused", reason=RULE,
            detail=name,
        )  # fmt: skip
        await self._trail.record(entry)
