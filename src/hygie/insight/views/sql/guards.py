"""For which rows a part of a view stands: those of its branches, of elements that are there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """Rows of one branch of a union."""

    sql: str
    first: bool


@dataclass(frozen=True, slots=True)
class There:
    """Rows of the elements of a `forEachOrNull`; the others are its single row of nulls."""

    sql: str
    absent: str


Guard = Branch | There
Guards = tuple[Guard, ...]


def condition(guards: Guards) -> str:
    """SQL, never NULL; empty when it holds for all rows."""
    return " AND ".join(guard.sql for guard in guards)


def where_null(guards: Guards) -> list[str]:
    """Conditions of the rows of nulls that stand for a column under these guards.

    In a row of nulls, the columns of a union are those of its first branch.
    """
    found = []
    for place, guard in enumerate(guards):
        inner = guards[place + 1 :]
        if isinstance(guard, There) and all(g.first for g in inner if isinstance(g, Branch)):
            found.append(" AND ".join([*(g.sql for g in guards[:place]), guard.absent]))
    return found
