"""Who people would be to the decision: about one patient at a moment, or in a situation that is
supposed, which tells of no patient."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from hygie.access.actors import actor_of
from hygie.access.circle import NOBODY, Circle, Relation
from hygie.access.circle.reader import Circles
from hygie.access.decision import Actor
from hygie.access.glass import BreakGlass
from hygie.access.model import Account
from hygie.purpose import Purpose

Situation = Literal["none", "team", "self"]
SITUATIONS: Final[tuple[Situation, ...]] = get_args(Situation)
"""A patient who is not in their care; of their unit since now; they themselves."""
Glass = Literal["real", "none", "supposed"]
GLASSES: Final[tuple[Glass, ...]] = get_args(Glass)
"""The records that were opened by bris de glace; none; as if everybody had opened this one."""
SOMEBODY: Final = 1
"""Stands for the patient of a situation; no patient's key is asked for it."""


class Simulating:
    """Of one house. Reads what cares and glasses say; gives and changes nothing."""

    def __init__(
        self, reference: Callable[[str, str], int], circles: Circles | None, glass: BreakGlass
    ) -> None:
        self._reference = reference
        self._circles = circles
        self._glass = glass

    async def around(
        self, accounts: Sequence[Account], patient_id: str, at: datetime, glass: Glass,
        purpose: Purpose | None = None,
    ) -> list[Actor]:  # fmt: skip
        """Each account, with what it has to do with this patient at that moment. `purpose`: what
        they ask for; None: what their role is for."""
        key = self._reference("Patient", patient_id)
        circles: Mapping[str, Circle] = {}
        if self._circles is not None:
            circles = await self._circles.around(patient_id, accounts, at)
        broken = await self._glass.of_patient(key) if glass == "real" else ()
        holders = {one.account for one in broken if one.is_open(at)}
        return [
            actor_of(
                one, self._reference, circles.get(one.name, NOBODY),
                frozenset({key} if glass == "supposed" or one.name in holders else ()),
                purpose=purpose,
            )
            for one in accounts
        ]  # fmt: skip

    async def supposed(
        self, accounts: Sequence[Account], situation: Situation, at: datetime, glass: Glass,
        purpose: Purpose | None = None,
    ) -> list[Actor]:  # fmt: skip
        """Each account, as if the patient `SOMEBODY` were that to them."""
        cared = {SOMEBODY: Relation("", "", "unit", at)} if situation == "team" else {}
        opened = frozenset({SOMEBODY} if glass == "supposed" else ())
        own = SOMEBODY if situation == "self" else 0
        attached = {one.units: await self._attached(one) for one in accounts}
        return [
            actor_of(
                one, self._reference, Circle(cared, units=attached[one.units]), opened, own=own,
                purpose=purpose,
            )
            for one in accounts
        ]  # fmt: skip

    async def _attached(self, account: Account) -> frozenset[str]:
        return await self._circles.attached(account.units) if self._circles else frozenset()
