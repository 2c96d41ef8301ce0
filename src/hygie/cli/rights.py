"""`hygie rights`: who may do what, as the rights file says."""

from pathlib import Path

import click
import msgspec

from hygie.access.rights import read_rights
from hygie.access.rights.rights import Right, Role
from hygie.access.trials import check_trials, read_trials
from hygie.cli.options import as_json, data
from hygie.settings import load


@click.group()
def rights() -> None:
    """Who may do what: the shipped file, with the establishment's own (DATA/droits.toml)."""


@rights.command()
@data
def check(data: Path | None) -> None:
    """Read the rights and try the cases of DATA/droits.essais.toml; or say all that is wrong with
    them, each with its place."""
    place = load(data=data).data
    found, trials = read_rights(place), read_trials(place)
    check_trials(trials, found)
    tried = f", {len(trials)} trials" if trials else ""
    click.echo(f"version {found.version} ({found.digest}), {len(found.roles)} roles{tried}")


@rights.command()
@data
@as_json
def show(data: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Every role: its rights by group, and what it may do on the pages."""
    found = read_rights(load(data=data).data)
    for role in found.roles.values():
        if as_json:
            click.echo(msgspec.json.encode(plain(role)))
            continue
        click.secho(f"{role.name} — {role.label}", bold=True)
        click.echo(f"  {role.about}")
        for group, given in role.rights.items():
            click.echo(f"  {found.groups[group].label:<28} {', '.join(map(written, given))}")
        capabilities = ", ".join(sorted(role.capabilities)) or "-"
        click.echo(f"  pages: {capabilities}\n")


def plain(role: Role) -> dict[str, object]:
    """A role as JSON has it."""
    return {
        "name": role.name, "label": role.label, "about": role.about,
        "capabilities": sorted(role.capabilities), "second_factor": role.second_factor,
        "break_glass": role.break_glass,
        "rights": {group: list(map(written, given)) for group, given in role.rights.items()},
    }  # fmt: skip


def written(right: Right) -> str:
    """As the file writes it."""
    letters = "".join(sorted(right.letters, key="cruds".index))
    limited = f" on {right.type}" if right.type else ""
    return f"{right.scope}:{letters}{limited}" + (f"?{right.query}" if right.query else "")
