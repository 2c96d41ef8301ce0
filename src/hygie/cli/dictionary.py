"""`hygie dictionary`: what bodies are compressed with (docs/keys.md)."""

import click
import msgspec

from hygie.cli.options import House, as_json, operator, with_house
from hygie.store.dictionaries.own import known
from hygie.store.dictionaries.own import train as train_dictionary


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


@dictionary.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Number, day, and how many resources there were; the last is in use."""
    for one in await known(house.store):
        text = f"{one.number:>6}  {one.created:%Y-%m-%d %H:%M}  {one.resources:>12}"
        click.echo(msgspec.json.encode(one) if as_json else text)
