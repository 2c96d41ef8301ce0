"""What arrived, read as its source is declared."""

from collections.abc import Awaitable, Callable

from hygie.intake.arrival import Arrival, describe
from hygie.intake.sources.declaration import Source
from hygie.intake.values import Kind, Receipt
from hygie.refusal import Refused

Named = Callable[[str], Awaitable[Source]]


class Describing:
    """`named`: the declaration of a source, by its name."""

    def __init__(self, named: Named) -> None:
        self._named = named

    async def __call__(
        self, source: Source | str, raw: bytes, kind: Kind | None = None, name: str = ""
    ) -> Arrival:
        """Refuses what is no health message. Of a `Source`, does not wait for anything."""
        found = await self._named(source) if isinstance(source, str) else source
        return describe(found, raw, kind, name)

    async def or_receipt(
        self, source: Source | str, raw: bytes, kind: Kind | None = None, name: str = ""
    ) -> Arrival | Receipt:
        """The answer to what is no health message, in place of the refusal."""
        try:
            return await self(source, raw, kind, name)
        except Refused as refused:
            issues = refused.refusal.issues
            return Receipt(id=0, state="refused", answered="refused", issues=issues)
