"""A set of adaptations, ready: the changes of a message, and the tables that map it."""

from collections.abc import Callable
from typing import Final

import msgspec

from hygie.hl7v2.message import Message
from hygie.intake.adapting.changes import Apply
from hygie.intake.adapting.draft import Draft
from hygie.intake.mapping.engine import Tables
from hygie.intake.mapping.shipped import shipped


class Adapted(msgspec.Struct, frozen=True):
    """A message as it is mapped, and the ids of the changes that changed it, in order."""

    message: Message
    fired: tuple[str, ...] = ()


class Adaptation:
    """Immutable; shared by all messages of its sources."""

    def __init__(
        self, name: str, changes: tuple[tuple[str, Apply], ...], tables: Callable[[], Tables]
    ) -> None:
        self.name = name
        self._changes = changes
        self._tables = tables

    @property
    def tables(self) -> Tables:
        return self._tables()

    def adapt(self, message: Message) -> Adapted:
        """Every change in turn. Raises `Refused` at the place of a code that is not translated."""
        if not self._changes:
            return Adapted(message)
        draft = Draft(message)
        fired = tuple(id_ for id_, apply in self._changes if apply(draft))
        return Adapted(draft.message, fired)


NOTHING: Final = Adaptation("", (), shipped)
"""For the sources that ask for none."""
