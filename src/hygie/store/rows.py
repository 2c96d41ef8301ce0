"""The statements that write and read rows. Every value is a parameter; `relation` is ours."""

from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.store.vault import Draft, Vault

OPENED: Final = "patient, key, version, type, deleted, body"
"""What opens a version. `updated` is in the body, authenticated; decoding it twice would cost."""
VERSION_COLUMNS: Final = f"{OPENED}, updated"
"""What both tables hold."""

WRITTEN: Final = (
    "patient", "key", "happened", "ended", "shape", "updated", "version", "type", "links",
    "deleted", "tokens", "spans", "words", "body",
)  # fmt: skip

LOCK: Final = "SELECT pg_advisory_xact_lock($1)"
LOCK_MANY: Final = """
SELECT count(pg_advisory_xact_lock(key)) FROM (SELECT unnest($1::bigint[]) AS key ORDER BY 1) keys
"""


@cache
def insert(relation: str) -> str:
    values = ", ".join(f"${n}" for n in range(1, len(WRITTEN) + 1))
    return f"INSERT INTO {relation} ({', '.join(WRITTEN)}) VALUES ({values})"  # noqa: S608


@cache
def current(relation: str) -> str:
    """The rows of a key: one, but for a collision of hashes."""
    return f"SELECT {OPENED} FROM {relation} WHERE key = $1"  # noqa: S608


@cache
def current_several(relation: str) -> str:
    return f"SELECT {OPENED} FROM {relation} WHERE key = ANY($1::bigint[])"  # noqa: S608


@cache
def hold(relation: str) -> str:
    return f"{current(relation)} FOR UPDATE"


@cache
def hold_many(relation: str) -> str:
    return (
        f"SELECT {OPENED} FROM {relation} "  # noqa: S608
        "WHERE key = ANY($1::bigint[]) ORDER BY key FOR UPDATE"
    )


@cache
def lock_table(relation: str) -> str:
    return f"LOCK TABLE {relation} IN SHARE ROW EXCLUSIVE MODE"


@cache
def replace(relation: str) -> str:
    """Keeps the replaced version, then writes the new one in its row; last, the former patient."""
    former = f"patient = ${len(WRITTEN) + 1} AND key = $2"
    assigned = ", ".join(f"{name} = ${n}" for n, name in enumerate(WRITTEN, 1))
    return f"""
        WITH archived AS (
            INSERT INTO hygie.resource_history ({VERSION_COLUMNS})
            SELECT {VERSION_COLUMNS} FROM {relation} WHERE {former}
        )
        UPDATE {relation} SET {assigned} WHERE {former}
    """  # noqa: S608


@cache
def version(relation: str) -> str:
    return f"""
        SELECT {OPENED} FROM {relation} WHERE key = $1 AND version = $2
        UNION ALL
        SELECT {OPENED} FROM hygie.resource_history WHERE key = $1 AND version = $2
    """  # noqa: S608


def written(vault: Vault, draft: Draft, ciphers: dict[int, AESGCM]) -> tuple[Any, ...]:
    """The values of `WRITTEN`, in order."""
    stored, index = draft.stored, draft.filed
    return (
        draft.patient, draft.key, index.happened, index.ended, index.shape, stored.updated,
        stored.version, vault.types.code(stored.type), index.links, stored.deleted,
        index.tokens, index.spans, index.words, vault.seal(draft, ciphers),
    )  # fmt: skip
