"""Writes the parts of docs/ that are drawn from the code: `make docs`.

A test fails when docs/commands.md, or the end of docs/views.md, is not what this prints.
"""

import ast
import sys
from collections.abc import Iterator
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path

import click

from hygie.cli import cli
from hygie.insight.views.library import names, ready
from hygie.settings import VARIABLES

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "commands.md"
VIEWS = ROOT / "docs" / "views.md"
READY = "## The ready views\n"
"""From here on, docs/views.md is drawn."""


def documented(path: Path) -> Iterator[tuple[str, str, str]]:
    """Name, value and docstring of each constant or field that a source file declares."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef):
            continue
        for here, after in pairwise([*node.body, None]):
            if isinstance(here, ast.AnnAssign) and isinstance(here.target, ast.Name):
                text = after.value if isinstance(after, ast.Expr) else None
                note = text.value if isinstance(text, ast.Constant) else ""
                value = ast.unparse(here.value) if here.value else ""
                yield here.target.id, value, " ".join(str(note).split())


def leaves(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in sorted(group.list_commands(context)):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, f"{path} {name}")
        elif command is not None:
            yield f"{path} {name}", command


def commands() -> Iterator[str]:
    for path, command in leaves(cli, "hygie"):
        usage = command.get_usage(click.Context(command, info_name=path)).removeprefix("Usage: ")
        yield f"### `{path}`\n\n{cleandoc(command.help or '')}\n\n```\n{usage}\n```\n"
        options = [p for p in command.params if isinstance(p, click.Option)]
        if options:
            rows = "\n".join(f"| `{', '.join(o.opts)}` | {o.help or ''} |" for o in options)
            yield f"| option | |\n|---|---|\n{rows}\n"


def page() -> str:
    fields = {name: note for name, _, note in documented(ROOT / "src/hygie/settings.py")}
    settings = "\n".join(f"| `{v}` | {fields[name]} |" for name, v in VARIABLES.items())
    limits = "\n".join(
        f"| `{name}` | `{value}` | {note} |"
        for name, value, note in documented(ROOT / "src/hygie/limits.py")
    )
    return "\n".join(
        [
            "# Commands, settings, limits\n",
            "Drawn from the code by `make docs`; a test keeps it so.\n",
            "## Commands\n",
            *commands(),
            "## Settings\n",
            "Options come first, then these variables, then defaults.\n",
            f"| variable | |\n|---|---|\n{settings}\n",
            "## Limits\n",
            "All in `src/hygie/limits.py`; a refusal cites the one it applies.\n",
            f"| limit | value | why |\n|---|---|---|\n{limits}\n",
        ]
    )


def ready_views() -> str:
    """The columns of the ready views, in the words of their files."""
    parts = [READY, "Drawn from `src/hygie/insight/views/library/`; a test keeps it so.\n"]
    for name in names():
        view = ready(name)
        columns = "\n".join(
            f"| `{column.name}` | {column.type} | {column.description} |"
            for column in view.columns()
        )
        parts.append(f"### `{name}`\n\n{view.title} ({view.resource}). {view.description}\n")
        parts.append(f"| colonne | type | |\n|---|---|---|\n{columns}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    OUTPUT.write_text(page())
    VIEWS.write_text(VIEWS.read_text().partition(READY)[0] + ready_views())
    for written in (OUTPUT, VIEWS):
        sys.stdout.write(f"{written.relative_to(ROOT)}\n")
