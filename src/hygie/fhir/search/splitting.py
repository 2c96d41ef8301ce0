"""Separators and escapes of search values: `\\,` `\\$` `\\|` `\\\\` (R4 §3.1.1.4.5)."""

import re
from typing import Final

_ESCAPED: Final = re.compile(r"\\([,$|\\])")


def split(text: str, separator: str) -> list[str]:
    """Parts between separators that are not escaped; escapes are left as they stand."""
    if "\\" not in text:
        return text.split(separator)
    parts: list[str] = []
    start = position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text[position] == separator:
            parts.append(text[start:position])
            position += 1
            start = position
        else:
            position += 1
    parts.append(text[start:])
    return parts


def unescape(text: str) -> str:
    """What a part means, its escapes undone. A backslash before anything else is itself."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def escape(text: str) -> str:
    """A text as a single value: the inverse of `unescape`."""
    return re.sub(r"([,$|\\])", r"\\\1", text)
