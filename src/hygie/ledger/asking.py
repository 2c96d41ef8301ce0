"""What an auditor asks of the entries, as statements. Pure; every value is a parameter."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from hygie.trace import Action, ActorKind

MET: Final = {
    "patients": "patient = ANY({}::bigint[]) AND patient <> 0",
    "actors": "actor = ANY({}::text[])",
    "kind": "kind = {}",
    "since": "at >= {}",
    "until": "at < {}",
    "actions": "action = ANY({}::text[])",
    "about": (
        "(key = ANY({0}::bigint[]) OR keys && {0}::bigint[] "
        "OR (patient = ANY({0}::bigint[]) AND patient <> 0))"
    ),
    "reasons": "reason = ANY({}::text[])",
    "seqs": "seq = ANY({}::bigint[])",
}
OF_ONE: Final = {"patients": "patient = {} AND patient <> 0", "actors": "actor = {}"}
"""The same of a single value: an index then gives them in order, however many there are."""
REFUSED: Final = "(refused OR action = 'refused')"
"""Before form 2 a refusal was an action of its own."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: those for which all that is said here holds."""

    patients: tuple[int, ...] | None = None
    """About one of these patients, by their keys."""
    actors: tuple[str, ...] | None = None
    kind: ActorKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Excluded."""
    actions: tuple[Action, ...] | None = None
    about: tuple[int, ...] | None = None
    """About one of these resources or patients, by their keys."""
    reasons: tuple[str, ...] | None = None
    seqs: tuple[int, ...] | None = None
    refused: bool | None = None


class Statement(NamedTuple):
    sql: str
    values: tuple[Any, ...]


def page_of(asked: Asked, before: int, limit: int) -> Statement:
    """The newest first, from `before` (a `seq`, excluded) on."""
    where, values = conditions(asked, (before, limit))
    if asked.patients is None and asked.actors is None:
        order = "ORDER BY seq DESC"
    else:  # as the indexes on patients and actors have it
        order = "AND seq >> 12 <= $1::bigint >> 12 ORDER BY seq >> 12 DESC, seq DESC"
    return Statement(
        f"SELECT * FROM hygie.audit WHERE seq < $1 AND {where} {order} LIMIT $2",  # noqa: S608
        values,
    )


def count_of(asked: Asked, limit: int) -> Statement:
    """How many there are, counted up to `limit`."""
    where, values = conditions(asked, (limit,))
    return Statement(
        f"SELECT count(*) FROM (SELECT FROM hygie.audit WHERE {where} LIMIT $1) AS found",  # noqa: S608
        values,
    )


def conditions(asked: Asked, first: Sequence[Any]) -> Statement:
    """A condition, its parameters numbered after the `first`; and all values."""
    met, values = ["true"], list(first)
    for name, condition in MET.items():
        value = getattr(asked, name)
        if value is not None:
            alone = name in OF_ONE and len(value) == 1
            sendable = _sendable(value)
            values.append(sendable[0] if alone else sendable)
            met.append((OF_ONE[name] if alone else condition).format(f"${len(values)}"))
    if asked.refused is not None:
        met.append(REFUSED if asked.refused else f"NOT {REFUSED}")
    return Statement(" AND ".join(met), tuple(values))


def _sendable(value: Any) -> Any:
    """Texts as PostgreSQL takes them: no entry holds what is replaced here."""
    if not isinstance(value, tuple):
        return value
    return [
        one.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
        if isinstance(one, str)
        else one
        for one in value
    ]
