"""What a listener counts, in memory: cheap for each message, told once a second."""

from collections import Counter
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from hygie.intake.sources.durations import bucket, percentile
from hygie.intake.sources.state import Phase, SourceState
from hygie.refusal import Issue

MINUTE_SECONDS: Final = 60
_SLICE_SECONDS: Final = 5
"""The last minute is kept in slices of this."""
_SLICES: Final = MINUTE_SECONDS // _SLICE_SECONDS
_GOOD: Final = frozenset({"AA", "CA", "ok", "received"})


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
        """`code`: as in MSA-1; of a FHIR message, that of its response, or `received`. `seconds`:
        from the end of the message. `rule`: why it is no good news."""
        self._answered[code] += 1
        self._minute.note(seconds)
        if code not in _GOOD:
            self.refused(rule)

    def refused(self, rule: str) -> None:
        self._last_refusal = datetime.now(UTC), rule

    def state(self) -> SourceState:
        minute = self._minute.told()
        at, rule = self._last_refusal
        now = datetime.now(UTC)
        heard = max(1.0, min(float(MINUTE_SECONDS), (now - self.since).total_seconds()))
        return SourceState(
            name=self.name, phase=self.phase, at=now, since=self.since, trouble=self.trouble,
            address=self.address, connections=self.connections,
            refused_connections=self.refused_connections, received=self._received,
            bytes=self._bytes, answered=dict(self._answered), unanswered=self.unanswered,
            stray_bytes=self.stray_bytes, broken_off=self.broken_off,
            per_second=round(sum(minute.values()) / heard, 2), minute=minute,
            p50_ms=percentile(minute, 0.5), p99_ms=percentile(minute, 0.99),
            last_message_at=self._last_message, last_refusal_at=at, last_refusal=rule,
        )  # fmt: skip


class _Minute:
    """Durations of the last minute, as a histogram in slices of time."""

    def __init__(self) -> None:
        self._slices: dict[int, Counter[int]] = {}

    def note(self, seconds: float) -> None:
        slot = int(monotonic()) // _SLICE_SECONDS
        if slot not in self._slices:
            self._slices = {old: found for old, found in self._slices.items()
                            if old > slot - _SLICES}  # fmt: skip
            self._slices[slot] = Counter()
        self._slices[slot][bucket(seconds * 1_000)] += 1

    def told(self) -> dict[int, int]:
        """How many, by bucket."""
        oldest = int(monotonic()) // _SLICE_SECONDS - _SLICES
        total: Counter[int] = Counter()
        for slot, found in self._slices.items():
            if slot > oldest:
                total.update(found)
        return dict(total)
