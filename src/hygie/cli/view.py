"""`hygie view`: a table made of resources, by a SQL on FHIR ViewDefinition."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from hygie.cli import told
from hygie.cli.stopping import leave_in_order
from hygie.cli.viewing import Asked, Done, run_on_files
from hygie.fhir.codec import Resource, decode_any
from hygie.fhir.codec.reading import require_resource
from hygie.files import walk
from hygie.insight.views import library
from hygie.insight.views.engines import ENGINES, EngineName
from hygie.insight.views.sources import placed
from hygie.insight.views.writers import FORMATS, Format
from hygie.limits import MAX_RESOURCE_BYTES
from hygie.refusal import Category, Phrase, Refused, refuse

SHOWN_BAD: Final = 20
"""Of what is passed over; the rest is counted."""
NO_VIEW: Final = Phrase(
    "Il faut une vue : un fichier ViewDefinition, ou --library NOM (--list les énumère).",
    "A view is needed: a ViewDefinition file, or --library NAME (--list names them).",
)
TO_SCREEN: Final = Phrase(
    "Le format {format} s’écrit dans un fichier : ajoutez --output.",
    "Format {format} is written to a file: add --output.",
)
EITHER: Final = Phrase(
    "Soit des fichiers, soit --data ou --database-url : pas les deux.",
    "Either files, or --data or --database-url: not both.",
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--library", "ready", metavar="NAME", help="A ready view, in place of a file.")
@click.option("--list", "listed", is_flag=True, help="Name the ready views.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True,
    help="What runs the view; the rows are the same.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="A file, replaced once the table is whole; readable by its owner alone.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="By the end of the file's name; NDJSON on standard output.",
)  # fmt: skip
@click.option("--skip-bad", is_flag=True, help="Pass over what cannot be read, and count it.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path),
    help="Data directory, read when there are no files (HYGIE_DATA; ./hygie-data by default).",
)  # fmt: skip
@click.option("--database-url", help="An own PostgreSQL, 15 or later (HYGIE_DATABASE_URL).")
def view(  # noqa: PLR0913 - the options of a command
    *,
    paths: tuple[Path, ...],
    ready: str | None,
    listed: bool,
    engine: EngineName,
    output: Path | None,
    form: Format | None,
    skip_bad: bool,
    data: Path | None,
    database_url: str | None,
) -> None:
    """Make a table of resources: hygie view VIEWDEFINITION FILE…, or over what is stored.

    Files and folders: NDJSON, bundles, single resources. What cannot be read is refused with its
    file and line, unless --skip-bad. Without files, the store of --data is read, as it is at one
    moment; that is an access to data, and leaves a trace. CSV guards cells that a spreadsheet
    would take for formulas by an apostrophe; other formats hold every text unchanged.
    """
    if listed:
        for name in library.names():
            click.echo(f"{name:<16} {library.ready(name).title}")
        return
    definition, files = _definition(paths, ready)
    if form in ("parquet", "duckdb") and output is None:
        raise refuse(Category.INVALID, "view.screen", TO_SCREEN, format=form)
    asked = Asked(definition, engine, output, form)
    leave_in_order()  # half a table is health data in nobody's care
    if files and (data or database_url):
        raise refuse(Category.INVALID, "view.sources", EITHER)
    if files:
        done = run_on_files(asked, list(walk(files)), _Told() if skip_bad else _raised)
    else:
        from hygie.cli.stored_view import run_on_store  # noqa: PLC0415 - files need no store

        done = run_on_store(asked, data, database_url)
    _conclude(asked, done)


def _definition(paths: Sequence[Path], ready: str | None) -> tuple[Resource, Sequence[Path]]:
    """The view, and what is left of the paths."""
    if ready is not None:
        return library.definition(ready), paths
    if not paths:
        raise refuse(Category.INVALID, "view.none", NO_VIEW)
    return _read(paths[0]), paths[1:]


def _read(path: Path) -> Resource:
    """With or without its `resourceType`: the specification's own views have none."""
    if path.is_dir():
        raise refuse(Category.INVALID, "view.none", NO_VIEW)
    try:
        found = decode_any(path.read_bytes(), limit=MAX_RESOURCE_BYTES)
        return found if isinstance(found, dict) else require_resource(found)
    except Refused as refused:
        raise placed(refused, path) from None


def _raised(refused: Refused) -> None:
    raise refused


class _Told:
    """Says what is passed over, as far as somebody may read it."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, refused: Refused) -> None:
        self._count += 1
        if self._count <= SHOWN_BAD:
            told(refused.refusal)


def _conclude(asked: Asked, done: Done) -> None:
    """What became of it, on standard error: standard output is the table's."""
    if asked.output is not None:
        click.echo(f"{asked.output} : {done.rows} lignes.", err=True)
    if done.unreadable:
        click.secho(f"{done.unreadable} ressources n’ont pas pu être lues.", fg="yellow", err=True)
