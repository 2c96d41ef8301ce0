"""`hygie packages`: the guides that every validation of the house knows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from hygie.cli import language
from hygie.cli.options import as_json, data
from hygie.insight.quality.installed import Added, Installed, Packages
from hygie.refusal import Issue
from hygie.settings import load

_WORDS: Final = {"added": "ajouté", "unchanged": "inchangé", "replaced": "remplacé"}
_ARCHIVE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def packages() -> None:
    """Implementation guides (FHIR packages) whose profiles and terms are known to the house.

    Kept in the folder packages of the data directory. Nothing is downloaded: get the files from
    the guide's page or a registry of FHIR packages.
    """


@packages.command()
@click.argument("archives", nargs=-1, required=True, metavar="FILE.tgz…", type=_ARCHIVE)
@click.option("--replace", is_flag=True, help="Take this content for a version that has another.")
@click.option("--strict", is_flag=True, help="Refuse when a dependency is missing.")
@as_json
@data
def add(
    archives: tuple[Path, ...],
    replace: bool,  # noqa: FBT001
    strict: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    data: Path | None,
) -> None:
    """Add packages, all or none. Files left out, and dependencies that are missing, are told."""
    for one in _packages(data).add(archives, replace=replace, strict=strict):
        if as_json:
            click.echo(msgspec.json.encode(_said(one)))
        else:
            click.echo(f"{_WORDS[one.state]:<10}{one.manifest.id}")
            _tell(one.issues)


@packages.command("list")
@as_json
@data
def list_(as_json: bool, data: Path | None) -> None:  # noqa: FBT001
    """Name and version, how many definitions, and which dependencies are missing."""
    for one in _packages(data).listed():
        click.echo(msgspec.json.encode(one) if as_json else _readable(one))


@packages.command()
@click.argument("package", metavar="NAME#VERSION")
@data
def remove(package: str, data: Path | None) -> None:
    """Remove a package; those that depended on it are told."""
    _tell(_packages(data).remove(package))


def _packages(data: Path | None) -> Packages:
    return Packages(load(data=data).data)


def _tell(issues: Sequence[Issue]) -> None:
    for issue in issues:
        text = issue.text(language())
        click.echo(f"  {issue.location}: {text}" if issue.location else f"  {text}", err=True)


def _said(one: Added) -> dict[str, object]:
    issues = [
        {"rule": issue.rule, "location": issue.location, "text": issue.text(language())}
        for issue in one.issues
    ]
    return {"package": one.manifest.id, "state": one.state, "issues": issues}


def _readable(one: Installed) -> str:
    lacking = f"  (manque : {', '.join(one.missing)})" if one.missing else ""
    return f"{one.package:<44}{one.definitions:>6}  {one.title}{lacking}"
