"""The statements that write and read rows. Every value is a parameter; `relation` is ours."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from hygie.store.keys.sealing import Cipher
from hygie.store.vault import OPENED_BY, Draft, Vault

OPENED: Final = ", ".join(OPENED_BY)
VERSION_COLUMNS: Final = f"{OPENED}, updated"
"""What both tables hold."""

WRITTEN: Final = (
    "patient", "key", "happened", "ended", "shape", "updated", "version", "type", "links",
    "deleted", "tokens", "spans", "words", "body",
)  # fmt: skip

LOCK_MANY: Final = """
SELECT count(pg_advisory_xact_lock(key)) FROM (SELECT unnest($1::bigint[]) AS key ORDER BY 1) keys
"""


@cache
def current(relation: str) -> str:
    """The rows of a key: one, but for a collision of hashes.

    `relation` may be a subquery, which PostgreSQL 15 wants named.
    """
    return f"SELECT {OPENED} FROM {relation} AS current WHERE key = $1::bigint"  # noqa: S608


@cache
def current_several(relation: str) -> str:
    return f"SELECT {OPENED} FROM {relation} AS current WHERE key = ANY($1::bigint[])"  # noqa: S608


@cache
def owners(relation: str) -> str:
    """Whose the rows of a key are."""
    return f"SELECT patient FROM {relation} AS current WHERE key = $1::bigint"  # noqa: S608


@cache
def unchanged(relation: str) -> str:
    """The condition that a row of this partition is what it was when it was opened, its sealed body
    byte for byte: see `Proof`. A subquery of its own is looked up by key, never joined."""
    return f"""(
        SELECT found.body FROM {relation} AS found
        WHERE (found.key, found.patient, found.version) = (entry.key, entry.patient, entry.version)
            AND NOT found.deleted
    ) = entry.proof"""  # noqa: S608


@cache
def hold(relation: str) -> str:
    return (
        f"SELECT {OPENED} FROM {relation} "  # noqa: S608
        "WHERE key = ANY($1::bigint[]) ORDER BY key FOR UPDATE"
    )


@cache
def look(relation: str) -> str:
    """The rows and, as `xmin`, which transaction wrote each: another one once it is changed."""
    return f"SELECT {OPENED}, xmin FROM {relation} WHERE key = ANY($1::bigint[])"  # noqa: S608


@cache
def lock_table(relation: str) -> str:
    return f"LOCK TABLE {relation} IN SHARE ROW EXCLUSIVE MODE"


@cache
def version(relation: str) -> str:
    return f"""
        SELECT {OPENED} FROM {relation} AS current WHERE key = $1 AND version = $2
        UNION ALL
        SELECT {OPENED} FROM hygie.resource_history WHERE key = $1 AND version = $2
    """  # noqa: S608


def written(vault: Vault, draft: Draft, ciphers: Mapping[int, Cipher]) -> tuple[Any, ...]:
    """The values of `WRITTEN`, in order."""
    stored, index = draft.stored, draft.filed
    return (
        draft.patient, draft.key, index.happened, index.ended, index.shape, stored.updated,
        stored.version, vault.types.code(stored.type), index.links, stored.deleted,
        index.tokens, index.spans, index.words, vault.seal(draft, ciphers),
    )  # fmt: skip
