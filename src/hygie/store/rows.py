"""The statements that write and read rows. Every value is a parameter."""

from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.store.vault import Draft, Vault

VERSION_COLUMNS: Final = "patient, key, rest, version, updated, type, deleted, body"
"""What both tables hold: enough to open a version."""

WRITTEN: Final = (
    "patient", "key", "rest", "happened", "ended", "updated", "version", "type", "links",
    "deleted", "tokens", "spans", "body",
)  # fmt: skip

INSERT: Final = f"""
INSERT INTO hygie.resource ({", ".join(WRITTEN)})
VALUES ({", ".join(f"${n}" for n in range(1, len(WRITTEN) + 1))})
"""  # noqa: S608 - the names above

CURRENT: Final = f"""
SELECT {VERSION_COLUMNS} FROM hygie.resource WHERE key = $1 AND rest = $2
"""  # noqa: S608

CURRENT_MANY: Final = f"""
SELECT {VERSION_COLUMNS} FROM hygie.resource
WHERE key = ANY($1::bigint[]) ORDER BY key FOR UPDATE
"""  # noqa: S608

LOCK: Final = "SELECT pg_advisory_xact_lock($1)"
LOCK_TABLE: Final = "LOCK TABLE hygie.resource IN SHARE ROW EXCLUSIVE MODE"
LOCK_MANY: Final = """
SELECT count(pg_advisory_xact_lock(key)) FROM (SELECT unnest($1::bigint[]) AS key ORDER BY 1) keys
"""

_FORMER: Final = f"patient = ${len(WRITTEN) + 1} AND key = $2 AND rest = $3"
_ARCHIVE: Final = f"""
archived AS (
    INSERT INTO hygie.resource_history ({VERSION_COLUMNS})
    SELECT {VERSION_COLUMNS} FROM hygie.resource WHERE {_FORMER}
)
"""  # noqa: S608

REPLACE: Final = f"""
WITH {_ARCHIVE}
UPDATE hygie.resource SET {", ".join(f"{name} = ${n}" for n, name in enumerate(WRITTEN, 1))}
WHERE {_FORMER}
"""  # noqa: S608
"""Keeps the replaced version, then writes the new one in its row; last, the former patient."""

VERSION: Final = f"""
SELECT {VERSION_COLUMNS} FROM hygie.resource WHERE key = $1 AND rest = $2 AND version = $3
UNION ALL
SELECT {VERSION_COLUMNS} FROM hygie.resource_history WHERE key = $1 AND rest = $2 AND version = $3
"""  # noqa: S608


def written(vault: Vault, draft: Draft, ciphers: dict[int, AESGCM]) -> tuple[Any, ...]:
    """The values of `WRITTEN`, in order."""
    stored, index = draft.stored, draft.filed
    return (
        draft.patient, *draft.row, index.happened, index.ended, stored.updated, stored.version,
        vault.types.code(stored.type), index.links, stored.deleted, index.tokens, index.spans,
        vault.seal(draft, ciphers),
    )  # fmt: skip
