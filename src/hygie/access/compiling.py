"""The decision, for all that somebody may ask at once: their sight. Pure.

Agrees with `decide` row by row, the queries apart, which the store applies.
"""

from datetime import datetime
from typing import Final

from hygie.access.decision import Actor
from hygie.access.rights.rights import Right, Rights
from hygie.sight import ALL, NOTHING, Reach, Reaches, Sight

BROKEN: Final = "team.break-glass"
"""The ground of a record that is open by bris de glace."""


def sight_of(actor: Actor, rights: Rights, now: datetime) -> Sight:
    """What they may see and change now."""
    role = rights.roles.get(actor.role)
    if role is None:
        return NOTHING
    held = dict.fromkeys(actor.opened, BROKEN) if role.break_glass else {}
    held |= {
        key: f"team.{relation.basis}"
        for key, relation in actor.circle.patients.items() if relation.holds(now)
    }  # fmt: skip
    team, own = frozenset(held), frozenset({actor.own} if actor.own else ())
    reached: dict[tuple[Right, ...], Reaches] = {
        given: _reaches(given, team, own) for given in set(role.given.values())
    }
    grounds = dict.fromkeys(own, "scope.self") | held
    return Sight({key: reached[given] for key, given in role.given.items()}, grounds=grounds)


def _reaches(given: tuple[Right, ...], team: frozenset[int], own: frozenset[int]) -> Reaches:
    reaches = tuple(_reach(one, team, own) for one in given)
    return (ALL,) if ALL in reaches else tuple(dict.fromkeys(reaches))


def _reach(right: Right, team: frozenset[int], own: frozenset[int]) -> Reach:
    if right.scope == "establishment":
        return Reach(query=right.query)
    return Reach(team if right.scope == "team" else own, house=False, query=right.query)
