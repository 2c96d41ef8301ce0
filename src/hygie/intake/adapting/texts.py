"""What a change makes of a text: cut, matched, put in another case, translated."""

from collections.abc import Callable
from typing import Any, Final

from hygie.intake.adapting import phrases
from hygie.intake.adapting.model import Change
from hygie.intake.mapping.engine.model import wrong
from hygie.refusal import Category, refuse

MAX_PATTERN_CHARACTERS: Final = 500
Rewrite = Callable[[str, str], str | None]
"""A text and its place -> the text that is written, or None when nothing is."""
Step = Callable[[str], str | None]


def compile_rewrite(change: Change, where: str) -> Rewrite:
    """The steps of a change, in the order split, extract, case, codes. Refused at `where`."""
    steps = [step for step in (_cut(change, where), _match(change, where), _case(change)) if step]

    def rewrite(text: str, place: str) -> str | None:
        found: str | None = text
        for step in steps:
            found = step(found) if found is not None else None
        return _translated(change, found, place) if found is not None else None

    return rewrite


def _cut(change: Change, where: str) -> Step | None:
    if bool(change.split) is not bool(change.part) or change.part < 0:
        raise wrong(where, "split, part ≥ 1")
    if not change.split:
        return None
    separator, index = change.split, change.part - 1

    def cut(text: str) -> str | None:
        parts = text.split(separator)
        return parts[index].strip() if index < len(parts) else None

    return cut


def _match(change: Change, where: str) -> Step | None:
    if not change.extract:
        if change.replace is not None:
            raise wrong(where, "replace: extract ∅")
        return None
    pattern = _compiled(change.extract, where)
    replacement = change.replace
    if replacement is not None:
        return lambda text: pattern.sub(replacement, text) if pattern.search(text) else None

    def extract(text: str) -> str | None:
        found = pattern.search(text)
        if found is None:
            return None
        whole: str | None = found.group(1 if pattern.groups else 0)
        return whole

    return extract


def _compiled(pattern: str, where: str) -> Any:
    """RE2 takes time linear in the text, whatever the pattern."""
    import re2  # noqa: PLC0415 - loaded by the first pattern there is

    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise wrong(where, f"extract: > {MAX_PATTERN_CHARACTERS}")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as problem:
        said = problem.args[0] if problem.args else ""
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise wrong(where, f"extract: {reason[:100]}") from None


def _case(change: Change) -> Step | None:
    if not change.case:
        return None
    return str.upper if change.case == "upper" else str.lower


def _translated(change: Change, text: str, place: str) -> str | None:
    if not change.codes:
        return text
    known = change.codes.get(text)
    if known is not None or change.unknown == "keep":
        return text if known is None else known
    if change.unknown == "drop":
        return ""
    raise refuse(
        Category.INVALID, "adaptation.code", phrases.UNKNOWN_CODE, code="code-invalid",
        location=place, found=text[:20], change=change.id,
    )  # fmt: skip
