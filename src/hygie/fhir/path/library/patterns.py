"""Regular expressions (§5.6), in time that grows only with the text: RE2.

RE2 has the syntax of PCRE, less what cannot be matched in linear time (look-around, references to
a group within the pattern). The mode is "single line": a dot matches line breaks as well.
"""

import functools
import re
from typing import Any, Final

from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import Signature, argument
from hygie.fhir.path.library.strings import too_long
from hygie.fhir.path.phrases import wrong
from hygie.limits import MAX_PATTERN_CHARACTERS, MAX_STRING_CHARACTERS
from hygie.refusal import Refused

FLAGS: Final = frozenset("im")
REASON_CHARACTERS: Final = 80
_GROUP: Final = re.compile(r"\$\{(\w+)\}|\$(\d{1,2})|\\(\d)", re.ASCII)
"""A group within a substitution: `${name}`, `${1}`, `$1` or `\\1`."""


def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return _compiled(pattern, flags or "").search(text) is not None


def matches_full(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the whole text is what the pattern describes."""
    return _compiled(pattern, flags or "").fullmatch(text) is not None


def replace_matches(text: str, pattern: str, substitution: str, flags: str | None = None) -> str:
    """Every match replaced; the substitution may name groups.

    The empty pattern replaces nothing.
    """
    compiled = _compiled(pattern, flags or "")
    if not pattern:
        return text
    parts: list[str] = []
    total = end = 0
    for found in compiled.finditer(text):
        replacement = _filled(substitution, found, compiled.groups)
        parts += [text[end : found.start()], replacement]
        total += len(replacement)
        if total > MAX_STRING_CHARACTERS:
            raise too_long("replaceMatches")
        end = found.end()
    return "".join([*parts, text[end:]])


def _filled(substitution: str, found: Any, groups: int) -> str:
    def value(reference: re.Match[str]) -> str:
        name = reference[1] or reference[2] or reference[3]
        if name.isdecimal():
            return (found.group(int(name)) or "") if int(name) <= groups else reference[0]
        return (found.group(name) or "") if name in found.groupdict() else reference[0]

    return _GROUP.sub(value, substitution)


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    """The pattern, ready. Refused with RE2's reason when it is not one."""
    import re2  # noqa: PLC0415 - loaded by the first expression that matches anything

    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise _refused(f"> {MAX_PATTERN_CHARACTERS}")
    if not FLAGS.issuperset(flags):
        expected = "i, m"
        raise wrong("wrong-argument", phrases.WRONG_ARGUMENT, -1, name="matches", expected=expected)
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?s{flags}){pattern}", options)
    except re2.error as problem:
        raise _refused(_reason(problem)) from None


def _reason(problem: Exception) -> str:
    said = problem.args[0] if problem.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return text[:REASON_CHARACTERS]


def _refused(reason: str) -> Refused:
    return wrong("pattern", phrases.PATTERN, -1, reason=reason)


_STRING: Final = argument("String")
_OPTIONAL: Final = argument("String", optional=True)
FUNCTIONS: Final = (
    Signature("matches", "String", "Boolean", matches, (_STRING, _OPTIONAL)),
    Signature("matchesFull", "String", "Boolean", matches_full, (_STRING, _OPTIONAL)),
    Signature("replaceMatches", "String", "String", replace_matches, (_STRING, _STRING, _OPTIONAL)),
)
