"""The table of OWASP's ASVS 5.0: whole, and no proof in it that is not there."""

import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = (ROOT / "docs" / "asvs.md").read_text()
STATES: Final = ("met", "part", "not met", "n/a")
OPEN: Final = ("not met", "part")
SECTIONS: Final = {
    1: (2, 10, 12, 3, 3), 2: (3, 3, 5, 2), 3: (1, 3, 5, 8, 8, 1, 5), 4: (5, 5, 2, 4),
    5: (1, 6, 3, 3), 6: (3, 12, 8, 6, 8, 4, 2, 4), 7: (3, 4, 2, 5, 3, 2), 8: (4, 4, 3, 2),
    9: (3, 4), 10: (2, 3, 5, 16, 5, 2, 3), 11: (4, 5, 5, 4, 2, 2, 2), 12: (5, 2, 5),
    13: (4, 6, 4, 7), 14: (2, 8, 3), 15: (5, 5, 7, 4), 16: (1, 5, 4, 3, 4), 17: (2, 8, 2),
}  # fmt: skip
"""How many lines each section of each chapter of 5.0.0 has."""
LEVELS: Final = {1: 70, 2: 183, 3: 92}
"""How many lines of 5.0.0 are of each level."""
ROW: Final = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FILE: Final = re.compile(r"`((?:src|tests|docs|deploy|tools)/[\w./]+)`")


class Line(NamedTuple):
    id: str
    level: int
    words: str
    state: str
    proof: str


LINES: Final = tuple(
    Line(id_, int(level), words, state, proof)
    for id_, level, words, state, proof in ROW.findall(PAGE)
)


def test_every_line_is_there_once_in_order() -> None:
    """Guards: a requirement that nobody judged, or that was judged twice."""
    expected = [
        f"{chapter}.{section}.{number}"
        for chapter, sections in SECTIONS.items()
        for section, many in enumerate(sections, 1)
        for number in range(1, many + 1)
    ]
    assert [line.id for line in LINES] == expected
    assert len(expected) == 345


def test_levels_are_those_of_the_standard() -> None:
    """Guards: a line of the first level that is excused as one of the third."""
    assert Counter(line.level for line in LINES) == LEVELS


def test_every_state_is_known_and_explained() -> None:
    """Guards: a line that says neither yes nor no, or that says it without a word why."""
    assert not [line.id for line in LINES if line.state not in STATES or not line.proof.strip()]


def test_what_is_met_can_be_looked_at() -> None:
    """Guards: "met" on somebody's word: without a test, a file or a page."""
    vague = [
        line.id
        for line in LINES
        if line.state == "met" and not re.search(r"`[^`]+`|\]\([^)]+\)", line.proof)
    ]
    assert set(vague) <= {"1.4.1", "11.4.1"}, "of the language, and of what is absent"


def test_every_proof_exists() -> None:
    """Guards: a proof that was renamed or removed, and is still called one."""
    missing = [
        (line.id, path, name)
        for line in LINES
        for path, name in TEST.findall(line.proof)
        if not re.search(rf"def {name}\(", _text(path))
    ]
    missing += [
        (line.id, path, "")
        for line in LINES
        for path in FILE.findall(line.proof)
        if not (ROOT / path).exists()
    ]
    assert not missing


def test_the_summary_is_that_of_the_lines() -> None:
    """Guards: figures and a list of what is open that are better than the table."""
    counts = Counter((line.level, line.state) for line in LINES)
    for level, many in LEVELS.items():
        figures = " | ".join(str(counts[level, state]) for state in STATES)
        assert f"\n| {level} | {figures} | {many} |\n" in PAGE
    for level in (1, 2):
        for state in OPEN:
            told = re.search(rf"^\*\*Level {level}, {state}:\*\* (.+)$", PAGE, re.M)
            of_state = [line for line in LINES if (line.level, line.state) == (level, state)]
            assert told is not None
            listed = "; ".join(f"{line.id} {line.words}" for line in of_state) or "none"
            assert told[1] == f"{listed}."


def _text(path: str) -> str:
    file = ROOT / path
    return file.read_text() if file.exists() else ""
