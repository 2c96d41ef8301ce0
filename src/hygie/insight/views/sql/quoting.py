"""The one door by which names and texts of a view enter SQL.

Everything else in a statement is written in this room. A name becomes a quoted identifier, a text
a quoted literal, with their quotes doubled (SQL:2016 §5.2 and §5.3); nothing else is special to
DuckDB between quotes, and a text that it cannot hold is refused before it gets there.
"""

import json

from hygie.insight.views.sql.beyond import Beyond


def name(written: str) -> str:
    """An identifier: a column, or a field of a structure."""
    return '"' + _held(written).replace('"', '""') + '"'


def text(written: str) -> str:
    """A literal of type VARCHAR."""
    return "'" + _held(written).replace("'", "''") + "'"


def json_text(written: str) -> str:
    """A literal that holds a text as JSON writes it, which is how a decoded leaf is kept."""
    return text(json.dumps(_plain(written), ensure_ascii=False))


def _held(written: str) -> str:
    if "\0" in written:
        raise Beyond("a text with a null character")
    return written


def _plain(written: str) -> str:
    """A text whose JSON every writer writes alike: no control characters, which are escaped."""
    if any(character < " " or character == "\x7f" for character in written):
        raise Beyond("a text with control characters")
    return written
