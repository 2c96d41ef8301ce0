"""A row, opened and held against itself: key, seal, identity, version, time.

What does not open is a finding, and the examination goes on.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag

from hygie.fhir.codec import decode
from hygie.ops import kinds
from hygie.ops.examination import Examination
from hygie.ops.findings import Kind
from hygie.ops.sound import Sound, named
from hygie.refusal import Refused
from hygie.store.bodies import placing
from hygie.store.bodies.sealer import dictionary_of
from hygie.store.contract import Resource, StoredResource
from hygie.store.database import Record

_ERASED: Final = """
SELECT EXISTS (SELECT FROM hygie.patient_key WHERE patient = $1 AND destroyed IS NOT NULL)
"""


async def open_sound(exam: Examination, records: Sequence[Record]) -> list[Sound]:
    """The rows that hold what they say; a finding for each other."""
    found = []
    for record in records:
        type = exam.store.vault.types.name(record["type"])
        outcome = await _examined(exam, type, record)
        if isinstance(outcome, Kind):
            exam.findings.add(outcome, named(type, record))
        elif outcome is not None:
            found.append(outcome)
    return found


async def _examined(exam: Examination, type: str, record: Record) -> Sound | Kind | None:
    """None of what was erased: it is as it should be, and holds nothing."""
    try:
        stored = await exam.store.vault.open_one(record)
    except InvalidTag:
        return kinds.KEY_UNREADABLE
    except Refused as refused:
        return await _unopened(exam, record, refused.refusal.issues[0].rule)
    if exam.store.keyring.reference(type, stored.id) != record["key"]:
        return kinds.BODY_IDENTITY
    resource = {"id": stored.id} if stored.deleted else decode(stored.body)
    if not stored.deleted and (wrong := _contradiction(stored, record["updated"], resource)):
        return wrong
    return Sound(record, type, stored.id, resource)


def _contradiction(stored: StoredResource, updated: datetime, resource: Resource) -> Kind | None:
    """What the body says of itself, against its row."""
    if (resource["resourceType"], resource["id"]) != (stored.type, stored.id):
        return kinds.BODY_IDENTITY
    meta = {"versionId": str(stored.version), "lastUpdated": placing.instant(updated)}
    return None if meta.items() <= resource["meta"].items() else kinds.BODY_VERSION


async def _unopened(exam: Examination, record: Record, rule: str) -> Kind | None:
    if rule == "store.key-destroyed":
        erased = not record["body"] and await exam.pool.fetchval(_ERASED, record["patient"])
        return None if erased else kinds.KEY_MISSING
    if not exam.store.vault.bodies.knows(dictionary_of(record["body"])):
        return kinds.DICTIONARY_UNKNOWN
    return kinds.BODY_UNREADABLE
