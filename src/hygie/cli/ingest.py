"""`hygie ingest`: files and folders in, through the gateway."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from hygie.cli.options import House, as_json, with_house
from hygie.intake import Progress, Summary

SHOWN_REFUSALS = 20


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@as_json
@with_house
async def ingest(house: House, paths: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001
    """File FHIR (JSON, NDJSON, bundles), HL7 v2 and CDA from PATHS; say what became of each.

    Kinds are detected. What cannot be filed waits in quarantine; files of no known kind are
    refused and counted. Exit status 0 whenever every file is accounted for.
    """
    with progress_bar("Intégration") as progress:
        summary = await house.gateway.ingest(paths, progress)
    await house.store.analyze()
    click.echo(msgspec.json.encode(summary) if as_json else readable(summary))


@contextmanager
def progress_bar(label: str) -> Iterator[Progress | None]:
    """A bar on standard error when it is a terminal; nothing otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=0, label=label, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


def readable(summary: Summary) -> str:
    first = (
        f"{summary.files} fichiers : {summary.filed} intégrés, {summary.quarantined} en "
        f"quarantaine, {summary.refused} refusés, {summary.duplicates} déjà connus."
    )
    ranked = sorted(summary.reasons.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"  {file.path}: {file.reason}" for file in summary.refusals[:SHOWN_REFUSALS]]
    if summary.refused > len(shown):
        shown.append(f"  … et {summary.refused - len(shown)} autres fichiers refusés (--json).")
    return "\n".join([first, *(f"  {count:>6}  {rule}" for rule, count in ranked), *shown])
