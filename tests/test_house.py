"""The house itself: sizes, words and habits that a reviewer would otherwise repeat."""

import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    """Guards: a file in which two ideas live."""
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Guards: a file whose purpose has to be guessed."""
    text = path.read_text()
    assert not text or text.startswith(('"""', 'r"""'))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nothing_is_left_unfinished(path: Path) -> None:
    """Guards: stubs and swallowed errors."""
    unfinished = r"NotImplementedError|TODO|FIXME|except Exception: *pass|except: *$"
    assert not re.search(unfinished, path.read_text())


@pytest.mark.parametrize("path", TRACKED_TEXT, ids=named)
def test_no_path_of_a_machine(path: Path) -> None:
    """Guards: something that works only where it was written."""
    assert str(ROOT.parent) + "/" not in path.read_text()


def test_nothing_comes_from_a_network_at_run_time() -> None:
    """Guards: a page that loads from elsewhere."""
    for path in (ROOT / "src/hygie/web").rglob("*"):
        if path.suffix in {".html", ".css", ".js"} and "vendor" not in path.parts:
            outside = re.findall(
                r"(?:src|href|url|@import)\s*[=(]?\s*[\"']?https?://", path.read_text()
            )
            assert not outside, named(path)
