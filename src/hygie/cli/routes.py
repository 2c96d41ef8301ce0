"""`hygie routes`: what leaves by HL7 v2, to whom, what became of it, and what is done about it."""

from datetime import datetime
from typing import Final

import click
import msgspec

from hygie.cli.declared import Kind, add_commands, described, line
from hygie.cli.options import House, as_json, operator, with_house
from hygie.exchange.routes.browsing import Departure, Filters, Standing
from hygie.exchange.routes.declaration import Folder, Forward, Http, Mllp, Produce, Route


@click.group()
def routes() -> None:
    """What leaves by HL7 v2: declared routes of the gateway, and what they could not deliver."""


@routes.command("list")
@as_json
@with_house
async def list_(house: House, as_json: bool) -> None:  # noqa: FBT001
    """Declared routes: name, state, destination, how many messages wait, how many are dead."""
    declared = await house.routes.declared()
    standings = await house.routes.browsing.standings()
    loads = await house.routes.loads.all()
    if not declared and not as_json:
        click.echo("Aucune route n’est déclarée : hygie routes declare FICHIER.toml.")
    for one in declared:
        standing = standings.get(one.value.name, Standing(route=one.value.name))
        if as_json:
            told = described(one) | {"standing": standing, "load": loads.get(one.value.name)}
            click.echo(msgspec.json.encode(told))
        else:
            click.echo(line(KIND, one))
            click.echo(f"    {standing.waiting} waiting, {standing.dead} dead")
            if (found := loads.get(one.value.name)) and not found.finished_at:
                click.echo(f"    loading: {found.done} of {found.total} patients")


@routes.command()
@click.argument("name", required=False, default="")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@as_json
@with_house
async def dead(house: House, name: str, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """What could not be delivered by NAME, or by any route, newest first: number, why."""
    filters = Filters(route=name, states=("dead",))
    for one in await house.routes.browsing.browse(filters, limit, operator()):
        click.echo(msgspec.json.encode(one) if as_json else _departure(house, one))


@routes.command()
@click.argument("name")
@click.argument("numbers", nargs=-1, type=click.IntRange(1))
@click.option("--all", "every", is_flag=True, help="All the dead of the route.")
@click.option("--since", type=click.DateTime(), help="With --all: those made since then.")
@click.option("--sent", is_flag=True, help="With --all: what was taken, too.")
@with_house
async def replay(
    house: House,
    name: str,
    numbers: tuple[int, ...],
    every: bool,  # noqa: FBT001
    since: datetime | None,
    sent: bool,  # noqa: FBT001
) -> None:
    """Send again, by what NAME declares now: the departures NUMBERS, or --all of the dead."""
    await house.routes.require(name)
    if every == bool(numbers):
        raise click.UsageError("Give the numbers of departures, or --all.")
    if numbers:
        await house.routes.handling.replay(numbers, operator())
        click.echo(len(numbers))
        return
    moment = since.replace(tzinfo=house.store.zone) if since else None
    click.echo(await house.routes.handling.replay_all(name, operator(), moment, sent=sent))


@routes.command()
@click.argument("name")
@click.option("--stop", "stopped", is_flag=True, help="End the one that is under way.")
@with_house
async def load(house: House, name: str, stopped: bool) -> None:  # noqa: FBT001
    """Tell by NAME, which produces messages, what there already is: in the background of the
    server, patient by patient. What it has told before is not told again. Prints of how many
    patients."""
    if stopped:
        await house.routes.loads.stop(name, operator())
        return
    route = (await house.routes.require(name)).value
    click.echo(await house.routes.loads.ask(route, operator()))


def _where(route: Route) -> str:
    match route.destination:
        case Mllp(host=host, port=port, tls=tls):
            where = f"{'mllps' if tls else 'mllp'} {host}:{port}"
        case Http(url=url):
            where = f"http {url}"
        case Folder(path=path):
            where = f"folder {path}"
    match route.content:
        case Forward():
            return f"forward > {where}"
        case Produce(messages=messages):
            return f"{'+'.join(messages)} > {where}"
    return f"acknowledgements > {where}"


def _departure(house: House, one: Departure) -> str:
    when = f"{one.made_at.astimezone(house.store.zone):%Y-%m-%d %H:%M}"
    return f"{one.id:>10}  {one.route:<20}  {when}  {one.event:<10}  {one.rule}"


KIND: Final = Kind(
    name="route",
    type_=Route,
    register=lambda house: house.routes,
    line=_where,
    help={
        "declare": "Declare the route that FILE (TOML) describes, or change it: it is heeded "
        "within a second.",
        "remove": "Remove the declaration of NAME; what it has sent stays on record, and what "
        "waited waits.",
        "start": "Send again by NAME, what was gathered meanwhile first.",
        "stop": "Send nothing more by NAME; what is to leave is gathered, and waits.",
    },
)
add_commands(routes, KIND)
