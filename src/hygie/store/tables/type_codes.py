"""Resource types as small numbers: what rows hold instead of names."""

from collections.abc import Iterable

from hygie.store.database import Connection, Pool


class TypeCodes:
    """Name <-> code, both ways. Immutable once loaded."""

    def __init__(self, codes: dict[str, int]) -> None:
        self._codes = codes
        self._names = {code: name for name, code in codes.items()}

    @classmethod
    async def load(cls, connection: Connection | Pool, names: Iterable[str]) -> "TypeCodes":
        """Reads the table, and adds the types that this program knows and it does not."""
        await connection.execute(
            "INSERT INTO hygie.resource_type (name) "
            "SELECT unnest($1::text[]) EXCEPT SELECT name FROM hygie.resource_type "
            "ORDER BY 1 ON CONFLICT DO NOTHING",
            list(names),
        )
        rows = await connection.fetch("SELECT name, code FROM hygie.resource_type")
        return cls({row["name"]: row["code"] for row in rows})

    @property
    def names(self) -> Iterable[str]:
        return self._codes.keys()

    def code(self, name: str) -> int:
        return self._codes[name]

    def name(self, code: int) -> str:
        return self._names[code]
