"""What the intake has settled, told to the routes: the two rooms do not know each other."""

from collections.abc import Sequence
from datetime import datetime

from hygie.exchange.routes.forwarding import Forwarding, Passing
from hygie.hl7v2.message import Message
from hygie.intake.adapting import Adaptations
from hygie.intake.inbox import Admission, Outcome, Told
from hygie.intake.sources.registry import Sources
from hygie.store.database import Connection
from hygie.store.store import Store

DONE = frozenset({"filed", "kept"})
UNDONE = frozenset({"quarantined", "refused"})


def telling(store: Store, sources: Sources, forwarding: Forwarding) -> Told:
    """What the gateway is given to tell of what it settles, in the same transaction."""

    async def told(connection: Connection, settled: Sequence[tuple[Admission, Outcome]]) -> None:
        passing = [
            _passing(admission, outcome, message, (await sources.named(admission.arrival.source))
                     .business_acknowledgement)
            for admission, outcome in settled
            if (message := admission.arrival.message) is not None
            and outcome[0] in DONE | UNDONE
        ]  # fmt: skip
        if passing:
            await forwarding(connection, passing, datetime.now(store.zone))

    return told


def _passing(
    admission: Admission, outcome: Outcome, message: Message, acknowledged_by: str
) -> Passing:
    state, issues, subject = outcome
    arrival = admission.arrival
    return Passing(
        entry=admission.id, source=arrival.source, event=message.name, filed=state in DONE,
        subject=subject, raw=arrival.raw, message=message, issues=issues,
        acknowledged_by=acknowledged_by,
    )  # fmt: skip


class Adapting:
    """Adapts what leaves by the establishment's sets, as what comes in."""

    def __init__(self, adaptations: Adaptations) -> None:
        self._adaptations = adaptations

    def __call__(self, name: str, message: Message) -> Message:
        return self._adaptations.named(name).adapt(message).message
