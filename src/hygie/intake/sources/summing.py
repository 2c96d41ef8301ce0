"""What several processes wrote of one source, as one: a source that posts is served by them all."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeVar

import msgspec

from hygie.intake.sources.durations import percentile
from hygie.intake.sources.state import SourceState

GONE: Final = timedelta(seconds=10)
"""Who wrote so much earlier than another is no more: what it counted began with it, and ends."""
_Key = TypeVar("_Key")
_SUMS: Final = (
    "connections", "refused_connections", "received", "bytes", "unanswered", "stray_bytes",
    "broken_off",
)  # fmt: skip


def summed(states: Sequence[SourceState]) -> SourceState:
    """At least one; all of one source. Percentiles are those of all answers of the last minute."""
    newest = max(one.at for one in states)
    alive = [one for one in states if newest - one.at < GONE]
    if len(alive) == 1:
        return alive[0]
    minute = _counted(alive, lambda one: one.minute)
    answered = _counted(alive, lambda one: one.answered)
    refused = max(alive, key=lambda one: (one.last_refusal_at is not None, one.last_refusal_at))
    troubled = min(alive, key=lambda one: one.trouble is None)
    return msgspec.structs.replace(
        troubled, at=newest, since=min(one.since for one in alive), answered=answered,
        minute=minute, p50_ms=percentile(minute, 0.5), p99_ms=percentile(minute, 0.99),
        per_second=round(sum(one.per_second for one in alive), 2),
        last_message_at=max((at for one in alive if (at := one.last_message_at)), default=None),
        last_refusal_at=refused.last_refusal_at, last_refusal=refused.last_refusal,
        **{name: sum(getattr(one, name) for one in alive) for name in _SUMS},
    )  # fmt: skip


def _counted(
    states: Sequence[SourceState], of: Callable[[SourceState], Mapping[_Key, int]]
) -> Mapping[_Key, int]:
    total: Counter[_Key] = Counter()
    for one in states:
        total.update(of(one))
    return dict(total)
