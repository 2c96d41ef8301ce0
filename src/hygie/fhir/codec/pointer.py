"""JSON Pointer (RFC 6901): the place of a value in a document.

A pointer is parsed to its reference tokens; the functions here find, put and take what is at
their end. They return or raise `NowhereError`, and change only the container they are given.
"""

import re
from typing import Any, Final

Tokens = tuple[str, ...]
ARRAY_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
AFTER_LAST: Final = "-"
BAD_ESCAPE: Final = re.compile(r"~(?![01])")


class NowhereError(LookupError):
    """The pointer names nothing in this document."""


def parse(pointer: str) -> Tokens | None:
    """The reference tokens; None when the text is not a pointer. "" is the whole document."""
    if pointer == "":
        return ()
    if not pointer.startswith("/") or BAD_ESCAPE.search(pointer):
        return None
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/"))


def find(document: Any, tokens: Tokens) -> Any:
    for token in tokens:
        document = _member(document, token)
    return document


def put(container: Any, token: str, value: Any) -> None:
    """Adds a member, or inserts an item before an index; "-" is after the last item."""
    if isinstance(container, list):
        index = len(container) if token == AFTER_LAST else _index(token, len(container))
        container.insert(index, value)
    elif isinstance(container, dict):
        container[token] = value
    else:
        raise NowhereError


def swap(container: Any, token: str, value: Any) -> None:
    """Replaces what is there."""
    _member(container, token)
    container[int(token) if isinstance(container, list) else token] = value


def take(container: Any, token: str) -> Any:
    """Removes what is there and returns it."""
    value = _member(container, token)
    del container[int(token) if isinstance(container, list) else token]
    return value


def _member(container: Any, token: str) -> Any:
    if isinstance(container, dict) and token in container:
        return container[token]
    if isinstance(container, list):
        return container[_index(token, len(container) - 1)]
    raise NowhereError


def _index(token: str, highest: int) -> int:
    if not ARRAY_INDEX.fullmatch(token) or int(token) > highest:
        raise NowhereError
    return int(token)
