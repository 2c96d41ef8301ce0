"""The house itself: sizes, words and habits that a reviewer would otherwise repeat."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted(ROOT.glob("src/**/*.py"))
TRACKED_TEXT = [
    path
    for folder in ("src", "tests", "bench", "docs")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".sql", ".md", ".html", ".css", ".js"} and "vendor" not in path.parts
]
LONGEST_FILE = 400


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_file_can_be_read_in_one_sitting() -> None:
    """Guards: a file in which two ideas live."""
    long = [named(p) for p in SOURCES if len(p.read_text().splitlines()) > LONGEST_FILE]
    assert not long


def test_a_module_says_what_it_is_for() -> None:
    """Guards: a file whose purpose has to be guessed."""
    texts = {named(path): path.read_text() for path in SOURCES}
    assert not [name for name, text in texts.items() if text and not text.startswith('"""')]


def test_nothing_is_left_unfinished() -> None:
    """Guards: stubs and swallowed errors."""
    unfinished = r"NotImplementedError|TODO|FIXME|except Exception: *pass|except: *$"
    assert not [named(path) for path in SOURCES if re.search(unfinished, path.read_text())]


def test_no_path_of_a_machine() -> None:
    """Guards: something that works only where it was written."""
    assert not [named(p) for p in TRACKED_TEXT if f"{ROOT.parent}/" in p.read_text()]


def test_nothing_comes_from_a_network_at_run_time() -> None:
    """Guards: a page that loads from elsewhere."""
    outside = r"(?:src|href|url|@import)\s*[=(]?\s*[\"']?https?://"
    pages = [p for p in TRACKED_TEXT if p.suffix in {".html", ".css", ".js"}]
    assert pages
    assert not [named(path) for path in pages if re.search(outside, path.read_text())]
