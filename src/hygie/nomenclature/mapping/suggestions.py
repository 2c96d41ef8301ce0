"""Which codes of a nomenclature a local code may stand for: ranked by text, then by usage.

A proposal, never a decision. Text: the search of the nomenclature, by the words of the local
display; when they are not all found together, by fewer and fewer of them, the rarest kept (taken
here to be the longest). Usage: codes that resources bear already, and those that were chosen for
other local codes, come before those that nobody uses.
"""

from collections.abc import Mapping, Sequence
from math import log10
from typing import Final

import msgspec

from hygie.fhir.search.normalize import normalize
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.limits import MAX_SUGGESTIONS
from hygie.nomenclature.mapping.decisions import Decision
from hygie.nomenclature.mapping.usage import CodeInUse

CONSIDERED: Final = 50
"""First results of a text search that usage may reorder."""
SMALL: Final = 3
"""Words shorter than this say nothing by themselves ("de", "du")."""
MAX_QUERIES: Final = 6
USE_WEIGHT: Final = 0.1
CHOSEN_WEIGHT: Final = 0.3


class Suggestion(msgspec.Struct, frozen=True):
    code: str
    display: str
    score: float
    """0 to about 2; only its order means anything."""
    uses: int
    """Concepts that bear the code already."""
    chosen: int
    """Local codes that were mapped to it."""


def suggest(
    local: CodeInUse,
    target: CodeSystem,
    in_use: Mapping[str, int],
    decisions: Sequence[Decision],
) -> list[Suggestion]:
    """The best first, at most `MAX_SUGGESTIONS`. `in_use`: code of the target -> its uses."""
    chosen: dict[str, int] = {}
    for one in decisions:
        if one.target.system == target.url and one.target.code:
            chosen[one.target.code] = chosen.get(one.target.code, 0) + 1
    found = [
        _scored(target, code, share, in_use.get(code, 0), chosen.get(code, 0))
        for code, share in _by_text(local, target).items()
    ]
    found.sort(key=lambda one: (-one.score, len(one.display), one.code))
    return found[:MAX_SUGGESTIONS]


def _scored(target: CodeSystem, code: str, share: float, uses: int, chosen: int) -> Suggestion:
    concept = target.find(code)
    score = share + USE_WEIGHT * log10(1 + uses) + CHOSEN_WEIGHT * (chosen > 0)
    display = concept.display if concept else ""
    return Suggestion(code, display, round(score, 3), uses, chosen)


def _by_text(local: CodeInUse, target: CodeSystem) -> dict[str, float]:
    """Code -> how well its text answers: 1 for the first of all words, less for fewer, or later."""
    words = _words(local.display) or _words(local.code)
    found: dict[str, float] = {}
    for kept in _fewer_and_fewer(words):
        share = len(kept) / len(words)
        for rank, code in enumerate(target.search(" ".join(kept), CONSIDERED)):
            found.setdefault(code, share * (1 - rank / (2 * CONSIDERED)))
        if len(found) >= CONSIDERED:
            break
    return found


def _words(said: str) -> list[str]:
    """In their order, without accents or case; small ones left out when there are others."""
    words = [word for word in normalize(said).split() if word]
    return [word for word in words if len(word) >= SMALL] or words


def _fewer_and_fewer(words: Sequence[str]) -> list[list[str]]:
    """All of them; without the shortest; … ; the longest alone."""
    by_length = sorted(range(len(words)), key=lambda place: (-len(words[place]), place))
    kept = [sorted(by_length[:count]) for count in range(len(words), 0, -1)]
    return [[words[place] for place in places] for places in kept[:MAX_QUERIES]]
