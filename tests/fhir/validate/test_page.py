"""The page about validation says what the code does."""

import re
from pathlib import Path

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "fhir-validation.md").read_text()
RULE = re.compile(
    r'"((?:structure|value|reference|extension|bundle|attachment|narrative|identifier)\.[a-z-]+)"'
)


def block(language: str) -> str:
    (text,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(text)


def test_the_printed_source_is_the_generated_one() -> None:
    """Danger: a page that explains code of another year."""
    assert block("python") == base_validator().source("Period")


def test_the_walked_example_gives_what_is_written() -> None:
    """Danger: an example that nobody can reproduce."""
    issues = base_validator().validate(decode(block("json").encode()))
    rows = [f"| `{i.location}` | `{i.rule}` | {i.text('fr')} |" for i in issues]
    assert "\n".join(rows) in PAGE
    assert len(rows) == 5


def test_every_rule_is_listed() -> None:
    """Danger: a rule in an answer that no page explains, or one explained that is gone."""
    folder = ROOT / "src" / "hygie" / "fhir" / "validate"
    files = [
        f
        for room in ("", "references", "bundles", "datatypes", "narrative")
        for f in (folder / room).glob("*.py")
    ]
    used = {rule for file in files for rule in RULE.findall(file.read_text())}
    table = PAGE.partition("## Rules")[2].partition("## What comes")[0]
    listed = {rule for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
              for rule in re.findall(r"`([a-z]+\.[a-z-]+)`", row)}  # fmt: skip
    assert listed == used
