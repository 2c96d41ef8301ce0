"""The rows of exports and of their files: statements, and what they hold."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hygie.exchange.bulk.asked import Asked, Kind, Stream
from hygie.exchange.bulk.files import Written
from hygie.exchange.bulk.making import Made
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring
from hygie.store.reading.moment import FIRST, Place

FILE_COLUMNS: Final = (
    "export", "number", "kind", "type", "after_updated", "after_key", "upto_updated", "upto_key",
    "last", "made", "count", "bytes", "sealed", "digest", "patients",
)  # fmt: skip
_SHOWN: Final = ", ".join(name for name in FILE_COLUMNS if name != "patients")
FIND: Final = "SELECT * FROM hygie.export WHERE id = $1"
FILES: Final = f"SELECT {_SHOWN} FROM hygie.export_file WHERE export = $1 ORDER BY number"  # noqa: S608
FILE: Final = f"SELECT {_SHOWN} FROM hygie.export_file WHERE export = $1 AND number = $2"  # noqa: S608
_GONE: Final = """
FROM hygie.export_file f JOIN hygie.patient_key k
    ON k.patient = ANY (f.patients) AND k.destroyed >= f.made
"""
ERASED: Final = f"SELECT DISTINCT f.number {_GONE} WHERE f.export = $1 ORDER BY 1"
"""Files that hold something of a patient whose key was destroyed since they were made."""
ERASED_ANYWHERE: Final = f"SELECT DISTINCT f.export {_GONE}"
WANTED: Final = "SELECT 1 FROM hygie.export WHERE id = $1"
HOLD: Final = "SELECT 1 FROM hygie.export WHERE id = $1 AND state <> 'failed' FOR SHARE"
INSERT_FILE: Final = (
    f"INSERT INTO hygie.export_file ({', '.join(FILE_COLUMNS)}) "  # noqa: S608
    f"VALUES ({', '.join(f'${n}' for n in range(1, len(FILE_COLUMNS) + 1))})"
)


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One export, opened."""

    id: UUID
    client: str
    asked: Asked
    cipher: Any
    moment: datetime
    created: datetime
    finished: datetime | None
    expires: datetime | None
    state: str
    rule: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A finished part, and the file that holds it: there is none when `count` is 0."""

    number: int
    kind: Kind
    type: str
    after: Place
    upto: Place
    last: bool
    made: datetime
    count: int
    size: int
    """Bytes, plain."""
    sealed: int
    digest: bytes

    @property
    def stream(self) -> Stream:
        return Stream(self.kind, self.type)


def seal_asked(keyring: Keyring, job: UUID, asked: Asked) -> bytes:
    return keyring.seal(msgspec.msgpack.encode(asked), f"export {job} asked")


def seal_key(keyring: Keyring, job: UUID, key: bytes) -> bytes:
    return keyring.seal(key, f"export {job} key")


def export_of(keyring: Keyring, row: Record) -> Export:
    """Raises `InvalidTag` when it was altered."""
    job = row["id"]
    asked = keyring.open(row["asked"], f"export {job} asked")
    return Export(
        id=job, client=row["client"], asked=msgspec.msgpack.decode(asked, type=Asked),
        cipher=AESGCM(keyring.open(row["key"], f"export {job} key")), moment=row["moment"],
        created=row["created"], finished=row["finished"], expires=row["expires"],
        state=row["state"], rule=row["rule"],
    )  # fmt: skip


def file_of(row: Record) -> File:
    return File(
        number=row["number"], kind=row["kind"], type=row["type"],
        after=Place(row["after_updated"], row["after_key"]),
        upto=Place(row["upto_updated"], row["upto_key"]), last=row["last"], made=row["made"],
        count=row["count"], size=row["bytes"], sealed=row["sealed"], digest=row["digest"],
    )  # fmt: skip


async def files_of(connection: Connection | Pool, job: UUID) -> list[File]:
    return [file_of(row) for row in await connection.fetch(FILES, job)]


def file_values(
    job: UUID, number: int, stream: Stream, after: Place, made: Made, written: Written
) -> tuple[Any, ...]:
    """The values of `FILE_COLUMNS`."""
    return (
        job, number, stream.kind, stream.type, *after, *made.upto, made.last, made.made, made.count,
        written.size, written.sealed, written.digest, sorted(made.patients),
    )  # fmt: skip


def reached(files: list[File], stream: Stream) -> Place | None:
    """Where a stream goes on; None when it is finished."""
    upto = FIRST
    for file in files:
        if file.stream == stream:
            if file.last:
                return None
            upto = max(upto, file.upto)
    return upto
