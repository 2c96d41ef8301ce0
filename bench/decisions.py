"""What it costs to decide: one resource at a time, and for all of a request at once.

The floor is a look-up of the right alone, in the role's table, without patient or reason.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from bench.harness import ROUNDS, Figure, Result, micros, paired
from hygie.access.circle import Circle, Relation
from hygie.access.compiling import sight_of
from hygie.access.decision import Actor, Subject, decide
from hygie.access.rights import shipped

COUNT: Final = 20_000
MOST_MICROS: Final = 20.0
CIRCLE: Final = 300
NOW: Final = datetime(2026, 6, 1, 10, tzinfo=UTC)


def run() -> Result:
    cared = Relation("Location/u", "p", "unit", NOW - timedelta(days=1))
    circle = Circle(dict.fromkeys(range(1, CIRCLE + 1), cared))
    physician = Actor(name="a", role="physician", circle=circle, opened=frozenset({CIRCLE + 1}))
    asked = {
        "patient of the unit": Subject("Observation", 1),
        "by bris de glace": Subject("Observation", CIRCLE + 1),
        "patient of nobody": Subject("Observation", CIRCLE + 2),
        "whichever patient": Subject("Patient", CIRCLE + 2),
    }
    return Result(
        bench="decisions",
        data=f"shipped rights, a physician with {CIRCLE} patients in care",
        figures=(*(_decided(name, physician, one) for name, one in asked.items()),
                 _compiled(physician)),
    )  # fmt: skip


def _decided(name: str, actor: Actor, subject: Subject) -> Figure:
    rights = shipped()
    given = rights.roles[actor.role].given

    def ours() -> None:
        for _ in range(COUNT):
            decide(actor, "r", subject, rights, NOW)

    def floor() -> None:
        for _ in range(COUNT):
            given.get((subject.type, "r"))

    pairs = paired(ours, floor, ROUNDS)
    figure = micros(f"decide: {name}", pairs, COUNT, "look-up of the right")
    return msgspec.structs.replace(figure, goal=MOST_MICROS)


def _compiled(actor: Actor) -> Figure:
    """The sight, which is made once for each circle that is read."""
    rights, count = shipped(), 200

    def ours() -> None:
        for _ in range(count):
            sight_of(actor, rights, NOW)

    def floor() -> None:
        for _ in range(count):
            dict(rights.roles[actor.role].given)

    return micros("sight of a request", paired(ours, floor, ROUNDS), count, "copy of the table")
