"""Changes carried out within a transaction: held, decided each by itself, written together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hygie.refusal import Category, Refused, refuse
from hygie.store import phrases
from hygie.store.database import Connection
from hygie.store.keys.sealing import Cipher
from hygie.store.tables import row_sets, rows
from hygie.store.vault import Vault
from hygie.store.writing.changes import Change, Written, decide
from hygie.store.writing.holding import Held, hold

Row = tuple[Any, ...]


async def write(
    connection: Connection, vault: Vault, changes: Sequence[Change], now: datetime
) -> list[Written | Refused]:
    """What each came to, in order. A refusal concerns its change only: the others are written.

    No two may have one type and key. The types' partitions are there (`Partitions.ensure`).
    """
    await vault.rules.require(connection)
    held = await hold(connection, vault, changes)
    outcomes, ciphers = await decided(vault, changes, held, now)
    written = [one for one in outcomes if isinstance(one, Written)]
    for kind in sorted({one.draft.stored.type for one in written if one.draft is not None}):
        relation = vault.partitions.relation(kind)
        new, replaced = drafted(vault, kind, written, ciphers)
        if new:
            await row_sets.insert(connection, relation, new)
        if replaced:
            await row_sets.replace(connection, relation, replaced)
    return outcomes


async def decided(
    vault: Vault, changes: Sequence[Change], held: Held, now: datetime
) -> tuple[list[Written | Refused], Mapping[int, Cipher]]:
    """What each comes to, given what is there; and what the versions to be written are sealed with.

    Keys are made for patients who have none.
    """
    outcomes = [_decided(vault, change, held, now) for change in changes]
    written = [one for one in outcomes if isinstance(one, Written)]
    ciphers = await vault.keys.ensure({one.patient for one in written if one.draft is not None})
    return [_unless_erased(one, ciphers) for one in outcomes], ciphers


def _decided(vault: Vault, change: Change, held: Held, now: datetime) -> Written | Refused:
    try:
        present = change.shown(held.get((change.type, change.key)))
        if isinstance(present, Refused):
            return present
        return decide(vault, change, present, now)
    except Refused as refused:
        return refused


def _unless_erased(outcome: Written | Refused, ciphers: Mapping[int, Cipher]) -> Written | Refused:
    if isinstance(outcome, Refused) or outcome.draft is None or outcome.patient in ciphers:
        return outcome
    return refuse(Category.GONE, "store.patient-erased", phrases.PATIENT_ERASED, code="deleted")


def drafted(
    vault: Vault, kind: str, written: Sequence[Written], ciphers: Mapping[int, Cipher]
) -> tuple[list[Row], list[Row]]:
    """The rows of one type: new ones, and those that replace others (`row_sets.REPLACING`)."""
    new: list[Row] = []
    replaced: list[Row] = []
    for one in written:
        if one.draft is not None and one.draft.stored.type == kind:
            values = rows.written(vault, one.draft, ciphers)
            if one.former is None:
                new.append(values)
            else:
                replaced.append((*values, one.former))
    return new, replaced
