"""Every message looked for in the inbox, and the census of every hour against the simulator's."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from bench.hospital_day.disorder import Fate, Sending
from hygie.bootstrap import House
from hygie.hl7v2.parse import strip_frame
from hygie.intake.inbox import Inbox
from hygie.intake.values import State

DONE: Final = frozenset({"filed", "kept"})
STOPPED: Final = frozenset({"quarantined", "corrected", "refused", "discarded"})
Key = bytes


class Found(NamedTuple):
    """One entry of the inbox that repeats no other."""

    id: int
    state: State
    rule: str


class Balance(NamedTuple):
    """How the messages stand. `lost`, `twice`, `unfiled`, `swallowed` are to be nothing."""

    states: Mapping[str, int]
    rules: Mapping[str, int]
    lost: int
    """Sent and acknowledged, and not in the inbox."""
    twice: int
    """Contents with more than one entry that is no duplicate."""
    unfiled: Mapping[str, int]
    """Sound messages neither filed nor kept, by the rule that says why."""
    swallowed: int
    """Ruined messages that were filed as if they were sound."""
    duplicates: int


def key_of(raw: bytes) -> Key:
    return sha256(strip_frame(raw)).digest()


async def entries(house: House) -> AsyncIterator[tuple[Key, Found]]:
    """Every entry with content. Those of duplicates have none: their original has it."""
    inbox, last = Inbox(house.store.pool, house.store.keyring), 0
    while True:
        records = await house.store.pool.fetch(
            "SELECT id, state, rule, raw, content_key FROM hygie.inbox "
            "WHERE id > $1 AND raw IS NOT NULL ORDER BY id LIMIT 5000", last,
        )  # fmt: skip
        if not records:
            return
        for record in records:
            raw = inbox.open_raw(record["raw"], record["content_key"])
            yield key_of(raw), Found(record["id"], record["state"], record["rule"])
        last = records[-1]["id"]


async def reckon(house: House, sendings: Sequence[Sending], by_hand: Iterable[bytes]) -> Balance:
    """`by_hand`: what somebody wrote in place of a ruined message that nobody sent again."""
    found: dict[Key, list[Found]] = {}
    async for key, one in entries(house):
        found.setdefault(key, []).append(one)
    sound = {key_of(one.raw) for one in sendings if one.fate is Fate.SOUND}
    sound |= {key_of(raw) for raw in by_hand}
    ruined = {key_of(one.raw) for one in sendings if one.fate in (Fate.RUINED, Fate.LEFT)}
    unfiled = Counter(
        one.rule or one.state
        for key in sound
        for one in found.get(key, ())
        if one.state not in DONE
    )
    states = await house.store.pool.fetch(
        "SELECT state, sum(count)::bigint AS count FROM hygie.inbox GROUP BY state"
    )
    return Balance(
        states={record["state"]: record["count"] for record in states},
        rules=Counter(one.rule for each in found.values() for one in each if one.state in STOPPED),
        lost=sum(key not in found for key in sound | ruined),
        twice=sum(len(each) > 1 for each in found.values()),
        unfiled=unfiled,
        swallowed=sum(one.state in DONE for key in ruined for one in found.get(key, ())),
        duplicates=sum(record["count"] for record in states if record["state"] == "duplicate"),
    )
