"""The durable inbox: what arrived is committed here before it is processed or acknowledged.

Idempotence: the same content again is a duplicate, whatever road it took; another content under a
control id that its source and sender have used is quarantined. FHIR resources have no control id
and say the latest state: only Bundles, which may create, are recognised by content.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
import zstandard

from hygie.intake import phrases
from hygie.intake.arrival import Arrival
from hygie.intake.messaging.phrases import REUSED as REUSED_MESSAGE_ID
from hygie.intake.values import State
from hygie.limits.gateway import RETRY_SECONDS
from hygie.refusal import Issue
from hygie.store.database import Connection, Pool, Record
from hygie.store.keys.keyring import Keyring, RowKey
from hygie.store.tables.rows import LOCK_MANY

RAW: Final = "inbox.raw"
NOTES: Final = "inbox.notes"
SOURCE: Final = "inbox.source"
_COLUMNS: Final = (
    "id", "kind", "event", "state", "rule", "feed", "control", "content_key", "content_rest",
    "source", "notes", "raw", "settled_at", "count", "corrects", "lanes", "retry_at",
)  # fmt: skip
_IDS: Final = """
    SELECT nextval(pg_get_serial_sequence('hygie.inbox', 'id')) AS id FROM generate_series(1, $1)
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key"
_KNOWN_CONTENTS: Final = """
    SELECT known.* FROM unnest($1::bigint[]) AS asked (content_key) CROSS JOIN LATERAL (
        SELECT id, state, content_key, content_rest FROM hygie.inbox
        WHERE content_key = asked.content_key AND state <> 'duplicate' ORDER BY id LIMIT 1
    ) AS known
"""
"""The first of each: there may be as many as a sender likes."""
_KNOWN_CONTROLS: Final = """
    SELECT asked.control, known.* FROM unnest($1::bigint[]) AS asked (control) CROSS JOIN LATERAL (
        (SELECT id, state FROM hygie.inbox WHERE control = asked.control AND control <> 0
            AND state <> 'duplicate' AND state = ANY('{received,filed,kept}') LIMIT 1)
        UNION ALL
        (SELECT id, state FROM hygie.inbox WHERE control = asked.control AND control <> 0
            AND state <> 'duplicate' AND state = 'quarantined' ORDER BY id DESC LIMIT 1)
    ) AS known
"""
"""Of each, one that did not fail, and the last that lies in quarantine."""
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
_EARLIER: Final = """
    SELECT id, lanes FROM hygie.inbox
    WHERE state = 'received' AND id < $1 AND lanes && $2::bigint[] AND id <> ALL($3::bigint[])
    ORDER BY id
"""
_CORRECTED: Final = """
    UPDATE hygie.inbox former SET state = 'corrected', settled_at = clock_timestamp()
    FROM unnest($1::bigint[], $2::bigint[]) AS new (id, corrects)
        JOIN hygie.inbox mended ON mended.id = new.corrects
    WHERE former.state = 'quarantined' AND former.id < new.id AND (former.id = mended.id
        OR (former.control <> 0 AND former.control = mended.control))
"""
_POSTPONE: Final = """
    UPDATE hygie.inbox SET attempts = attempts + 1, retry_at = clock_timestamp()
        + make_interval(secs => ($2::float8[])[least(attempts + 1, cardinality($2::float8[]))])
    WHERE id = ANY($1) AND state = 'received'
"""
IN_HAND: Final = timedelta(seconds=60)
"""After so long, what is still `received` is taken up by whoever looks for it."""
_FAILED: Final = ("quarantined", "corrected", "discarded", "refused")
"""States of what was never filed: the sender may use the control id again."""
_OPEN: Final = ("received", "kept", "quarantined")
"""States that a message can leave: by settling, and by a replay."""

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
    """An arrival with its entry. `original` is the entry it repeats, or 0; `attempts`: how often
    it was tried in vain."""

    id: int
    arrival: Arrival
    state: State
    issues: tuple[Issue, ...]
    original: int = 0
    attempts: int = 0


Told = Callable[[Connection, Sequence[tuple[Admission, Outcome]]], Awaitable[None]]


class Filed(NamedTuple):
    """What an entry says of resources filed in bulk."""

    source: str
    name: str
    type: str
    state: State


class _Seen(msgspec.Struct):
    contents: dict[RowKey, tuple[int, State]]
    controls: dict[int, list[tuple[int, State]]]
    """Who has used a control id, as far as that decides."""


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
        for entry, given, content, control in zip(ids, arrivals, contents, controls, strict=True):
            arrival = _mending(given, control, seen)
            decision = _decide(arrival, content, control, seen)
            seen.contents.setdefault(content, (entry, decision[0]))
            if decision[0] != "duplicate":
                seen.controls.setdefault(control, []).append((entry, decision[0]))
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
        mended = [
            (admission.id, admission.arrival.corrects) for admission, (state, *_) in settled
            if admission.arrival.corrects and state in ("filed", "kept")
        ]  # fmt: skip
        if mended:
            await connection.execute(_CORRECTED, *map(list, zip(*mended, strict=True)))
        if rows and self.told is not None:
            await self.told(connection, settled)

    async def postpone(self, entries: Sequence[int]) -> None:
        """After a fault that was not their own: they are taken up again, later each time."""
        await self._pool.execute(_POSTPONE, list(entries), [float(s) for s in RETRY_SECONDS])

    async def enter(self, connection: Connection, admissions: Sequence[Admission]) -> None:
        """Keeps their lanes from other transactions until the end of this one."""
        if lanes := sorted({lane for one in admissions for lane in self._lanes(one.arrival)}):
            await connection.fetchval(LOCK_MANY, lanes)

    async def earlier(self, connection: Connection, admissions: Sequence[Admission]) -> list[int]:
        """What came before one of them in one of its lanes, and still waits. They are entered."""
        last: dict[int, int] = {}
        for one in admissions:
            last |= {lane: max(one.id, last.get(lane, 0)) for lane in self._lanes(one.arrival)}
        if not last:
            return []
        ours = [one.id for one in admissions]
        found = await connection.fetch(_EARLIER, max(last.values()), list(last), ours)
        return [row["id"] for row in found
                if any(row["id"] < last.get(lane, 0) for lane in row["lanes"])]  # fmt: skip

    # --- how --------------------------------------------------------------------------------

    def _lanes(self, arrival: Arrival) -> list[int]:
        return [self._keyring.blind("inbox.lane", lane) for lane in arrival.lanes]

    async def _seen(
        self, connection: Connection, contents: Sequence[RowKey], controls: Sequence[int]
    ) -> _Seen:
        keys = sorted({content.key for content in contents} | {c for c in controls if c})
        await connection.execute(_LOCK, keys)
        by_content: dict[RowKey, tuple[int, State]] = {}
        for record in await connection.fetch(_KNOWN_CONTENTS, [one.key for one in contents]):
            content = RowKey(record["content_key"], record["content_rest"])
            by_content[content] = record["id"], record["state"]
        by_control: dict[int, list[tuple[int, State]]] = {}
        for record in await connection.fetch(_KNOWN_CONTROLS, [one for one in controls if one]):
            used = by_control.setdefault(record["control"], [])
            used.append((record["id"], record["state"]))
        return _Seen(by_content, by_control)

    async def _write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        await connection.copy_records_to_table(
            "inbox", schema_name="hygie", columns=_COLUMNS, records=rows
        )

    def _settled(
        self, admission: Admission, state: State, issues: tuple[Issue, ...], subject: str
    ) -> tuple[Any, ...]:
        arrival = admission.arrival
        notes = Notes(arrival.name, arrival.control_id, issues, subject)
        in_store = state == "duplicate" or (
            state == "filed" and arrival.kind == "fhir" and not arrival.is_message
        )
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
            self._lanes(arrival), _now() + IN_HAND if state == "received" else None,
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


def _mending(arrival: Arrival, control: int, seen: _Seen) -> Arrival:
    """What takes the place of a message that its sender has mended: same control id, all that
    came under it before having failed."""
    if arrival.corrects or _was_filed(control, seen):
        return arrival
    users = seen.controls.get(control, []) if control else []
    waiting = [entry for entry, state in users if state == "quarantined"]
    return msgspec.structs.replace(arrival, corrects=waiting[-1]) if waiting else arrival


def _was_filed(control: int, seen: _Seen) -> bool:
    """Or is about to be."""
    users = seen.controls.get(control, []) if control else []
    return any(state not in _FAILED for _, state in users)


def _decide(
    arrival: Arrival, content: RowKey, control: int, seen: _Seen
) -> tuple[State, tuple[Issue, ...], int]:
    original, state = seen.contents.get(content, (0, "received"))
    if original and (arrival.kind != "fhir" or arrival.is_bundle or state == "quarantined"):
        return "duplicate", (), original
    if arrival.issues:
        return "quarantined", arrival.issues, 0
    if not arrival.corrects and _was_filed(control, seen):
        return "quarantined", (_reused(arrival),), 0
    return "received", (), 0


def _reused(arrival: Arrival) -> Issue:
    if arrival.is_message:
        phrase, place = REUSED_MESSAGE_ID, "Bundle.entry[0].resource.id"
    else:
        phrase, place = phrases.REUSED_CONTROL_ID, "MSH-10"
    return Issue(
        code="duplicate", rule="intake.control-id-reused", phrase=phrase, location=place,
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
