"""Who asks, as the decision needs them: role, care team, records opened by bris de glace."""

from collections.abc import Callable
from typing import Final, NamedTuple

from hygie.access.circle import Circle
from hygie.access.circle.reader import Circles
from hygie.access.compiling import sight_of
from hygie.access.decision import NO_PATIENT, Actor
from hygie.access.model import Account, Clock
from hygie.access.rights.rights import Rights
from hygie.limits.access import MAX_CIRCLES
from hygie.purpose import Purpose
from hygie.sight import Sight
from hygie.store.store import Store

PATIENT: Final = "Patient/"


def actor_of(
    account: Account,
    reference: Callable[[str, str], int],
    circle: Circle,
    opened: frozenset[int],
    *,
    own: int = NO_PATIENT,
    purpose: Purpose | None = None,
) -> Actor:
    """`opened`: keys of the patients whose record they opened by bris de glace; `own`: of the
    patient they are; when it is not given, the account says."""
    if not own and account.practitioner.startswith(PATIENT):
        own = reference("Patient", account.practitioner.removeprefix(PATIENT))
    return Actor(
        name=account.name, role=account.role, own=own, opened=opened,
        specialty=account.specialty, circle=circle, purpose=purpose,
    )  # fmt: skip


class _Seen(NamedTuple):
    role: str
    specialty: str
    circle: Circle
    opened: frozenset[int]
    sight: Sight


class Actors:
    """Makes actors, and their sights, of accounts. For the tasks of one event loop."""

    def __init__(self, store: Store, rights: Rights, clock: Clock) -> None:
        self._reference = store.keyring.reference
        self.circles = Circles(store, rights, clock)
        self._rights = rights
        self._clock = clock
        self._seen: dict[tuple[str, Purpose | None], _Seen] = {}

    async def actor(
        self, account: Account, opened: frozenset[int], purpose: Purpose | None = None
    ) -> Actor:
        """`opened`: keys of the patients whose record they opened by bris de glace."""
        circle = await self.circles.of(account)
        return actor_of(account, self._reference, circle, opened, purpose=purpose)

    async def sight(
        self, account: Account, opened: frozenset[int], purpose: Purpose | None = None
    ) -> Sight:
        """Made once for each circle that is read, and each record that is opened."""
        actor = await self.actor(account, opened, purpose)
        seen = self._seen.get((account.name, purpose))
        if (
            seen is None or seen.circle is not actor.circle
            or seen[:2] != (actor.role, actor.specialty) or seen.opened != actor.opened or actor.own
        ):  # fmt: skip
            if len(self._seen) >= MAX_CIRCLES:
                self._seen.clear()
            made = sight_of(actor, self._rights, self._clock())
            seen = _Seen(actor.role, actor.specialty, actor.circle, actor.opened, made)
            self._seen[account.name, purpose] = seen
        return seen.sight
