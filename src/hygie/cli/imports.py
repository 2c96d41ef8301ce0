"""`hygie imports`: what `$import` was asked, made."""

from uuid import UUID

import click
import uvloop

from hygie.bootstrap import open_house
from hygie.cli.importers import Processes, cores, processes
from hygie.cli.options import data, database_url
from hygie.intake.imports.fetching import make
from hygie.intake.imports.phrases import NO_IMPORT
from hygie.ops.lineage import end_with
from hygie.refusal import Category, refuse
from hygie.settings import Settings, load


@click.group()
def imports() -> None:
    """Imports from other servers ($import)."""


@imports.command()
@click.argument("job", type=click.UUID)
@click.option("--with-parent", type=int, hidden=True)
@data
@database_url
def run(job: UUID, with_parent: int | None, data: str | None, database_url: str | None) -> None:
    """Fetch and file what the import JOB names, on every core; go on where it was.

    The server does it by itself, for each import that it was asked.
    """
    if with_parent is not None:
        end_with(with_parent)
    settings = load(data=data, database_url=database_url)
    with processes(cores() if cores() > 1 else 0) as others:
        uvloop.run(_make(settings, job, others))


async def _make(settings: Settings, job: UUID, others: Processes) -> None:
    async with open_house(settings, "hygie imports") as house:
        found = await house.imports.find(job)
        if found is None:
            raise refuse(Category.NOT_FOUND, "import.unknown", NO_IMPORT, code="not-found")
        if found.state != "asked":
            return
        async with others.importers(house) as importers:
            filed_by = importers or house.gateway.importers
            await make(house.store, house.imports, house.outbound, filed_by, found)
