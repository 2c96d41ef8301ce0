"""What a row of a table can read: the segments it is handed, the message, the house."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from hygie.hl7v2.message import Message, Segment

if TYPE_CHECKING:
    from hygie.intake.mapping.engine.tables import Tables

Resource = dict[str, Any]
Ids = Callable[[str, str], str]
"""Resource type and business key -> resource id: keyed, stable, without meaning."""
Scope = Mapping[str, Sequence[Segment]]
"""The segments that one application of a table reads, by name: one OBX with its OBR and NTE."""


class Context(msgspec.Struct, frozen=True):
    """Of one message; made once for it."""

    message: Message
    zone: ZoneInfo
    ids: Ids
    tables: "Tables"

    def map(self, table: str, scope: Scope) -> Resource:
        """The elements that a table makes of these segments; empty when they say nothing."""
        return self.tables.map(table, scope, self)

    def map_segment(self, table: str, segment: Segment | None) -> Resource:
        """The same of one segment, or nothing of none."""
        return self.tables.map(table, {segment.name: (segment,)}, self) if segment else {}


def scope_of(*segments: Segment | None) -> Scope:
    """One scope of these segments, in their order; None is passed over."""
    scope: dict[str, list[Segment]] = {}
    for segment in segments:
        if segment is not None:
            scope.setdefault(segment.name, []).append(segment)
    return scope
