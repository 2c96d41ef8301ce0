"""What people did, added up by the database: who, whose record, in which hour. Opens nothing."""

from datetime import date, datetime
from typing import Final, NamedTuple

from hygie.ledger.asking import Asked, Statement, conditions

GLASS: Final = "team.break-glass"
"""The rule by which somebody outside the circle came in."""
REFUSED: Final = "(refused OR action = 'refused')"


class Tally(NamedTuple):
    """Of one account, about one patient (0: none, or several), within one hour."""

    actor: str
    patient: int
    hour: datetime
    acts: int
    refused: int
    glass: int
    """Made by breaking the glass."""


class Day(NamedTuple):
    day: date
    permitted: int
    refused: int


def tallies_of(since: datetime, until: datetime, actor: str, limit: int) -> Statement:
    """Of accounts, all of them or one; at most `limit` rows."""
    sql = f"""
        SELECT actor, patient, date_trunc('hour', at, 'UTC') AS hour,
            count(*) FILTER (WHERE NOT {REFUSED}) AS acts,
            count(*) FILTER (WHERE {REFUSED}) AS refused,
            count(*) FILTER (
                WHERE action = 'break-glass' OR reason = '{GLASS}') AS glass
        FROM hygie.audit
        WHERE kind = 'account' AND at >= $1 AND at < $2 AND ($3 = '' OR actor = $3)
        GROUP BY 1, 2, 3 ORDER BY 3, 1, 2 LIMIT $4
    """  # noqa: S608 - names and conditions are ours
    return Statement(sql, (since, until, actor, limit))


def days_of(asked: Asked, zone: str) -> Statement:
    """How many of those asked for there were each day, of the clock on the wall in that zone."""
    where, values = conditions(asked, (zone,))
    sql = f"""
        SELECT (at AT TIME ZONE $1)::date AS day,
            count(*) FILTER (WHERE NOT {REFUSED}) AS permitted,
            count(*) FILTER (WHERE {REFUSED}) AS refused
        FROM hygie.audit WHERE {where} GROUP BY 1 ORDER BY 1
    """  # noqa: S608
    return Statement(sql, values)
