"""From what was found to what is done. Pure: the day is handed in.

Without a clause that says otherwise, errors go to quarantine and the rest is accepted. Of several
clauses the most particular counts: one that names the source before one that names the rule, before
one that names the profile, before one that names the type; of equals, the last written.

What R4 itself forbids is never silenced or accepted: the store holds valid R4 and nothing else.
What only shows that content disagrees with itself or with the world (a fullUrl and an id, a code
and its system, an identity whose traits are not all there) stops no write, unless a clause names
it: a record is not kept out of care for that, and whoever asks (`$validate`, `hygie validate`) is
told of an error.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from hygie.fhir.policy.data import ANY, Clause, Effect, Policy, Silence
from hygie.refusal import Issue, Severity

REMARKED: Final = (
    "attachment.", "bundle.", "capability.", "code-system.", "coding.", "fr.", "identifier.",
    "measure.", "narrative.", "quantity.", "questionnaire.", "reference.alike",
    "reference.ambiguous", "reference.canonical", "search-parameter.", "structure-definition.",
    "value-set.",
)  # fmt: skip
"""Beginnings of rules whose errors stop no write by themselves."""
_ERRORS: Final = frozenset({"fatal", "error"})
_OF_R4: Final = ("structure.", "value.", "json.", "xml.", "format.", "reference.", "invariant.")
"""Rules that, when no profile asks for them, are R4's own."""
_SEVERITIES: Final[dict[Effect, Severity]] = {"refuse": "fatal", "quarantine": "error"}
"""An issue that stops a message says by its severity whether somebody may repair it here."""
_ORDER: Final[tuple[Effect, ...]] = ("accept", "quarantine", "refuse")
_INDEX: Final = re.compile(r"\[\d+\]")
_ENTRY: Final = ("Bundle", "entry", "resource")


class Verdict(msgspec.Struct, frozen=True):
    effect: Effect
    """The gravest of its issues'."""
    issues: tuple[Issue, ...]
    """With the severity they have here: `fatal` refuses, `error` leads to quarantine, lesser ones
    are accepted."""
    silenced: tuple[Issue, ...] = ()


def judge(
    policy: Policy, issues: Sequence[Issue], source: str, day: date, *, writing: bool = False
) -> Verdict:
    """What is done with a resource of `source` in which this was found; `writing`: to store it."""
    silences = [s for s in policy.silences if s.source in (source, ANY) and s.holds(day)]
    kept: list[Issue] = []
    silenced: list[Issue] = []
    worst = 0
    for issue in issues:
        if not is_of_r4(issue) and any(_covers(silence, issue) for silence in silences):
            silenced.append(issue)
            continue
        remarked = writing and issue.rule.startswith(REMARKED)
        effect = effect_of(policy, issue, source, "accept" if remarked else "quarantine")
        worst = max(worst, _ORDER.index(effect))
        kept.append(_with_effect(issue, effect))
    return Verdict(_ORDER[worst], tuple(kept), tuple(silenced))


def required(policy: Policy, source: str, type_: str) -> tuple[str, ...]:
    """The profiles that resources of this type, from this source, must conform to."""
    return tuple(
        requirement.profile
        for requirement in policy.requirements
        if requirement.type == type_ and requirement.source in (source, ANY)
    )


def effect_of(policy: Policy, issue: Issue, source: str, of_error: Effect) -> Effect:
    """`of_error`: what an error leads to where no clause applies."""
    default: Effect = of_error if issue.severity in _ERRORS else "accept"
    effect = default
    best = -1
    for clause in policy.clauses:
        if _applies(clause, issue, source) and (rank := _rank(clause)) >= best:
            best, effect = rank, clause.effect
    return default if is_of_r4(issue) and effect == "accept" else effect


def is_of_r4(issue: Issue) -> bool:
    """Whether R4 itself forbids what was found."""
    return (
        issue.severity in _ERRORS
        and issue.rule.startswith(_OF_R4)
        and (not issue.source or issue.source.startswith("http://hl7.org/fhir/"))
    )


def _applies(clause: Clause, issue: Issue, source: str) -> bool:
    return (
        clause.severity == issue.severity
        and clause.source in (ANY, source)
        and _names(clause.rule, issue.rule)
        and clause.profile in (ANY, issue.source.partition("|")[0])
        and clause.type in (ANY, issue.location.partition(".")[0])
    )


def _rank(clause: Clause) -> int:
    """Each selector outweighs those after it; a rule outweighs its family."""
    by_rule = 0 if clause.rule == ANY else 1 if clause.rule.endswith(".*") else 2
    named = (clause.profile != ANY, clause.type != ANY)
    return 16 * (clause.source != ANY) + 4 * by_rule + 2 * named[0] + named[1]


def _names(wanted: str, rule: str) -> bool:
    return wanted in (ANY, rule) or (wanted.endswith(".*") and rule.startswith(wanted[:-1]))


def _with_effect(issue: Issue, effect: Effect) -> Issue:
    severity = _SEVERITIES.get(effect, issue.severity)
    if effect == "accept" and issue.severity in _ERRORS:
        severity = "warning"
    if severity == issue.severity:
        return issue
    return msgspec.structs.replace(issue, severity=severity)


def _covers(silence: Silence, issue: Issue) -> bool:
    return silence.rule == issue.rule and _within(issue.location, silence.place)


def _within(location: str, place: str) -> bool:
    """Whether a place is another or within it, whatever the indexes; in an entry of a bundle, as
    if the entry stood alone."""
    if not place:
        return True
    steps, wanted = _steps(location), _steps(place)
    if steps[:3] == _ENTRY and wanted[:1] != _ENTRY[:1]:
        steps, wanted = steps[3:], wanted[1:]
    return steps[: len(wanted)] == wanted


def _steps(place: str) -> tuple[str, ...]:
    return tuple(_INDEX.sub("", place).split("."))
