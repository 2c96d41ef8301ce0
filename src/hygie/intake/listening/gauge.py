"""What a listener counts, in memory: cheap for each message, told once a second."""

from collections import Counter
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from hygie.intake.sources.state import Phase, SourceState
from hygie.refusal import Issue

MINUTE_SECONDS: Final = 60
_SLICE_SECONDS: Final = 5
"""The last minute is kept in slices of this."""
_SLICES: Final = MINUTE_SECONDS // _SLICE_SECONDS
_FIRST_MS: Final = 0.25
_GROWTH: Final = 1.25
"""Each bucket of the histogram ends this much further: percentiles are true within a quarter."""
_BUCKETS: Final = 72
"""Up to half an hour."""


class Gauge:
    """Of one listener. For the tasks of one event loop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.phase: Phase = "starting"
        self.address = ""
        self.trouble: Issue | None = None
        self.since = datetime.now(UTC)
        self.connections = 0
        self.refused_connections = 0
        self.unanswered = 0
        self.stray_bytes = 0
        self.broken_off = 0
        self._received = 0
        self._bytes = 0
        self._answered: Counter[str] = Counter()
        self._last_message: datetime | None = None
        self._last_refusal: tuple[datetime | None, str] = None, ""
        self._minute = _Minute()

    def listening(self, address: str) -> None:
        self.phase, self.address, self.trouble = "listening", address, None

    def failed(self, trouble: Issue) -> None:
        self.phase, self.trouble = "failed", trouble

    def problem(self, issue: Issue | None) -> None:
        """What makes it look wrong though it listens; None: all is well again."""
        self.trouble = issue

    def received(self, messages: int, octets: int) -> None:
        """Messages, whole."""
        self._received += messages
        self._bytes += octets
        self._last_message = datetime.now(UTC)

    def answered(self, code: str, seconds: float, rule: str = "") -> None:
        """`code`: as in MSA-1. `seconds`: from the end of the message. `rule`: why not AA or CA."""
        self._answered[code] += 1
        self._minute.note(seconds)
        if code[-1:] in ("E", "R"):
            self._last_refusal = datetime.now(UTC), rule

    def state(self) -> SourceState:
        count, p50, p99 = self._minute.told()
        at, rule = self._last_refusal
        now = datetime.now(UTC)
        heard = max(1.0, min(float(MINUTE_SECONDS), (now - self.since).total_seconds()))
        return SourceState(
            name=self.name, phase=self.phase, at=now, since=self.since, trouble=self.trouble,
            address=self.address, connections=self.connections,
            refused_connections=self.refused_connections, received=self._received,
            bytes=self._bytes, answered=dict(self._answered), unanswered=self.unanswered,
            stray_bytes=self.stray_bytes, broken_off=self.broken_off,
            per_second=round(count / heard, 2), p50_ms=p50, p99_ms=p99,
            last_message_at=self._last_message, last_refusal_at=at, last_refusal=rule,
        )  # fmt: skip


class _Minute:
    """Durations of the last minute, as a histogram in slices of time."""

    def __init__(self) -> None:
        self._slices: dict[int, list[int]] = {}

    def note(self, seconds: float) -> None:
        slot = int(monotonic()) // _SLICE_SECONDS
        if slot not in self._slices:
            self._slices = {old: found for old, found in self._slices.items()
                            if old > slot - _SLICES}  # fmt: skip
            self._slices[slot] = [0] * _BUCKETS
        self._slices[slot][_bucket(seconds * 1_000)] += 1

    def told(self) -> tuple[int, float, float]:
        """How many, and the 50th and 99th percentile in ms."""
        oldest = int(monotonic()) // _SLICE_SECONDS - _SLICES
        kept = [found for slot, found in self._slices.items() if slot > oldest]
        merged = [sum(counts) for counts in zip(*kept, strict=True)]
        total = sum(merged)
        return total, _percentile(merged, total * 0.5), _percentile(merged, total * 0.99)


def _bucket(ms: float) -> int:
    number, end = 0, _FIRST_MS
    while ms > end and number < _BUCKETS - 1:
        number += 1
        end *= _GROWTH
    return number


def _percentile(counts: list[int], wanted: float) -> float:
    """The end of the bucket in which it lies; 0 of nothing."""
    seen = 0
    for number, count in enumerate(counts):
        seen += count
        if count and seen >= wanted:
            return round(_FIRST_MS * _GROWTH**number, 2)
    return 0.0
