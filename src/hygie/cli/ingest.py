"""`hygie ingest`: files and folders in, through the gateway."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import msgspec
import uvloop

from hygie.bootstrap import open_house
from hygie.cli.importers import Processes, cores, processes
from hygie.cli.options import as_json, data, database_url
from hygie.cli.progress import progress_bar
from hygie.files import size_of, walk
from hygie.intake import Dispatch, Summary
from hygie.settings import Settings, load
from hygie.store.capacity import IMPORTING_PROCESSES

SHOWN_REFUSALS = 20
ALONE_BYTES: Final = 2 * 1024 * 1024
"""Below this, the start of other processes costs more than they bring."""
INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells say it."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--jobs", type=click.IntRange(1, IMPORTING_PROCESSES),
    help="Processes that file side by side (one a core; a single one for a few megabytes).",
)  # fmt: skip
@as_json
@data
@database_url
def ingest(
    paths: tuple[Path, ...],
    jobs: int | None,
    as_json: bool,  # noqa: FBT001
    data: Path | None,
    database_url: str | None,
) -> None:
    """File FHIR (JSON, NDJSON, bundles), HL7 v2 and CDA from PATHS; say what became of each.

    Kinds are detected. What cannot be filed waits in quarantine; files of no known kind are
    refused and counted. Exit status 0 whenever every file is accounted for. Ctrl-C ends it after
    what was read; the same command again takes it up, what is stored counts as known.
    """
    settings = load(data=data, database_url=database_url)
    with processes(_others(paths, jobs)) as others:
        summary, whole = uvloop.run(_ingest(settings, paths, others))
    click.echo(msgspec.json.encode(summary) if as_json else readable(summary))
    if not whole:
        click.secho("Interrompu : la suite n’a pas été lue.", fg="yellow", err=True)
        sys.exit(INTERRUPTED)


def _others(paths: Sequence[Path], jobs: int | None) -> int:
    """Other processes to start: none when this one does all."""
    if jobs is None:
        large = sum(map(size_of, walk(paths))) > ALONE_BYTES
        jobs = cores() if large else 1
    return jobs if jobs > 1 else 0


async def _ingest(
    settings: Settings, paths: Sequence[Path], others: Processes
) -> tuple[Summary, bool]:
    """What became of it, and whether all was read."""
    async with open_house(settings, "hygie ingest") as house:
        async with others.importers(house) as importers:
            with progress_bar("Intégration") as progress:
                dispatch = Dispatch(importers or house.gateway.importers, progress)
                asyncio.get_running_loop().add_signal_handler(signal.SIGINT, dispatch.stop)
                summary = await dispatch.run(paths)
        await house.store.analyze()
    return summary, not dispatch.stopped


def readable(summary: Summary) -> str:
    seconds = f"{summary.seconds:.1f}".replace(".", ",")
    first = (
        f"{summary.files} fichiers : {summary.filed} intégrés, {summary.kept} gardés, "
        f"{summary.quarantined} en quarantaine, {summary.refused} refusés, "
        f"{summary.duplicates} déjà connus, en {seconds} s."
    )
    ranked = sorted(summary.reasons.items(), key=lambda item: (-item[1], item[0]))
    held = [f"  {file.path}: {file.reason}" for file in summary.quarantine[:SHOWN_REFUSALS]]
    if summary.quarantined > len(held):
        rest = summary.quarantined - len(held)
        held.append(f"  … et {rest} autres en quarantaine (hygie quarantine list).")
    shown = [f"  {file.path}: {file.reason}" for file in summary.refusals[:SHOWN_REFUSALS]]
    if summary.refused > len(shown):
        shown.append(f"  … et {summary.refused - len(shown)} autres fichiers refusés (--json).")
    return "\n".join([first, *(f"  {count:>6}  {rule}" for rule, count in ranked), *held, *shown])
