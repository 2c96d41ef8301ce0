"""The report as one HTML file, to send and to print: no script, nothing from elsewhere."""

import shlex
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from hygie.insight.quality.report import Report, RuleCount
from hygie.insight.quality.words import words
from hygie.refusal import Language

CUT: Final = "structure.more"
"""Told of a resource, or a bundle, that had too many problems to go on."""
BARS: Final = 12
"""Rules that the chart draws; the page details all."""
FIRST: Final = 3
"""Rules whose share of all errors is told."""
_THIN: Final = "\u202f"
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


class Bar(NamedTuple):
    rule: RuleCount
    anchor: str
    """Of the rule's details."""
    width: float
    """Percent of the longest, at least visible."""


def page_of(report: Report) -> str:
    language = report.language
    template = _templates().get_template("report.html")
    return template.render(
        report=report,
        say=words(language),
        verdict=verdict(report),
        bars=bars(report),
        serious=sum(map(_serious, report.rules)),
        number=lambda value: say_number(value, language),
        share=say_share,
        moment=lambda text: say_moment(text, language),
        command=command_of(report),
    )


def bars(report: Report) -> list[Bar]:
    """Of errors and warnings, each as long as it is frequent."""
    drawn = [(f"r{rank}", rule) for rank, rule in enumerate(report.rules, 1) if _serious(rule)]
    most = max((rule.count for _, rule in drawn[:BARS]), default=1)
    return [
        Bar(rule, anchor, max(0.5, round(100 * rule.count / most, 1)))
        for anchor, rule in drawn[:BARS]
    ]


def _serious(rule: RuleCount) -> bool:
    return rule.severity != "information"


def verdict(report: Report) -> list[str]:
    """What a reader should know first."""
    totals, said, language = report.totals, words(report.language), report.language
    resources = say_number(totals.resources, language)
    if not totals.resources:
        return [said["nothing"]]
    if not totals.errors:
        return [said["perfect"].format(resources=resources)]
    first = said["verdict_one" if totals.failing_resources == 1 else "verdict"].format(
        failing=say_number(totals.failing_resources, language), resources=resources,
        share=say_share(totals.failing_resources, totals.resources),
    )  # fmt: skip
    cut = any(rule.rule == CUT for rule in report.rules)
    return [first, _causes(report, said), *([said["minimum"]] if cut else ())]


def _causes(report: Report, said: dict[str, str]) -> str:
    counts = [rule.count for rule in report.rules if rule.severity in ("error", "fatal")]
    if len(counts) == 1:
        return said["cause_one"]
    first = min(FIRST, len(counts) - 1)
    return said["cause_two" if first == 1 else "causes"].format(
        rules=len(counts), first=first, share=say_share(sum(counts[:first]), sum(counts))
    )


def command_of(report: Report) -> str:
    """The command, without any path of the machine it was run on."""
    asked = report.asked
    parts = ["hygie", "validate"]
    for package in asked.packages:
        parts += ["--package", package]
    for profile in asked.profiles:
        parts += ["--profile", profile]
    if asked.source:
        parts += ["--source", asked.source]
    return shlex.join(parts) + (" FICHIERS" if report.language == "fr" else " FILES")


# --- how things are written -----------------------------------------------------------------
def say_share(part: int, whole: int) -> int:
    """Percent; never 0 of something, never 100 of less than all."""
    if not whole or part in (0, whole):
        return 100 if part and part == whole else 0
    return min(99, max(1, round(100 * part / whole)))


def say_number(value: int, language: Language) -> str:
    return f"{value:,}".replace(",", _THIN if language == "fr" else ",")


def say_moment(text: str, language: Language) -> str:
    """« 3 mars 2026 à 14 h 05 »; as written when it is no instant."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if language == "en":
        return f"{moment:%Y-%m-%d %H:%M}"
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day} {_MONTHS[moment.month - 1]} {moment.year} à {moment.hour} h {moment.minute:02}"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("hygie.insight.quality"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
