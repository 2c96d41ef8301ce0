"""`hygie dictionary`: what bodies are compressed with (docs/keys.md)."""

import os

import click
import msgspec

from hygie.cli.options import NICENESS, House, as_json, operator, rest, with_house
from hygie.cli.progress import progress_bar
from hygie.ops.pace import Pace
from hygie.ops.recompression import recompress as recompress_store
from hygie.store.dictionaries.own import Known, known
from hygie.store.dictionaries.own import train as train_dictionary
from hygie.store.dictionaries.serving import bodies_served, drop_unused, require_alone


@click.group()
def dictionary() -> None:
    """The establishment's own compression dictionaries."""


@dictionary.command()
@with_house
async def train(house: House) -> None:
    """Train one on a sample of the store, without personal values, and put it in use.

    New bodies use it, in all servers, at once. A running server does so by itself as data grow.
    """
    click.echo(await train_dictionary(house.store, operator()))


@dictionary.command()
@rest
@click.option("--drop", is_flag=True, help="Then delete own dictionaries that serve no body.")
@as_json
@with_house
async def recompress(house: House, *, rest: float, drop: bool, as_json: bool) -> None:
    """Compress every body, past versions included, by the newest dictionary.

    Others read and write meanwhile. Stopped at any moment, the same command goes on from there.
    With --drop, no other process may have the store open: stop the servers first.
    """
    os.nice(NICENESS)
    if drop:
        await require_alone(house.store)
    with progress_bar("Compression") as progress:
        report = await recompress_store(house.store, operator(), Pace(rest, progress))
    dropped = await drop_unused(house.store, operator()) if drop else []
    if as_json:
        click.echo(msgspec.json.encode(msgspec.structs.asdict(report) | {"dropped": dropped}))
        return
    click.echo(
        f"{report.bodies} bodies compressed by dictionary {report.dictionary}, "
        f"{report.damaged} damaged ones left"
    )
    if dropped:
        click.echo(f"dropped: {', '.join(map(str, dropped))}")


class Listed(msgspec.Struct, frozen=True):
    """A dictionary, and how many bodies name it."""

    number: int
    bodies: int
    own: Known | None
    """None of one that is shipped with Hygie."""


@dictionary.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Number, day, how many resources there were, and how many bodies it serves now.

    The last is in use. Those without a day are shipped with Hygie. Reads every row.
    """
    served, own = await bodies_served(house.store), {k.number: k for k in await known(house.store)}
    for number in sorted({*house.store.vault.bodies.numbers, *served} - {0}):
        one = Listed(number, served.get(number, 0), own.get(number))
        click.echo(msgspec.json.encode(one) if as_json else readable(one))


def readable(one: Listed) -> str:
    day, resources = "", ""
    if one.own is not None:
        day, resources = f"{one.own.created:%Y-%m-%d %H:%M}", str(one.own.resources)
    return f"{one.number:>6}  {day:16}  {resources:>12}  {one.bodies:>12}"
