"""Erasure of a record: the patient's data key is destroyed, and with it everything it sealed.

At the commit, the key is gone, bodies and past versions are empty, and nothing of the record is
left in the index: no process, whatever it keeps in memory, can give any of it out. What is left
says that there was something: numbers of versions, their times, and in the ledger when, by whom and
why.

Not reached, and to be dealt with by the establishment (docs/keys.md):

- backups and archived logs made before hold the wrapped key and the bodies; with the master key of
  that time they open, until they are deleted or that master key is;
- what belongs to no patient, or to several, is under the establishment's key: messages as received,
  details of audit entries, lists and groups that name the patient;
- links to the record from others remain, to a number that leads nowhere.
"""

from typing import Final

from hygie.store.database import LONG_SECONDS, Connection
from hygie.store.index.filing import EMPTY
from hygie.store.keys.news import ANNOUNCE, SETTLE_SECONDS, settled
from hygie.store.keys.rekeying import entry, held_key
from hygie.store.store import Store
from hygie.trace import Context

_DESTROY: Final = """
UPDATE hygie.patient_key
SET generation = 0, wrapped = '', former = NULL, destroyed = clock_timestamp() WHERE patient = $1
"""
_EMPTY_CURRENT: Final = """
UPDATE hygie.resource
SET body = '', deleted = true, tokens = NULL, spans = NULL, words = NULL, links = 0, shape = 0,
    happened = $2, ended = $3
WHERE patient = $1 AND body <> ''
"""
_EMPTY_PAST: Final = """
UPDATE hygie.resource_history SET body = '' WHERE patient = $1 AND body <> ''
"""


async def destroy(
    store: Store,
    context: Context,
    patient: str,
    reason: str,
    *,
    settle_seconds: float = SETTLE_SECONDS,
) -> int:
    """Erases the record of `Patient/patient` for good; how many versions were emptied. On record.

    Nothing of it is given out once this commits, and nothing can be written to it. Returns once
    what other processes were just writing to it is emptied as well; killed before, the same command
    finishes it. Refused NOT_FOUND when there is no such record.
    """
    number = store.keyring.reference("Patient", patient)
    async with store.pool.acquire() as connection, connection.transaction():
        row = await held_key(store, connection, number)
        if row["destroyed"] is None:
            await connection.execute(_DESTROY, number)
            trace = entry(context, "destroy-key", number, patient, reason)
            await store.trail.append(connection, [trace])
        emptied = await _empty(connection, number)
        await connection.execute(ANNOUNCE, str(number))
    store.vault.hear(str(number))
    store.vault.keys.forget((number,))
    await settled(store.pool, settle_seconds)
    async with store.pool.acquire() as connection, connection.transaction():
        return emptied + await _empty(connection, number)


async def _empty(connection: Connection, number: int) -> int:
    await connection.execute("SET LOCAL statement_timeout = 0")
    never = (EMPTY.happened, EMPTY.ended)
    current = await connection.execute(_EMPTY_CURRENT, number, *never, timeout=LONG_SECONDS)
    past = await connection.execute(_EMPTY_PAST, number, timeout=LONG_SECONDS)
    return int(current.split()[-1]) + int(past.split()[-1])
