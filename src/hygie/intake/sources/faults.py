"""Faults of a declaration, as issues."""

import math
from collections.abc import Iterator
from pathlib import Path

from hygie.intake.sources import phrases
from hygie.limits.gateway import MAX_TEXT_CHARACTERS
from hygie.refusal import Issue, Phrase


def fault(rule: str, phrase: Phrase, location: str, **details: str) -> Issue:
    """`location`: the path of the value within the declaration (`way.port`)."""
    return Issue(
        code="value", rule=f"source.{rule}", phrase=phrase, location=location, details=details
    )


def within(location: str, value: float, least: float, most: float) -> Iterator[Issue]:
    """A fault unless the value is between both; what is no number is not."""
    if not (math.isfinite(value) and least <= value <= most):
        bounds = {"least": f"{least:g}", "most": f"{most:g}"}
        yield fault("range", phrases.RANGE, location, value=f"{value:g}", **bounds)


def text_faults(location: str, text: str) -> Iterator[Issue]:
    """Too long, or with characters that are none to read."""
    if len(text) > MAX_TEXT_CHARACTERS or not (text.isprintable()):
        yield fault("text", phrases.TEXT, location, limit=str(MAX_TEXT_CHARACTERS))


def path_of(text: str) -> Path | None:
    """A whole path, spelt plainly; None when it is none."""
    path = Path(text)
    plain = text.isprintable() and len(text) <= MAX_TEXT_CHARACTERS
    return path if plain and path.is_absolute() and ".." not in path.parts else None


def path_fault(location: str, text: str) -> Issue:
    return fault("path", phrases.PATH, location, value=text[:120])
