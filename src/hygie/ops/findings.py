"""What an examination finds: kinds of damage, how often, and where, by pseudonymous key."""

from typing import Any, Literal, NamedTuple

import msgspec

from hygie.limits import MAX_FINDING_EXAMPLES
from hygie.refusal import Language, Phrase

Severity = Literal["error", "warning", "information"]


class Kind(NamedTuple):
    """One kind of finding. `rule` is stable, "check.what"; texts never take in health data."""

    rule: str
    severity: Severity
    what: Phrase
    advice: Phrase
    repairable: bool = False

    @property
    def check(self) -> str:
        return self.rule.partition(".")[0]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one kind. An example is a pseudonymous key, a table or a number; never data."""

    kind: Kind
    count: int
    repaired: int
    examples: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """True when something wrong is left as it was."""
        return self.kind.severity == "error" and self.repaired < self.count

    def described(self, language: Language = "fr") -> dict[str, Any]:
        """As `hygie doctor --json` says it."""
        return {
            "check": self.kind.check,
            "rule": self.kind.rule,
            "severity": self.kind.severity,
            "count": self.count,
            "examples": self.examples,
            "what": self.kind.what.fr if language == "fr" else self.kind.what.en,
            "advice": self.kind.advice.fr if language == "fr" else self.kind.advice.en,
            "repairable": self.kind.repairable,
            "repaired": self.repaired,
        }


class Findings:
    """Gathers in bounded memory: counts, and the first examples of each kind."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._counts: dict[str, int] = {}
        self._repaired: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, kind: Kind, example: str, *, count: int = 1, repaired: bool = False) -> None:
        rule = kind.rule
        self._kinds[rule] = kind
        self._counts[rule] = self._counts.get(rule, 0) + count
        self._repaired[rule] = self._repaired.get(rule, 0) + (count if repaired else 0)
        examples = self._examples.setdefault(rule, [])
        if len(examples) < MAX_FINDING_EXAMPLES:
            examples.append(example)

    def has(self, *kinds: Kind) -> bool:
        return any(kind.rule in self._kinds for kind in kinds)

    def examples(self, kind: Kind) -> tuple[str, ...]:
        return tuple(self._examples.get(kind.rule, ()))

    def all(self) -> tuple[Finding, ...]:
        """Errors first, then by rule."""
        found = [
            Finding(
                kind=kind,
                count=self._counts[rule],
                repaired=self._repaired[rule],
                examples=tuple(self._examples[rule]),
            )
            for rule, kind in self._kinds.items()
        ]
        order = ("error", "warning", "information")
        return tuple(sorted(found, key=lambda f: (order.index(f.kind.severity), f.kind.rule)))
