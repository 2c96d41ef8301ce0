"""Declared sources: what may stand beside the others; what every message asks for."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import ClassVar

import msgspec

from hygie.intake.sources import phrases, state
from hygie.intake.sources.checking import faults
from hygie.intake.sources.declaration import UNDECLARED, Source
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.state import SourceState
from hygie.intake.sources.summing import summed
from hygie.limits.gateway import MAX_SOURCES
from hygie.refusal import Category, Phrase, Refusal, Refused
from hygie.store.register import Register
from hygie.store.store import Store


class Sources(Register[Source]):
    """Its files and its port are looked at when a source is declared, and when it is started."""

    KIND: ClassVar[str] = "source"
    UNKNOWN: ClassVar[Phrase] = phrases.UNKNOWN
    TOO_MANY: ClassVar[Phrase] = phrases.TOO_MANY
    MOST: ClassVar[int] = MAX_SOURCES

    def __init__(
        self, store: Store, ground: Ground, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(store, Source, clock)
        self.ground = ground

    async def named(self, name: str) -> Source:
        """The declaration of a source; the defaults, under its name, when there is none."""
        found = await self.find(name)
        return found.value if found else msgspec.structs.replace(UNDECLARED, name=name)

    async def states(self) -> dict[str, SourceState]:
        """How they fare, by name, all processes together; old where nobody listens any more."""
        found = await state.read(self._store.pool, self._store.keyring)
        return {name: summed(states) for name, states in found.items()}

    async def _check(self, thing: Source, others: Sequence[Source]) -> None:
        """Refused INVALID."""
        found = await asyncio.to_thread(faults, thing, others, self.ground)
        if found:
            raise Refused(Refusal(Category.INVALID, tuple(found)))
