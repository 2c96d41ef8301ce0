"""The tables of a book, and of what is read for one until it is made."""

from typing import Final


def _statements(script: str) -> tuple[str, ...]:
    return tuple(statement.strip() for statement in script.split(";") if statement.strip())


SCHEMA: Final = _statements("""
CREATE TABLE header (json BLOB NOT NULL);
CREATE TABLE concept (
    place INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    squeezed TEXT NOT NULL,
    walked INTEGER NOT NULL,
    last INTEGER
);
CREATE UNIQUE INDEX concept_code ON concept (code);
CREATE INDEX concept_squeezed ON concept (squeezed);
CREATE UNIQUE INDEX concept_walked ON concept (walked, code);
CREATE TABLE body (place INTEGER PRIMARY KEY, json BLOB NOT NULL, words TEXT NOT NULL);
CREATE TABLE edge (
    child INTEGER NOT NULL,
    position INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    PRIMARY KEY (child, position)
) WITHOUT ROWID;
CREATE INDEX edge_parent ON edge (parent, child);
CREATE TABLE value (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (name, value, place)
) WITHOUT ROWID;
CREATE TABLE ranked (ordinal INTEGER PRIMARY KEY, place INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (
    code, display, others,
    content='', columnsize=0, detail=column, prefix='1 2 3',
    tokenize='unicode61 remove_diacritics 2'
);
""")
"""`place`: that in the order of the definition, parents before children, from 1.

concept.squeezed: letters and digits of the code, without case or accents. walked, last: see
`Arrangement`; last is null where what is below is no range. body.words: those of the display, then
those of each designation, a line each. value: those of properties, as filters
write them, longer ones than LONGEST_VALUE left out. ranked: what is in use before what is not,
then the shorter display first: the order in which `words` gives what it finds.
"""
OF_WORDS: Final = frozenset({"words_data", "words_idx", "words_config"})
"""The tables that SQLite makes for `words`."""
LONGEST_VALUE: Final = 200
"""Characters of a property that books are asked for by its value."""

STAGED: Final = _statements("""
CREATE TABLE IF NOT EXISTS piece (
    number INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    defines INTEGER NOT NULL,
    json BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS parent (
    number INTEGER PRIMARY KEY,
    piece INTEGER NOT NULL,
    code TEXT NOT NULL,
    parent TEXT NOT NULL
);
""")
"""What files say of concepts, in the order in which they say it, and of what is above them."""
DEFINED: Final = _statements("""
CREATE INDEX IF NOT EXISTS piece_code ON piece (code, number);
DROP TABLE IF EXISTS defined;
CREATE TABLE defined (
    concept INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    first INTEGER NOT NULL
);
INSERT INTO defined (code, first)
    SELECT code, min(number) FROM piece WHERE defines GROUP BY code ORDER BY min(number);
""")
"""Concepts by their numbers, from 1, with the piece that defines each."""
TEXTS: Final = _statements("""
DROP TABLE IF EXISTS text;
CREATE TABLE text (
    place INTEGER PRIMARY KEY,
    retired INTEGER NOT NULL,
    length INTEGER NOT NULL,
    code TEXT NOT NULL,
    display TEXT NOT NULL,
    others TEXT NOT NULL
);
""")
"""Words of concepts, until they are filed in the order in which they are to be found."""
