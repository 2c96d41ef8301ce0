"""`hygie reindex`: the index by today's rules, while the store is served."""

import os

import click
import msgspec

from hygie.cli.options import NICENESS, House, as_json, rest, with_house
from hygie.cli.progress import progress_bar
from hygie.ops import Reindexed, reindex_store
from hygie.ops.pace import Pace
from hygie.store.parameters import catalogue


@click.command()
@click.option("--type", "types", multiple=True, help="A resource type; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="Every type, needed or not.")
@click.option("--status", is_flag=True, help="Only say how far search parameters of one's own are.")
@rest
@as_json
@with_house
async def reindex(
    house: House, *, types: tuple[str, ...], everything: bool, status: bool, rest: float,
    as_json: bool,
) -> None:  # fmt: skip
    """Work out again what resources are found by: after definitions, rules or time zone change.

    Without options, the types that need it. Searches stay served meanwhile. Stopped at any
    moment, it goes on from there the next time.
    """
    if status:
        await show(house, as_json=as_json)
        return
    os.nice(NICENESS)
    with progress_bar("Indexation") as progress:
        report = await reindex_store(
            house.store, house.ledger, Pace(rest, progress), types, everything=everything
        )
    click.echo(msgspec.json.encode(report) if as_json else readable(report))


async def show(house: House, *, as_json: bool) -> None:
    """The establishment's own search parameters, and those that could not be taken up."""
    pool = house.store.pool
    own, refusals = await catalogue.status(pool), await catalogue.refused(pool)
    if not own and not refusals and not as_json:
        click.echo("Aucun paramètre de recherche propre : envoyez un SearchParameter actif.")
    for one in own:
        far = f" {one.done}/{one.expected}" if one.state == "indexing" else ""
        click.echo(msgspec.json.encode(one) if as_json else f"{one.state:9} {one.url}{far}")
    for url, issues in refusals.items():
        said = [issue.text("fr") for issue in issues]
        refused = {"url": url, "state": "refused", "reasons": said}
        line = f"refused   {url} : {' '.join(said)}"
        click.echo(msgspec.json.encode(refused) if as_json else line)


def readable(report: Reindexed) -> str:
    lines = [
        f"{one.type} : {one.done} ressources lues, {one.changed} remises à jour."
        for one in report.types
    ]
    if report.unreadable:
        lines.append(f"{report.unreadable} ressources ne s’ouvrent pas : lancez « hygie doctor ».")
    return "\n".join(lines or ["Rien à faire : l’index suit déjà les règles actuelles."])
