"""`hygie export`: all data, or some, as NDJSON in a folder."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
import uvloop

from hygie.bootstrap import House, open_house
from hygie.cli.options import as_json, data, database_url, operator
from hygie.cli.progress import progress_bar
from hygie.cli.stores import require_store
from hygie.exchange.bulk.asked import Asked, Level
from hygie.exchange.bulk.folder import MANIFEST, FolderExport, State
from hygie.exchange.bulk.members import members
from hygie.ops import phrases
from hygie.refusal import Category, refuse
from hygie.settings import Settings, load
from hygie.store.interactions.searching import since as instant_of

PLAIN = (
    "Les fichiers de {folder} ne sont pas chiffrés : ils contiennent les données en clair. "
    "Protégez-les, et effacez-les dès qu’ils ont servi."
)
_ABOUT = """
SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint
FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = 'hygie.resource'::regclass AND relname = ANY($1)
"""


class Report(msgspec.Struct, frozen=True):
    folder: str
    moment: datetime
    resources: int
    files: int
    bytes: int
    unreadable: int
    """Bodies that do not open: named in files of their own."""


class Wanted(msgspec.Struct, frozen=True):
    """What the options ask for."""

    types: tuple[str, ...]
    since: str | None
    group: str | None

    def __str__(self) -> str:
        """The command that asks the same."""
        words = ["hygie export", *(f"--type {kind}" for kind in sorted(self.types))]
        words += [f"--since {self.since}"] if self.since else []
        return " ".join([*words, *([f"--group {self.group}"] if self.group else [])])


@click.command()
@click.option(
    "--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
    help="The folder: empty, or that of the same export begun before.",
)  # fmt: skip
@click.option("--type", "types", multiple=True, help="A resource type; may be repeated.")
@click.option("--since", help="Only what was written later: 2026-01-31T00:00:00Z. Tells deletions.")
@click.option("--group", help="Only the records of the members of this Group (its id).")
@as_json
@data
@database_url
def export(
    *,
    folder: Path,
    as_json: bool,
    data: Path | None,
    database_url: str | None,
    **wanted: Any,
) -> None:
    """Write all data, as they are now, into a folder as NDJSON, with a manifest.

    One moment is written, whoever writes to the store meanwhile. Stopped at any moment, the same
    command goes on where it was. The files are plain: a folder is for who may read everything.
    """
    settings = load(data=data, database_url=database_url)
    require_store(settings)
    state = uvloop.run(_export(settings, folder.absolute(), Wanted(**wanted)))
    report = _report(folder, state)
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        click.echo(readable(report))
        click.secho(PLAIN.format(folder=folder), fg="yellow", err=True)
    if report.unreadable:
        sys.exit(1)


async def _export(settings: Settings, folder: Path, wanted: Wanted) -> State:
    async with open_house(settings, "hygie export") as house:
        work = FolderExport(house.store, operator(), folder, asked := await _asked(house, wanted))
        tables = [f"resource_{kind.lower()}" for kind in asked.types]
        total = await house.store.pool.fetchval(_ABOUT, tables)
        with progress_bar("Export") as bar:
            return await work.run(lambda done: bar(done, max(done, total)) if bar else None)


async def _asked(house: House, wanted: Wanted) -> Asked:
    registry, group = house.store.registry, wanted.group
    for kind in wanted.types:
        if not registry.is_resource(kind):
            raise refuse(Category.INVALID, "ops.unknown-type", phrases.UNKNOWN_TYPE, type=kind)
    compartment = ("Patient", *registry.patient_compartment)
    every = registry.resource_types if group is None else compartment
    level: Level = "system" if group is None else "group"
    named = (
        await members(house.store, operator(), group, house.terminology.expanded)
        if group is not None
        else ()
    )
    return Asked(
        url=str(wanted),
        level=level,
        types=tuple(sorted(set(wanted.types) or set(every))),
        since=instant_of(wanted.since) if wanted.since else None,
        patients=tuple(sorted(house.store.keyring.reference("Patient", one) for one in named)),
    )


def _report(folder: Path, state: State) -> Report:
    named = [one for one in state.pieces if one.name]
    return Report(
        folder=str(folder), moment=state.moment, resources=state.done, files=len(named),
        bytes=sum(one.size for one in named),
        unreadable=sum(one.count for one in named if one.kind == "error"),
    )  # fmt: skip


def readable(report: Report) -> str:
    size = f"{report.bytes / 1e6:.0f} Mo"
    written = f"{report.resources} ressources en {report.files} fichiers ({size})"
    lines = [f"{written} ; {MANIFEST} dit lesquels."]
    if report.unreadable:
        lines.append(f"{report.unreadable} ressources ne s’ouvrent pas : lancez « hygie doctor ».")
    return "\n".join(lines)
