"""Concepts of a book by text: exact code, beginning of code, then the texts that are most like it.

Words are looked for in an index that gives rows in an order that was made with the book: what is
in use first, the shorter display first. What one types first (`a`) is in half of all texts: only
the head of that order is read, and ranked by likeness; nothing is counted or sorted in the file.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from hygie.fhir.terminology.word_index import likeness
from hygie.limits.nomenclatures import RANKED_CONCEPTS
from hygie.nomenclature.books.opening import Pages
from hygie.nomenclature.books.texts import Wanted

AFTER: Final = "\U0010ffff"
"""After any letter: the end of the codes that begin with a text."""
WORDED: Final = (
    "SELECT place FROM words JOIN ranked ON ordinal = words.rowid WHERE words MATCH ?"
    " ORDER BY words.rowid LIMIT ?"
)
CODED: Final = "SELECT place FROM concept WHERE squeezed = ? ORDER BY place LIMIT ?"
BEGUN: Final = (
    "SELECT place FROM concept WHERE squeezed > ? AND squeezed < ? ORDER BY squeezed LIMIT ?"
)
WRITTEN: Final = "SELECT place FROM concept WHERE code = ?"
AT: Final = (
    "SELECT place, code, squeezed, words FROM concept JOIN body USING (place) WHERE place IN ({})"
)
CODE_AT: Final = "SELECT place, code FROM concept WHERE place IN ({})"
SLICE: Final = 10_000
"""Places asked for at once."""
EXACT_CODE, CODE, TEXT = range(3)
Rank = tuple[int, int, int, int]


def search(pages: Pages, sought: str, limit: int) -> list[str]:
    """The codes, best first. A text without a word finds none, unless it is a code as written.

    Cost over 38,000 concepts: 1 to 8 ms whatever the words, as long as at most RANKED_CONCEPTS are
    wanted.
    """
    if limit <= 0:
        return []
    wanted = Wanted(sought)
    candidates = _candidates(pages, wanted, sought.strip(), max(limit, RANKED_CONCEPTS))
    found = list(islice(dict.fromkeys(candidates), max(limit, RANKED_CONCEPTS)))
    head = _ranked(pages, wanted, found[:RANKED_CONCEPTS])
    return [*head, *_codes(pages, found[RANKED_CONCEPTS:])][:limit]


def _candidates(pages: Pages, wanted: Wanted, sought: str, limit: int) -> Iterator[int]:
    """Places, likely ones first; the same may come twice."""
    queries: list[tuple[str, tuple[Any, ...]]] = [(WRITTEN, (sought,))]
    if wanted.code:
        queries.append((CODED, (wanted.code, limit)))
        queries.append((BEGUN, (wanted.code, wanted.code + AFTER, limit)))
    if wanted.words:
        whole = " AND ".join(f'"{word}"' for word in wanted.words)
        begun = " AND ".join(f'"{word}" *' for word in wanted.words)
        matches = (f"{{display}} : ({whole})", f"{{display}} : ({begun})", begun)
        queries += ((WORDED, (match, limit)) for match in matches)
    left = limit
    for query, parameters in queries:
        places = [place for (place,) in pages.rows(query, parameters)]
        yield from places
        left -= len(places)
        if left <= 0 and query == WORDED:
            return


def _ranked(pages: Pages, wanted: Wanted, places: list[int]) -> list[str]:
    marks = ", ".join("?" * len(places))
    rows = pages.rows(AT.format(marks), places)
    ranked = sorted((_rank(wanted, *known), place, code) for place, code, *known in rows)
    return [code for _, _, code in ranked]


def _rank(wanted: Wanted, code: str, words: str) -> Rank:
    """What is less comes first: how it is found, how like it is, displays first, the shorter."""
    if wanted.code and code.startswith(wanted.code):
        return EXACT_CODE if code == wanted.code else CODE, 0, 0, len(code)
    texts = enumerate(words.split("\n"))
    likely = ((likeness(text, wanted.whole, wanted.words), number > 0) for number, text in texts)
    return TEXT, *min((like, synonym, length) for (like, length), synonym in likely)


def _codes(pages: Pages, places: list[int]) -> Iterator[str]:
    """In the order of the places given."""
    for first in range(0, len(places), SLICE):
        some = places[first : first + SLICE]
        marks = ", ".join("?" * len(some))
        named = dict(pages.rows(CODE_AT.format(marks), some))
        yield from (named[place] for place in some)
