"""Which resource of this house each entry of a message is: found by its identifiers, else new.

Never by the id that it has at its sender. A new id follows from what the entry is known by: its
business identifier; else its address at the sender; else the message and its place in it. So that
the same message, filed again, is the same resources.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

import msgspec

from hygie.fhir.codec import decode
from hygie.fhir.search.query import Criterion, Query, TokenValue
from hygie.intake.filing.work import Work
from hygie.intake.messaging import phrases
from hygie.intake.messaging.opening import Entry
from hygie.limits import MAX_PAGE
from hygie.limits.gateway import MAX_IDENTIFIERS_TOGETHER, MESSAGE_GUARDS
from hygie.refusal import Category, Refused, refuse
from hygie.store.contract import Resource

Name = tuple[str, str]
"""System and value."""
_ADDRESS: Final = ("http://", "https://")
_ORDERED: Final = ("DiagnosticReport", "Observation")
_PLACER: Final = "PLAC"
"""Number of the order (HL7 table 0203): several results have it."""


class Target(msgspec.Struct, frozen=True):
    """`stored`: the resource as it stands; None for one that is new."""

    id: str
    stored: Resource | None


async def find_targets(work: Work, message_id: str, entries: Sequence[Entry]) -> dict[str, Target]:
    """By place. Those whose identifiers are looked for stay guarded until the end."""
    names = {entry.place: list(_names(entry)) for entry in entries}
    every = [f"{e.type}|{s}|{v}" for e in entries for s, v in names[e.place]]
    if guards := {str(crc32(name.encode()) % MESSAGE_GUARDS) for name in every}:
        await work.tx.guard("message", *guards)
    found: dict[str, Target] = {}
    for kind in dict.fromkeys(entry.type for entry in entries):
        alike = [entry for entry in entries if entry.type == kind]
        stored = await _stored(work, kind, {name for one in alike for name in names[one.place]})
        for entry in alike:
            target = _found(entry, names[entry.place], stored)
            found[entry.place] = target or Target(
                _new_id(work, message_id, entry, names[entry.place]), None
            )
    return await _read(work, entries, found)


def _names(entry: Entry) -> Iterator[Name]:
    """The business identifiers that can tell one resource from all others."""
    listed = entry.resource.get("identifier", [])
    for one in listed if isinstance(listed, list) else [listed]:
        if not (one.get("system") and one.get("value")) or one.get("use") == "old":
            continue
        codes = {coding.get("code") for coding in one.get("type", {}).get("coding", [])}
        if entry.type not in _ORDERED or _PLACER not in codes:
            yield one["system"], one["value"]


async def _stored(work: Work, kind: str, names: set[Name]) -> Mapping[Name, list[Resource]]:
    """What is stored under each."""
    found: dict[Name, list[Resource]] = {}
    listed = sorted(names)
    for start in range(0, len(listed), MAX_IDENTIFIERS_TOGETHER):
        part = listed[start : start + MAX_IDENTIFIERS_TOGETHER]
        try:
            parameter = work.rooms.parameter(kind, "identifier")
        except KeyError:  # a type that is not found by its identifiers
            return {}
        tokens = tuple(TokenValue(system, value) for system, value in part)
        criterion = Criterion(parameter, tokens)
        page = await work.tx.search(Query(type=kind, conditions=(criterion,), count=MAX_PAGE))
        for match in page.matches:
            resource = decode(match.body)
            for name in set(_names(Entry("", "", resource))) & set(part):
                found.setdefault(name, []).append(resource)
    return found


def _found(entry: Entry, names: Sequence[Name], stored: Mapping[Name, Any]) -> Target | None:
    matches = {one["id"]: one for name in names for one in stored.get(name, ())}
    if len(matches) > 1:
        raise _refused("message.several", phrases.SEVERAL, entry)
    return next((Target(id_, one) for id_, one in matches.items()), None)


def _new_id(work: Work, message_id: str, entry: Entry, names: Sequence[Name]) -> str:
    source = work.admission.arrival.source
    if names:
        system, value = names[0]
        key = f"{system}|{value}"
    elif entry.full_url.startswith(_ADDRESS):
        key = f"message|{source}|{entry.full_url}"
    else:
        key = f"message|{source}|{message_id}|{entry.full_url or entry.place}"
    return work.rooms.ids(entry.type, key)


async def _read(
    work: Work, entries: Sequence[Entry], found: dict[str, Target]
) -> dict[str, Target]:
    """What an id that follows from a key stands for already: all asked at one time."""
    unread = {(e.type, found[e.place].id) for e in entries if found[e.place].stored is None}
    held = await work.tx.read_all(unread)
    for entry in entries:
        stored = held.get((entry.type, found[entry.place].id))
        if stored is not None and not stored.deleted and found[entry.place].stored is None:
            found[entry.place] = Target(stored.id, decode(stored.body))
    return found


def _refused(rule: str, phrase: Any, entry: Entry) -> Refused:
    return refuse(
        Category.CONFLICT, rule, phrase, code="multiple-matches",
        location=f"{entry.place}.resource.identifier",
    )  # fmt: skip
