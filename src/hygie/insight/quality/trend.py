"""What changed since an earlier report, rule by rule."""

from typing import Final

from hygie.insight.quality.report import Change, Movement, Report, RuleCount, Trend
from hygie.refusal import Severity

_Key = tuple[Severity, str]
_ORDER: Final[tuple[Movement, ...]] = ("new", "more", "same", "fewer", "gone")


def trend_of(before: Report, now: tuple[RuleCount, ...]) -> Trend:
    """Every rule of either report; what is new or more frequent first."""
    old, new = _counts(before.rules), _counts(now)
    changes = [_change(key, old.get(key, 0), new.get(key, 0)) for key in old | new]
    changes.sort(key=lambda c: (_ORDER.index(c.movement), -abs(c.now - c.before), c.rule))
    return Trend(since=before.made_at, before=before.totals, changes=tuple(changes))


def _counts(rules: tuple[RuleCount, ...]) -> dict[_Key, int]:
    return {(rule.severity, rule.rule): rule.count for rule in rules}


def _change(key: _Key, before: int, now: int) -> Change:
    severity, rule = key
    return Change(
        rule=rule, severity=severity, before=before, now=now, movement=_movement(before, now)
    )


def _movement(before: int, now: int) -> Movement:
    if before == now:
        return "same"
    if not before:
        return "new"
    if not now:
        return "gone"
    return "more" if now > before else "fewer"
