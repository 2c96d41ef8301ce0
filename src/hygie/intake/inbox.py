"""The durable inbox: what arrived is committed here before it is processed or acknowledged.

Idempotence: the same content again is a duplicate, whatever road it took; another content under a
control id that its source and sender have used is quarantined. FHIR resources have no control id
and say the latest state: only Bundles, which may create, are recognised by content.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
import zstandard

from hygie.intake import phrases
from hygie.intake.arrival import Arrival
from hygie.intake.values import State
from hygie.refusal import Issue
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring, RowKey

RAW: Final = "inbox.raw"
NOTES: Final = "inbox.notes"
SOURCE: Final = "inbox.source"
_COLUMNS: Final = (
    "id", "kind", "event", "state", "rule", "feed", "control", "content_key", "content_rest",
    "source", "notes", "raw", "settled_at", "count", "corrects",
)  # fmt: skip
_IDS: Final = """
    SELECT nextval(pg_get_serial_sequence('hygie.inbox', 'id')) AS id FROM generate_series(1, $1)
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key"
_KNOWN: Final = """
    SELECT id, state, control, content_key, content_rest FROM hygie.inbox
    WHERE state <> 'duplicate' AND (content_key = ANY($1) OR (control <> 0 AND control = ANY($2)))
    ORDER BY id
"""
_SETTLE: Final = """
    UPDATE hygie.inbox SET state = new.state, rule = new.rule, notes = new.notes,
        settled_at = clock_timestamp(), attempts = attempts + 1, retry_at = NULL,
        patient = new.patient, raw = CASE WHEN new.keep_raw THEN raw END
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::boolean[])
        AS new (id, state, rule, notes, patient, keep_raw)
    WHERE inbox.id = new.id
"""
_HOLD: Final = """
    SELECT id, state, notes FROM hygie.inbox WHERE id = ANY($1) ORDER BY id FOR UPDATE
"""
_OPEN: Final = ("received", "quarantined")
"""States that a message can leave."""

_NOWHERE: Final = RowKey(0, 0)
"""The content of an entry that has none."""

Outcome = tuple[State, tuple[Issue, ...], str]
"""State, issues, subject."""


class Notes(msgspec.Struct, omit_defaults=True):
    """What is sealed beside a message."""

    name: str = ""
    control_id: str = ""
    issues: tuple[Issue, ...] = ()
    subject: str = ""
    original: int = 0


class Admission(msgspec.Struct, frozen=True):
    """An arrival with its entry. `original` is the entry it repeats, or 0."""

    id: int
    arrival: Arrival
    state: State
    issues: tuple[Issue, ...]
    original: int = 0


Told = Callable[[Connection, Sequence[tuple[Admission, Outcome]]], Awaitable[None]]


class Filed(NamedTuple):
    """What an entry says of resources filed in bulk."""

    source: str
    name: str
    type: str
    state: State


class _Seen(msgspec.Struct):
    contents: dict[RowKey, tuple[int, State]]
    controls: set[int]


class Inbox:
    """Rows of hygie.inbox. Safe for concurrent use by tasks and processes."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring
        self._compressor = zstandard.ZstdCompressor(level=3)
        self.told: Told | None = None
        """Who does something more, in the same transaction, once messages are settled."""

    async def admit(self, arrivals: Sequence[Arrival]) -> list[Admission]:
        """Committed when this returns, in the order given."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await self.admit_within(connection, arrivals)

    async def admit_within(
        self, connection: Connection, arrivals: Sequence[Arrival]
    ) -> list[Admission]:
        contents = [self._content(arrival) for arrival in arrivals]
        controls = [self._control(arrival) for arrival in arrivals]
        seen = await self._seen(connection, contents, controls)
        ids = [record["id"] for record in await connection.fetch(_IDS, len(arrivals))]
        admitted, rows = [], []
        for entry, arrival, content, control in zip(ids, arrivals, contents, controls, strict=True):
            decision = _decide(arrival, content, control, seen)
            seen.contents.setdefault(content, (entry, decision[0]))
            admitted.append(Admission(entry, arrival, *decision))
            rows.append(self._row(entry, arrival, content, control, decision))
        await self._write(connection, rows)
        return admitted

    async def record(self, connection: Connection, filed: Sequence[Filed]) -> None:
        """Writes down what the same transaction files in bulk: one entry for all that is alike,
        without content, which is in the store."""
        alike = Counter(filed)
        ids = [record["id"] for record in await connection.fetch(_IDS, len(alike))]
        rows = []
        for entry, (one, count) in zip(ids, alike.items(), strict=True):
            arrival = Arrival(
                source=one.source, name=one.name, raw=b"", kind="fhir", event=one.type
            )
            rows.append(self._row(entry, arrival, _NOWHERE, 0, (one.state, (), 0), count=count))
        await self._write(connection, rows)

    async def hold(self, connection: Connection, entries: Sequence[int]) -> dict[int, Outcome]:
        """Keeps the entries from others until the end of the transaction. What is returned are
        those that others have settled, with what they came to: there is nothing more to do."""
        records = await connection.fetch(_HOLD, entries)
        return {record["id"]: self._outcome(record) for record in records
                if record["state"] not in _OPEN}  # fmt: skip

    async def settle(
        self, connection: Connection, settled: Sequence[tuple[Admission, Outcome]]
    ) -> None:
        """The outcomes, within the caller's transaction."""
        rows = [self._settled(admission, *outcome) for admission, outcome in settled]
        if rows:
            await connection.execute(_SETTLE, *map(list, zip(*rows, strict=True)))
            if self.told is not None:
                await self.told(connection, settled)

    # --- how --------------------------------------------------------------------------------

    async def _seen(
        self, connection: Connection, contents: Sequence[RowKey], controls: Sequence[int]
    ) -> _Seen:
        keys = sorted({content.key for content in contents} | {c for c in controls if c})
        await connection.execute(_LOCK, keys)
        known = await connection.fetch(_KNOWN, [content.key for content in contents], controls)
        by_content: dict[RowKey, tuple[int, State]] = {}
        for record in known:
            content = RowKey(record["content_key"], record["content_rest"])
            by_content.setdefault(content, (record["id"], record["state"]))
        return _Seen(by_content, {record["control"] for record in known})

    async def _write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        await connection.copy_records_to_table(
            "inbox", schema_name="hygie", columns=_COLUMNS, records=rows
        )

    def _settled(
        self, admission: Admission, state: State, issues: tuple[Issue, ...], subject: str
    ) -> tuple[Any, ...]:
        arrival = admission.arrival
        notes = Notes(arrival.name, arrival.control_id, issues, subject)
        in_store = state == "duplicate" or (state == "filed" and arrival.kind == "fhir")
        rule = issues[0].rule if issues and state != "filed" else ""
        patient = self.patient(subject)
        return admission.id, state, rule, self._sealed(notes), patient, not in_store

    def patient(self, subject: str) -> int:
        """The keyed hash of "Patient/id"; 0 for nobody."""
        kind, _, id_ = subject.partition("/")
        return self._keyring.reference(kind, id_) if id_ else 0

    def _outcome(self, record: Record) -> Outcome:
        notes = self.open_notes(record["notes"])
        return record["state"], notes.issues, notes.subject

    def _row(
        self, entry: int, arrival: Arrival, content: RowKey, control: int,
        decision: tuple[State, tuple[Issue, ...], int], *, count: int = 0,
    ) -> tuple[Any, ...]:  # fmt: skip
        state, issues, original = decision
        notes = Notes(arrival.name, arrival.control_id, issues, "", original)
        return (
            entry, arrival.kind, arrival.event, state, issues[0].rule if issues else "",
            self._keyring.blind("inbox.feed", arrival.source), control, *content,
            self._keyring.seal(arrival.source.encode(), SOURCE), self._sealed(notes),
            None if count or state == "duplicate" else self.seal_raw(arrival.raw, content),
            None if state == "received" else _now(), count or 1, arrival.corrects,
        )  # fmt: skip

    def seal_raw(self, raw: bytes, content: RowKey) -> bytes:
        return self._keyring.seal(self._compressor.compress(raw), f"{RAW} {content.key}")

    def open_raw(self, sealed: bytes, content_key: int) -> bytes:
        return zstandard.decompress(self._keyring.open(sealed, f"{RAW} {content_key}"))

    def _sealed(self, notes: Notes) -> bytes:
        return self._keyring.seal(msgspec.json.encode(notes), NOTES)

    def open_notes(self, sealed: bytes) -> Notes:
        return msgspec.json.decode(self._keyring.open(sealed, NOTES), type=Notes)

    def _content(self, arrival: Arrival) -> RowKey:
        return self._keyring.row_key("inbox.content", sha256(arrival.raw).hexdigest())

    def _control(self, arrival: Arrival) -> int:
        if not arrival.control_id:
            return 0
        scope = f"{arrival.source}\x1f{arrival.sender}\x1f{arrival.control_id}"
        return self._keyring.blind("inbox.control", scope)


def _decide(
    arrival: Arrival, content: RowKey, control: int, seen: _Seen
) -> tuple[State, tuple[Issue, ...], int]:
    original, state = seen.contents.get(content, (0, "received"))
    if original and (arrival.kind != "fhir" or arrival.is_bundle or state == "quarantined"):
        return "duplicate", (), original
    if arrival.issues:
        return "quarantined", arrival.issues, 0
    if control and control in seen.controls and not arrival.corrects:
        return "quarantined", (_reused(),), 0
    if control:
        seen.controls.add(control)
    return "received", (), 0


def _reused() -> Issue:
    return Issue(
        code="duplicate", rule="intake.control-id-reused", phrase=phrases.REUSED_CONTROL_ID,
        location="MSH-10",
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
