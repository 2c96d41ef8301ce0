"""What a crash loop has seen, and how it says so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

SHOWN = 5


@dataclass
class Times:
    """Starts of a server, until its first good answer: by the clock, and of processors."""

    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)

    def add(self, seconds: float, processor_seconds: float) -> None:
        self.seconds.append(seconds)
        self.processor_seconds.append(processor_seconds)

    def told(self) -> str:
        if not self.seconds:
            return "none"
        return (
            f"{len(self.seconds)}, p50 {_middle(self.seconds):.2f} s, max {max(self.seconds):.2f} s"
            f" ({_middle(self.processor_seconds):.2f} s of processor), "
            f"{sum(one < GOAL_SECONDS for one in self.seconds)} below {GOAL_SECONDS:.0f} s"
        )


GOAL_SECONDS = 2.0
"""Of the start of a store that exists and was stopped."""


@dataclass
class Tally:
    """Counts, and everything that is not as it must be."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)
    """Commands run beside, by name."""
    cut: Counter[str] = field(default_factory=Counter)
    """Of those, runs that were killed, or lost their database."""
    acknowledged: int = 0
    ingested: int = 0
    verified: int = 0
    """Resources read back and searched after a blow."""
    examinations: int = 0
    losses: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    """Of the doctor."""
    faults: list[str] = field(default_factory=list)
    """Answers that a client must never get."""
    starts: Times = field(default_factory=Times)
    """After a stop."""
    restarts: Times = field(default_factory=Times)
    """After a kill."""
    recoveries: list[float] = field(default_factory=list)
    """Seconds until a server that was hurt, not killed, answers by itself."""

    def ran(self, name: str, *, ended: bool) -> None:
        self.runs[name] += 1
        self.cut[name] += not ended

    @property
    def wrong(self) -> list[str]:
        return [*self.losses, *self.duplicates, *self.findings, *self.faults]

    def line(self) -> str:
        """How it stands."""
        return (
            f"{self.kills.total()} kills, {self.acknowledged} writes acknowledged, "
            f"{self.verified} verified, {len(self.losses)} losses, "
            f"{len(self.duplicates)} duplicates, {len(self.findings)} findings, "
            f"{len(self.faults)} wrong answers"
        )

    def report(self) -> str:
        commands = ", ".join(
            f"{name} {count} ({self.cut[name]} cut short)"
            for name, count in sorted(self.runs.items())
        )
        recoveries = self.recoveries or [0.0]
        said = {
            "kills": _counts(self.kills),
            "commands beside": commands,
            "writes acknowledged": self.acknowledged,
            "imported": self.ingested,
            "read back and searched": self.verified,
            "start after a stop, to the first good answer": self.starts.told(),
            "start after kill -9, to the first good answer": self.restarts.told(),
            "recovery of a server that was hurt": f"p50 {_middle(recoveries):.2f} s, max "
            f"{max(recoveries):.2f} s ({len(self.recoveries)} times)",
            "losses": len(self.losses),
            "duplicates": len(self.duplicates),
            "wrong answers": len(self.faults),
            "hygie doctor": f"{self.examinations} examinations, {len(self.findings)} findings",
        }
        lines = [f"{name}: {value}" for name, value in said.items()]
        lines += [f"  {one}" for one in self.wrong[:SHOWN]]
        return "\n".join(lines)


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.most_common()) or "none"


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
