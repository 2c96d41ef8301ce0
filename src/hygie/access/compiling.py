"""The decision, for all that somebody may ask at once: their sight. Pure.

Agrees with `decide` row by row, the queries apart, which the store applies.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from hygie.access.decision import Actor, has
from hygie.access.rights.rights import Right, Rights
from hygie.purpose import CARE, Purpose
from hygie.sight import ALL, BROKEN, NOTHING, Reach, Reaches, Sight


class _Held(NamedTuple):
    """Patients, by why they are within."""

    purpose: Purpose
    cared: frozenset[int]
    opened: frozenset[int]
    """By bris de glace, when that is what it is asked for."""
    own: frozenset[int]


def sight_of(actor: Actor, rights: Rights, now: datetime) -> Sight:
    """What they may see and change now."""
    role = rights.roles.get(actor.role)
    if role is None:
        return NOTHING
    purpose = actor.purpose or role.purpose
    cared = {
        key: f"team.{relation.basis}"
        for key, relation in actor.circle.patients.items() if relation.holds(now)
    }  # fmt: skip
    opened = actor.opened if role.break_glass and purpose in CARE else frozenset()
    own = frozenset({actor.own} if actor.own else ())
    held = _Held(purpose, frozenset(cared), opened, own)
    reached: dict[tuple[Right, ...], Reaches] = {
        given: _reaches([one for one in given if has(actor, one)], held)
        for given in set(role.given.values())
    }
    grounds = dict.fromkeys(own, "scope.self") | dict.fromkeys(opened, BROKEN) | cared
    return Sight({key: reached[given] for key, given in role.given.items()}, grounds=grounds)


def _reaches(given: Iterable[Right], held: _Held) -> Reaches:
    reaches = tuple(reach for one in given for reach in _reach(one, held))
    return (ALL,) if ALL in reaches else tuple(dict.fromkeys(reaches))


def _reach(right: Right, held: _Held) -> Iterator[Reach]:
    """None of a right that is for another purpose."""
    meant = held.purpose in right.purposes
    urgent = "ETREAT" in right.purposes and held.purpose in CARE
    if right.scope == "team" and (meant or urgent):
        cared = held.cared if meant else frozenset()
        opened = held.opened if urgent else frozenset()
        yield Reach(cared | opened, house=False, query=right.query)
    elif meant and right.scope == "establishment":
        yield Reach(query=right.query)
    elif meant and right.scope == "self":
        yield Reach(held.own, house=False, query=right.query)
