"""Rows rid of what parameters that are given up left on them: filed again whole, by today's rules.

They are found by the token that says that they have a value; once none has it, it is done.
"""

from collections.abc import Sequence
from typing import Any, Final

from hygie.fhir.codec import decode
from hygie.fhir.definitions import SearchParameter
from hygie.store.database import RETRIED, Record
from hygie.store.index.blinding import Index
from hygie.store.parameters.places import FIRST, Place, place_of
from hygie.store.store import Store
from hygie.store.vault import OPENED_BY, Opened

SLICE_ROWS: Final = 200
_COLUMNS: Final = ", ".join(OPENED_BY)
_FIELDS: Final = ", ".join(f"{name} = ${n}" for n, name in enumerate(Index._fields, start=4))
_HELD: Final = f"""
SELECT {_COLUMNS} FROM {{relation}}
WHERE tokens && $1::bigint[] AND (key, patient) > ($2, $3) ORDER BY key, patient LIMIT $4
"""  # noqa: S608 - our own columns
_REFILE: Final = f"""
UPDATE {{relation}} SET {_FIELDS} WHERE key = $1 AND patient = $2 AND version = $3
"""  # noqa: S608 - our own columns


async def clean(store: Store, parameters: Sequence[SearchParameter]) -> None:
    """Returns once no row that opens has anything of these parameters, which nobody files by."""
    for kind in sorted({name for each in parameters for name in each.base}):
        mine = [each for each in parameters if kind in each.base]
        await _clean_type(store, kind, [_present(store, kind, each) for each in mine])


def _present(store: Store, kind: str, parameter: SearchParameter) -> int:
    (scope,) = store.vault.blinder.scopes(kind, parameter)
    return store.vault.blinder.names.present(scope)


async def _clean_type(store: Store, kind: str, tokens: Sequence[int]) -> None:
    relation = await store.vault.partitions.of(store.pool, kind)
    if "(" in relation:
        return  # there are no rows
    after: Place | None = FIRST
    while after is not None:
        query = _HELD.format(relation=relation)
        rows = await store.pool.fetch(query, tokens, *after, SLICE_ROWS)
        try:
            await _refile(store, relation, rows)
        except RETRIED:
            continue  # somebody was in the way: the same slice again
        after = place_of(rows[-1]) if rows else None


async def _refile(store: Store, relation: str, rows: Sequence[Record]) -> None:
    """What does not open stays as it is: `hygie doctor` names it."""
    opened = [one for one in await store.vault.open_each(rows) if isinstance(one, Opened)]
    async with store.pool.acquire() as connection, connection.transaction():
        await store.vault.rules.require(connection)
        values = [_values(store, one) for one in opened]
        await connection.executemany(_REFILE.format(relation=relation), values)


def _values(store: Store, one: Opened) -> tuple[Any, ...]:
    _, index = store.vault.file(decode(one.stored.body))
    return one.record["key"], one.record["patient"], one.record["version"], *index
