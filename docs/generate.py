"""Writes the parts of docs/ that are drawn from the code: `make docs`.

A test fails when docs/commands.md, docs/hl7v2-fields.md, the end of docs/views.md, or
docs/manuels/regles-validation.md is not what this prints.
"""

import ast
import sys
from collections.abc import Iterator
from inspect import cleandoc
from itertools import pairwise
from pathlib import Path

import click

from hygie.cli import cli
from hygie.fhir.validate.rules import french_pack
from hygie.insight.views.library import names, ready
from hygie.intake.mapping.conversions import FIELDS as FIELDS_READ
from hygie.intake.mapping.engine.model import Row
from hygie.intake.mapping.functions import FUNCTIONS
from hygie.intake.mapping.shipped import shipped_codes, shipped_tables
from hygie.settings import VARIABLES

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "docs" / "commands.md"
VIEWS = ROOT / "docs" / "views.md"
RULES = ROOT / "docs" / "manuels" / "regles-validation.md"
READY = "## The ready views\n"
"""From here on, docs/views.md is drawn."""
FIELDS = ROOT / "docs" / "hl7v2-fields.md"
FIELDS_INTRODUCTION = """# HL7 v2: field by field

Drawn from `src/hygie/intake/mapping/tables/` by `make docs`; a test keeps it so. How to read and
change the tables: [mapping.md](mapping.md). What is done with events, who is meant, what stays
follow from: [hl7v2.md](hl7v2.md). A row's id is what a set of adaptations names.
"""
RULES_INTRODUCTION = """# Les règles de Hygie

Les profils (FR Core et les autres) disent la forme des données. Ils se taisent sur les clés des
numéros, sur l’accord entre le matricule et les traits, sur ce qui ne doit pas être transmis. Ces
règles le disent. Chacune a un identifiant stable : c’est lui qu’une mise en silence ou une
politique nomme, pour une source et avec un motif.

Une clé fausse est un avertissement sur des données reçues, une erreur dans un formulaire : des
exemples publiés par les agences elles-mêmes en portent.

Une règle est une donnée (`src/hygie/fhir/validate/rules/french.toml`) : ce qu’elle juge, son test
(une expression FHIRPath ou une fonction nommée), ce qu’elle dit en français et en anglais, sa
raison, sa source. Cette page en est tirée ; un test la tient à jour.
"""


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
        for path in sorted((ROOT / "src/hygie/limits").glob("*.py"))
        for name, value, note in documented(path)
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
            "All in `src/hygie/limits/`; a refusal cites the one it applies.\n",
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


def rules() -> str:
    """The manual of Hygie's own rules, in the words of their pack."""
    found = french_pack().rule
    severities = {"error": "erreur", "warning": "avertissement", "information": "information"}
    rows = "\n".join(
        f"| [`{rule.id}`](#{rule.id.replace('.', '')}) | {', '.join(rule.on)} "
        f"| {severities[rule.severity]} |"
        for rule in found
    )
    parts = [RULES_INTRODUCTION, f"| règle | ressources | gravité |\n|---|---|---|\n{rows}\n"]
    for rule in found:
        parts.append(f"## `{rule.id}`\n\n> {rule.fr}\n")
        parts.append(f"**Pourquoi.** {rule.reason}\n")
        parts.append(f"**Source.** {rule.source}. Depuis le {rule.since}.\n")
    return "\n".join(parts)


def fields() -> str:
    """Every table of the mapping, with the conversions and lists of codes that they name."""
    tables = shipped_tables()
    parts = [FIELDS_INTRODUCTION]
    for name in sorted(tables):
        table = tables[name]
        rows = "\n".join(
            f"| `{row.id}` | {_from(row)} | {_to(row)} | {_how(row)} | {row.why} |"
            for row in table.row
        )
        parts.append(f"## {name} → {table.resource}\n\n{table.title}. {table.source}.\n")
        parts.append(f"| row | from | to | how | why |\n|---|---|---|---|---|\n{rows}\n")
    conversions = [(name, one.gives, one.note) for name, one in FIELDS_READ.items()]
    functions = [(name, gives, note) for name, (_, gives, note) in FUNCTIONS.items()]
    for title, found in (("Conversions of a field", conversions), ("Functions", functions)):
        rows = "\n".join(f"| `{name}` | {gives} | {note} |" for name, gives, note in found)
        parts.append(f"## {title}\n\n| name | gives | reads |\n|---|---|---|\n{rows}\n")
    parts.append("## Lists of codes\n")
    for name, one in sorted(shipped_codes().items()):
        codes = ", ".join(f"{code} {meant}" for code, meant in one.codes.items())
        parts.append(f"**`{name}`** {one.title}; others: {one.unknown}. {codes}\n")
    return "\n".join(parts)


def _from(row: Row) -> str:
    if row.sources:
        return ", ".join(row.sources)
    return "" if row.value is None else "constant"


def _to(row: Row) -> str:
    marks = [word for word in ("required", "clears") if getattr(row, word)]
    return ", ".join([f"`{row.to}`", *marks])


def _constant(value: object) -> str:
    """A concept by the end of its system and its code; anything else as it is written."""
    if isinstance(value, dict) and "coding" in value:
        codings = (f"{c['system'].rsplit('/', 1)[-1]}#{c['code']}" for c in value["coding"])
        return f"`{' '.join(codings)}`"
    return f"`{value}`"


def _how(row: Row) -> str:
    named = [row.as_ if row.value is None else _constant(row.value)]
    named += [f"`{name}`" for name in (row.codes, row.system) if name]
    named += [f"else {_constant(row.default)}"] if row.default is not None else []
    named += [f"when {condition}" for condition in row.conditions]
    return "; ".join(named).replace("|", "\\|")


if __name__ == "__main__":
    OUTPUT.write_text(page())
    VIEWS.write_text(VIEWS.read_text().partition(READY)[0] + ready_views())
    RULES.write_text(rules())
    FIELDS.write_text(fields())
    for written in (OUTPUT, VIEWS, RULES, FIELDS):
        sys.stdout.write(f"{written.relative_to(ROOT)}\n")
