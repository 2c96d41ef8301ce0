"""Every rule of validation is explained, by the name that silences and policies use."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("validate", "xml", "codec", "formats")
PAGES = ("validation.md", "fhir-validation.md")
FAMILIES = (
    "attachment", "binding", "bundle", "capability", "code-system", "coding", "extension", "fr",
    "identifier", "invariant", "json", "measure", "narrative", "ndjson", "profile", "quantity",
    "questionnaire", "reference", "rules", "search-parameter", "structure",
    "structure-definition", "value", "value-set", "xml",
)  # fmt: skip
RULE = re.compile(rf'"((?:{"|".join(FAMILIES)})\.[a-z][a-z0-9-]*)"')
WRITTEN = re.compile(r"`([^`\n]+)`")


def used() -> set[str]:
    """The rules that code names, but for those of single invariants and of the house."""
    folder = ROOT / "src" / "hygie" / "fhir"
    files = [file for room in ROOMS for file in (folder / room).rglob("*.py")]
    found = {rule for file in files for rule in RULE.findall(file.read_text())}
    return {rule for rule in found if not re.match(r"fr\.|invariant\.[a-z]+-[0-9]", rule)}


def written() -> set[str]:
    pages = [(ROOT / "docs" / page).read_text() for page in PAGES]
    return {name for page in pages for name in WRITTEN.findall(page)}


def explains(name: str, rule: str) -> bool:
    """A page names a rule whole, without its family in that family's table, or by a part."""
    for form in (rule, rule.partition(".")[2]):
        if name == form or (name.endswith("…") and form.startswith(name[:-1]) and name != "…"):
            return True
    return len(name) > 1 and name.startswith("…") and rule.endswith(name[1:])


def test_every_rule_is_on_a_page() -> None:
    """Danger: a supplier told of a rule that no page explains."""
    names = written()
    missing = {rule for rule in used() if not any(explains(name, rule) for name in names)}
    assert not missing
    assert len(used()) > 100
