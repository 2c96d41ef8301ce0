"""Documentation: what is drawn from the code is current, what is linked exists."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_commands_settings_and_limits_are_current() -> None:
    """Guards: a documented command that no longer exists. Mend with `make docs`."""
    page = runpy.run_path(str(ROOT / "docs" / "generate.py"))["page"]()
    assert (ROOT / "docs" / "commands.md").read_text() == page


def test_ready_views_are_current() -> None:
    """Guards: columns that lag behind the files. Mend with `make docs`."""
    drawn = runpy.run_path(str(ROOT / "docs" / "generate.py"))["ready_views"]()
    assert (ROOT / "docs" / "views.md").read_text().endswith(drawn)


def test_the_manual_of_rules_is_current() -> None:
    """Guards: a rule that nobody can look up, or whose reason changed. Mend with `make docs`."""
    drawn = runpy.run_path(str(ROOT / "docs" / "generate.py"))["rules"]()
    assert (ROOT / "docs" / "manuels" / "regles-validation.md").read_text() == drawn


def test_the_map_of_hl7_v2_is_current() -> None:
    """Guards: a field that is documented and not read, or read and not documented."""
    drawn = runpy.run_path(str(ROOT / "docs" / "generate.py"))["fields"]()
    assert (ROOT / "docs" / "hl7v2-fields.md").read_text() == drawn


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Guards: a reader sent to a page that is not there."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_dependency_is_justified() -> None:
    """Guards: a dependency that nobody can say the reason of."""
    declared = re.findall(r'^    "([a-z0-9-]+)', (ROOT / "pyproject.toml").read_text(), re.M)
    page = (ROOT / "docs" / "dependencies.md").read_text()
    run_time = [name for name in declared if f"{name}>=" in (ROOT / "pyproject.toml").read_text()]
    families = {"pytest-asyncio": "asyncio", "pytest-xdist": "xdist", "pytest-timeout": "timeout"}
    missing = [name for name in run_time if f"`{families.get(name, name)}`" not in page]
    assert not missing
