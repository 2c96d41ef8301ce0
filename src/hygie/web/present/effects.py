"""What a dry run says: the state a message would come to, and every element that would change.

What is stored already is part of a record: of a value that would be replaced, its shape alone is
shown, and what would stay as it is is counted.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from hygie.intake.trial import Effect, Trial
from hygie.refusal import Issue
from hygie.web.present.inbox import STATES, Reason, read_reasons, say_event
from hygie.web.present.masking import shape
from hygie.web.present.resources import say_type

MAX_LINES: Final = 80
"""Of one resource."""
MAX_EFFECTS: Final = 40
MAX_VALUE: Final = 200
_ASIDE: Final = frozenset({"meta", "text", "id", "resourceType"})
_VERBS: Final = {
    "filed": "serait classé", "kept": "serait gardé, sans rien classer",
    "quarantined": "serait arrêté en quarantaine", "refused": "serait refusé",
    "duplicate": "serait un doublon",
}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    path: str
    before: str
    """Shape of the value that would go; empty when there was none."""
    after: str


class EffectView(msgspec.Struct, frozen=True):
    type: str
    new: bool
    lines: tuple[Line, ...]
    same: int
    """Values that would stay as they are."""
    more: int
    """Lines left out."""


class TrialView(msgspec.Struct, frozen=True, kw_only=True):
    outcome: str
    good: bool
    event: str = ""
    reasons: tuple[Reason, ...] = ()
    adaptations: tuple[str, ...] = ()
    effects: tuple[EffectView, ...] = ()


def read_trial(trial: Trial) -> TrialView:
    effects = [one for one in trial.effects if one.after["resourceType"] != "Provenance"]
    return TrialView(
        outcome=f"Ce message {_VERBS.get(trial.state, STATES[trial.state])}",
        good=trial.state in ("filed", "kept"), event=say_event("hl7v2", trial.event),
        reasons=read_reasons(trial.issues, hidden=""), adaptations=trial.adaptations,
        effects=tuple(_effect(one) for one in effects[:MAX_EFFECTS]),
    )  # fmt: skip


def refused_trial(issues: Sequence[Issue]) -> TrialView:
    """Of content that is no message at all."""
    return TrialView(
        outcome="Ce texte n’est pas un message", good=False, reasons=read_reasons(issues, hidden="")
    )


def _effect(effect: Effect) -> EffectView:
    before = dict(_leaves(effect.before or {}, ""))
    after = dict(_leaves(effect.after, ""))
    changed = [
        Line(path, shape(before.get(path, "")), text)
        for path, text in after.items() if before.get(path) != text
    ]  # fmt: skip
    gone = [Line(path, shape(text), "") for path, text in before.items() if path not in after]
    lines = (*changed, *gone)
    return EffectView(
        say_type(effect.after["resourceType"]), effect.before is None, lines[:MAX_LINES],
        len(after) - len(changed), max(len(lines) - MAX_LINES, 0),
    )  # fmt: skip


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each simple value with its path: `name[0].family`."""
    if isinstance(value, dict):
        for key, child in value.items():
            if path or key not in _ASIDE:
                yield from _leaves(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for rank, child in enumerate(value):
            yield from _leaves(child, f"{path}[{rank}]")
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield path, text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…"
