"""What came in and is settled, passed on: in the transaction that settles it.

So nothing is lost between the two, whatever is killed; and an entry that is settled again, after a
replay, leaves by a route once (its number is the cause). Which events concern several patients is
told by name: they wait for everything before them (`order`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from hygie.exchange.routes import business
from hygie.exchange.routes.declaration import Condition, Forward, Route
from hygie.exchange.routes.departures import Departures, Made
from hygie.exchange.routes.registry import Routes
from hygie.hl7v2.message import Message, Segment
from hygie.hl7v2.parse import strip_frame
from hygie.refusal import Issue
from hygie.store.database import Connection
from hygie.store.keys.keyring import Keyring

SEVERAL: Final = frozenset(
    f"ADT^{event}" for event in ("A17", "A24", "A30", "A34", "A35", "A36", "A37", "A39", "A40",
                                 "A41", "A42", "A43", "A44", "A45", "A46", "A47", "A48", "A49",
                                 "A50", "A51")
)  # fmt: skip
"""Merges, moves, links and exchanges: about two patients or more."""


class Passing(NamedTuple):
    """A message that was settled, as it came."""

    entry: int
    source: str
    event: str
    filed: bool
    """Filed, or kept because nothing is filed of it; else it is in quarantine, or refused."""
    subject: str
    """`Patient/id`; empty when it has none."""
    raw: bytes
    message: Message
    issues: tuple[Issue, ...]
    acknowledged_by: str
    """The route by which its sender is told what became of documents; empty for none."""


class Forwarding:
    """For the tasks of one event loop."""

    def __init__(self, routes: Routes, keyring: Keyring) -> None:
        self._routes = routes
        self._departures: Departures = routes.departures
        self._keyring = keyring

    async def __call__(
        self, connection: Connection, passing: Sequence[Passing], at: datetime
    ) -> None:
        """Writes what leaves of these, and notes what they say of what left before."""
        routes = await self._routes.all()
        names = {route.name for route in routes}
        made = [one for each in passing for one in self._made(each, routes)]
        made += [
            self._acknowledgement(one, at)
            for one in passing
            if one.acknowledged_by in names and business.holds_document(one.message)
        ]
        await self._departures.make(connection, made)
        for one in passing:
            if one.event in business.READ and one.filed:
                for control_id, said in business.read(one.message, at):
                    await self._departures.confirm(connection, control_id, [said])

    def _made(self, one: Passing, routes: Sequence[Route]) -> Iterator[Made]:
        if not one.filed:
            return
        for route in routes:
            if isinstance(route.content, Forward) and passes(route.content, one):
                yield Made(
                    route=route.name, event=one.event, content=strip_frame(one.raw),
                    control_id=one.message.control_id, cause=f"entry {one.entry}",
                    lane=self._lane(one), patient=self._patient(one), entry=one.entry,
                )  # fmt: skip

    def _acknowledgement(self, one: Passing, at: datetime) -> Made:
        """Of a document that was refused and then filed, both are told."""
        outcome = "Y" if one.filed else "N"
        control_id = f"Z{one.entry}{outcome}"
        content = business.written(one.message, one.issues, control_id, at, filed=one.filed)
        return Made(
            route=one.acknowledged_by, event=business.EVENT, content=content,
            control_id=control_id, cause=f"acknowledges {one.entry} {outcome}",
            lane=self._departures.lane(f"entry {one.entry}"), patient=self._patient(one),
            entry=one.entry,
        )  # fmt: skip

    def _lane(self, one: Passing) -> int:
        if one.event in SEVERAL:
            return 0
        return self._departures.lane(one.subject or f"entry {one.entry}")

    def _patient(self, one: Passing) -> int:
        type_, _, id_ = one.subject.partition("/")
        return self._keyring.reference(type_, id_) if id_ else 0


def passes(content: Forward, one: Passing) -> bool:
    """Whether it is of these sources and events, and meets every condition."""
    if content.sources and one.source not in content.sources:
        return False
    type_ = one.event.partition("^")[0]
    if content.events and not {one.event, f"{type_}^*"} & set(content.events):
        return False
    return all(holds(condition, one.message) for condition in content.where)


def holds(condition: Condition, message: Message) -> bool:
    """Whether some repetition of the field, in some segment of that name, says one of the values.
    A field alone means its first component; MSH counts its separator as its first field."""
    name, _, place = condition.field.partition("-")
    number, component, sub = [*map(int, place.split(".")), 1, 1][:3]
    return any(
        _says(segment, number, component, sub, condition.values) for segment in message.all(name)
    )


def _says(segment: Segment, number: int, component: int, sub: int, values: Sequence[str]) -> bool:
    return any(field.text(component, sub) in values for field in segment.repetitions(number))
