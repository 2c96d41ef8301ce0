"""Guards against a page that tells technicians what is no longer true."""

import re
from pathlib import Path

from hygie.intake.filing.events import EVENTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hl7v2.md").read_text()
CODE = "".join(
    path.read_text()
    for room in ("identity", "intake")
    for path in (ROOT / "src" / "hygie" / room).rglob("*.py")
)


def test_every_event_is_on_the_page():
    """An event that is handled and that nobody can look up."""
    for name in EVENTS:
        assert name.split("^")[1] in PAGE, name


def test_every_rule_on_the_page_exists():
    """A reason documented under a name that quarantine never shows."""
    rules = re.findall(
        r"`((?:event|identity|ins|visit|report|movement|document|intake)\.[a-z0-9-]+)`", PAGE
    )
    assert len(rules) > 15
    for rule in rules:
        assert f'"{rule}"' in CODE, rule
